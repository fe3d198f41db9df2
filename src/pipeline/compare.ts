import type { Event } from '../model/event.ts';
import { type FieldChange, fieldChanges } from './explain.ts';

/** What became of a line at an offset: flat documents, or one with the reason why there is none. */
type Outcome = { readonly offset: number; readonly line: string; readonly made: readonly Event[] };

/** A line of which something else is made, document by document. */
export type OutcomeChange = {
  readonly offset: number;
  readonly line: string;
  readonly parts: readonly (readonly FieldChange[])[];
};

/** The lines of which `after` says something else than `before`, by offset; one that only one of them has is all changed. */
export function changesBetween(before: readonly Outcome[], after: readonly Outcome[]): OutcomeChange[] {
  const olds = byOffset(before);
  const news = byOffset(after);
  const offsets = [...new Set([...olds.keys(), ...news.keys()])].sort((one, other) => one - other);
  return offsets.flatMap((offset) => {
    const old = olds.get(offset);
    const now = news.get(offset);
    const change = changeOf(offset, (now ?? old)!.line, old?.made ?? [], now?.made ?? []);
    return change === undefined ? [] : [change];
  });
}

/** Documents about lines, such as counts, have the offset of the first of them, as its own document has. */
function byOffset(outcomes: readonly Outcome[]): Map<number, Outcome> {
  const found = new Map<number, Outcome>();
  for (const outcome of outcomes) {
    const known = found.get(outcome.offset);
    found.set(outcome.offset, known === undefined ? outcome : { ...known, made: [...known.made, ...outcome.made] });
  }
  return found;
}

/** How two lists of documents of one line differ; undefined where they do not. */
export function changeOf(
  offset: number,
  line: string,
  before: readonly Event[],
  after: readonly Event[],
): OutcomeChange | undefined {
  const most = Math.max(before.length, after.length);
  const parts = Array.from({ length: most }, (_, at) => fieldChanges(before[at] ?? {}, after[at] ?? {}));
  const changed = parts.filter((changes) => changes.length > 0);
  return changed.length === 0 ? undefined : { offset, line, parts: changed };
}
