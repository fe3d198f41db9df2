import { EVENT_INDICES } from '../../model/indices.ts';
import { withCondition } from '../../ui/links.ts';
import { PAGE_RANGES, type PageForm, type PageRange } from '../contract/page.ts';
import { INDEX_PATTERN, type Scope } from '../contract/scope.ts';
import { eventSpan } from './aggregate.ts';
import type { Reading } from './read-store.ts';

const SPANS_MS: Partial<Record<PageRange, number>> = {
  '15m': 15 * 60_000,
  '1h': 3_600_000,
  '4h': 4 * 3_600_000,
  '24h': 24 * 3_600_000,
  '7d': 7 * 24 * 3_600_000,
  '30d': 30 * 24 * 3_600_000,
};
/** Ranges tried in turn when the address names none. */
const FIRST_CHOICES = ['1h', '24h', '7d', '30d'] as const;
const INDEX = new RegExp(INDEX_PATTERN);

/** What the address of the page asks for; whatever it does not understand is left out. `range` is undefined when it names none. */
export function readForm(search: URLSearchParams): Omit<PageForm, 'range'> & { range: PageRange | undefined } {
  const text = (name: string, most: number) => {
    const value = search.get(name)?.slice(0, most) ?? '';
    return value === '' ? undefined : value;
  };
  const index = text('index', 1000);
  const from = text('from', 64);
  const to = text('to', 64);
  // One line, so that a fault's column is a place in the box.
  const line = (name: string) => (text(name, 10_000) ?? '').replace(/[\r\n]+/g, ' ');
  const range = PAGE_RANGES.find((known) => known === search.get('range')) ?? undefined;
  return {
    query: withCondition(line('q'), line('and')),
    range: range === 'custom' && from === undefined && to === undefined ? undefined : range,
    ...(range === 'custom' ? { from, to } : {}),
    index: index !== undefined && INDEX.test(index) ? index : undefined,
    cursor: text('cursor', 100_000),
  };
}

/** The smallest usual range that holds the newest event: the first look at a quiet machine should show something. */
export function chooseRange(newest: number | undefined, now: number): PageRange {
  if (newest === undefined) return '1h';
  return FIRST_CHOICES.find((range) => now - newest < SPANS_MS[range]!) ?? 'all';
}

/** The form as a request. The range ends in the future's favour: an event a clock ahead of ours is shown too. */
export function scopeOf(form: PageForm, now: number): Scope {
  const span = SPANS_MS[form.range];
  return {
    query: form.query,
    index: form.index,
    ...(span === undefined ? {} : { from: new Date(now - span).toISOString() }),
    ...(form.range === 'custom' ? { from: form.from, to: form.to } : {}),
  };
}

/** Time of the newest event whatever the query, ms since the epoch. */
export async function newestEvent(reading: Reading, index: string = EVENT_INDICES): Promise<number | undefined> {
  return (await eventSpan(reading, { index, filter: [] })).newest;
}
