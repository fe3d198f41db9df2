import { type Event, type JsonValue, removeField } from '../../../model/event.ts';
import { isArrayField } from '../../../model/field-type.ts';

/** Objects within objects; what is deeper stays one. */
const MOST_LEVELS = 20;
type Content = Readonly<Record<string, JsonValue>>;

/**
 * The event with the content of its objects as fields of their names, as the document has it and contracts name them: the
 * same one where it has no objects. Those that the contract knows stay.
 */
export function spread(event: Event, known: ReadonlySet<string>): Event {
  if (objectsIn(event, known).length === 0) return event;
  const flat = { ...event };
  spreadInPlace(flat, known);
  return flat;
}

/** The same in the event itself. Its document does not change by that, but for objects without content. */
export function spreadInPlace(event: Event, known: ReadonlySet<string>): void {
  for (const field of objectsIn(event, known)) {
    const content = event[field] as Content;
    removeField(event, field);
    add(event, field, content, known, 1);
  }
}

/** What the document will have: lists where ECS wants them, and no fields without a value or content. */
export function asStored(event: Event): Event {
  const stored: Event = {};
  for (const field in event) {
    const value = event[field];
    if (value === undefined || (isObject(value) && Object.keys(value).length === 0)) continue;
    stored[field] = isArrayField(field) && value !== null && !Array.isArray(value) ? [value] : value;
  }
  return stored;
}

function objectsIn(event: Event, known: ReadonlySet<string>): string[] {
  const found: string[] = [];
  for (const field in event) if (isObject(event[field]) && !known.has(field)) found.push(field);
  return found;
}

function add(event: Event, above: string, content: Content, known: ReadonlySet<string>, level: number): void {
  for (const [key, value] of Object.entries(content)) {
    const field = `${above}.${key}`;
    if (isObject(value) && !known.has(field) && level < MOST_LEVELS) add(event, field, value, known, level + 1);
    else if (event[field] === undefined) event[field] = value;
  }
}

function isObject(value: JsonValue | undefined): value is Content {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
