import { type Event, type JsonValue, removeField } from '../model/event.ts';
import { Rejected } from '../model/rejected.ts';
import type { MapRunner, StageResult } from './stage.ts';

/** What becomes of an event that a stage rejects: `on_error` of its use. */
export const ON_ERROR = ['reject', 'tag', 'drop-field'] as const;
export type OnError = (typeof ON_ERROR)[number];

/** Where the failures of a document that was kept stand: a list of `{ stage, reason, field, detail }`, all text. */
export const STAGE_ERRORS = 'logmill.stage_errors';

/** What the document cannot do without, or what the whole line stays in. */
const NEVER_DROPPED: ReadonlySet<string> = new Set(['message', 'event.original']);
/** Fields that one use of a stage may take off one event. */
const MOST_DROPPED = 16;

/**
 * A stage whose rejections do not end the event. The event goes on as it was before the stage, with a tag and the reason;
 * with `drop-field` without the field at fault, and then the stage has another try at it.
 * @param goOn what becomes of the event then.
 * @param reads the field that the stage reads, where it reads one: without it the stage changes nothing.
 */
export function tolerant<Result>(
  run: MapRunner,
  onError: Exclude<OnError, 'reject'>,
  stage: string,
  goOn: (event: Event) => Result,
  reads?: string,
): (event: Event) => StageResult | Result {
  return (event) => {
    // Fast path: most lines do not have what the stage is for.
    if (reads !== undefined && event[reads] === undefined) {
      const result = run(event);
      if (!(result instanceof Rejected)) return result;
      noteFailure(event, stage, result);
      return goOn(event);
    }
    let current = event;
    for (let dropped = 0; ; dropped++) {
      // The stage may have changed a part of the event before it found the fault.
      const before = { ...current };
      const result = run(current);
      if (!(result instanceof Rejected)) return result;
      const { field } = result;
      // What it says of a field that it has just lost is no news.
      if (dropped > 0 && field !== undefined && before[field] === undefined) return goOn(before);
      noteFailure(before, stage, result);
      const mayDrop = onError === 'drop-field' && dropped < MOST_DROPPED;
      if (!mayDrop || field === undefined || before[field] === undefined || NEVER_DROPPED.has(field)) {
        return goOn(before);
      }
      removeField(before, field);
      current = before;
    }
  };
}

/** Writes down that a stage failed: `tags` and `logmill.stage_errors`. */
export function noteFailure(event: Event, stage: string, { reason, field, detail }: Rejected): void {
  const tag = `${stage}_failed`;
  const tags = listOf(event['tags']);
  if (!tags.includes(tag)) event['tags'] = [...tags, tag];
  const failure = { stage, reason, ...(field === undefined ? {} : { field }), detail };
  event[STAGE_ERRORS] = [...listOf(event[STAGE_ERRORS]), failure];
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value as JsonValue];
}
