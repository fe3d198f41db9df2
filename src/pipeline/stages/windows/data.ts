import type { Event, JsonValue } from '../../../model/event.ts';

/** What the event says under a name, where it says anything. */
export type Data = (name: string) => string | undefined;

/** Fills a field that is still free. */
export function put(event: Event, field: string, value: JsonValue | undefined): void {
  if (value !== undefined) event[field] ??= value;
}
