import type { Event } from '../model/event.ts';

/**
 * What control flow inside a pipeline hands to the chain instead of a result: the event goes on at another stage. Made
 * when a pipeline is compiled, one for each place, and used again for every event.
 */
export class Jump {
  event: Event = {};
  /** Position of the stage to go on with; known only once the stages before it are compiled. */
  to = -1;

  /** The jump, with an event to take along. */
  with(event: Event): this {
    this.event = event;
    return this;
  }
}
