import type { Event } from '../../../model/event.ts';

/** `@timestamp` in ms since the epoch. @param otherwise what counts where the event has none yet. */
export function eventTime(event: Event, otherwise: number): number {
  const time = event['@timestamp'];
  const ms = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return Number.isNaN(ms) ? otherwise : ms;
}
