import type { Event } from '../model/event.ts';

/**
 * Makes events that stay fast. V8 turns an object into a dictionary (ten times slower to fill and walk) once computed
 * keys have added more than twelve properties to those it has room for; an event has twice as many. How much room
 * there is follows from the constructor: from the assignments V8 counts in its text, and from what its first few
 * instances are filled with. Hence a constructor with assignments that never run, and some well-filled first instances.
 * The objects are plain ones all the same: their prototype is Object.prototype.
 */
function Roomy(this: Record<string, unknown>, never: boolean): void {
  if (!never) return;
  this['a0'] = this['a1'] = this['a2'] = this['a3'] = this['a4'] = this['a5'] = this['a6'] = this['a7'] = 0;
  this['b0'] = this['b1'] = this['b2'] = this['b3'] = this['b4'] = this['b5'] = this['b6'] = this['b7'] = 0;
  this['c0'] = this['c1'] = this['c2'] = this['c3'] = this['c4'] = this['c5'] = this['c6'] = this['c7'] = 0;
  this['d0'] = this['d1'] = this['d2'] = this['d3'] = this['d4'] = this['d5'] = this['d6'] = this['d7'] = 0;
  this['e0'] = this['e1'] = this['e2'] = this['e3'] = this['e4'] = this['e5'] = this['e6'] = this['e7'] = 0;
}
Roomy.prototype = Object.prototype;

const ROOM = 40;
const FIRST_INSTANCES = 10;
const Constructor = Roomy as unknown as new (never: boolean) => Event;

for (let instance = 0; instance < FIRST_INSTANCES; instance++) {
  const event = new Constructor(false);
  for (let key = 0; key < ROOM; key++) event[`room.${key}`] = 0;
}

/** A new event of one line. */
export function newEvent(message: string): Event {
  const event = new Constructor(false);
  event['message'] = message;
  return event;
}
