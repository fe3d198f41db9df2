import type { AlertView } from '../api/contract/alerts.ts';
import type { PageForm } from '../api/contract/page.ts';

/** The page's address for a form; parts that are the default are left out. */
export function pageUrl(form: Partial<PageForm>): string {
  const search = new URLSearchParams();
  if (form.query !== undefined && form.query !== '') search.set('q', form.query);
  if (form.range !== undefined) search.set('range', form.range);
  if (form.range === 'custom' && form.from !== undefined) search.set('from', form.from);
  if (form.range === 'custom' && form.to !== undefined) search.set('to', form.to);
  if (form.index !== undefined) search.set('index', form.index);
  if (form.cursor !== undefined) search.set('cursor', form.cursor);
  const text = search.toString();
  return text === '' ? '/' : `/?${text}`;
}

/** The address of the same search, narrowed by one more condition. */
export function narrowedUrl(form: PageForm, condition: string): string {
  return pageUrl({ ...form, query: withCondition(form.query, condition), cursor: undefined });
}

/** The address of the same search in another stretch of time. */
export function spanUrl(form: PageForm, from: string, to: string): string {
  return pageUrl({ ...form, range: 'custom', from, to, cursor: undefined });
}

/** A query narrowed by one more condition; either may be empty, and a condition is not added twice. */
export function withCondition(query: string, condition: string): string {
  const before = query.trim();
  const added = condition.trim();
  if (before === '' || added === '') return before + added;
  const again = before === added || (!hasOr(before) && before.endsWith(` and ${added}`));
  return again ? before : `${grouped(before)} and ${grouped(added)}`;
}

/** Brackets only where the words could bind differently. */
function grouped(query: string): string {
  return hasOr(query) ? `(${query})` : query;
}

function hasOr(query: string): boolean {
  return /\bor\b/i.test(query);
}

/** The page at the window that an alert's rule looked at, narrowed to what the alert is about. */
export function alertUrl({ window, group }: Pick<AlertView, 'window' | 'group'>): string {
  const query = Object.entries(group)
    // An event without the field counts under the empty value.
    .map(([field, value]) => (value === '' ? `not ${fieldName(field)}: *` : isCondition(field, value)))
    .reduce(withCondition, '');
  return pageUrl({ query, range: 'custom', from: window.start, to: window.end });
}

/** `field: "value"` with KQL's escapes, on one line. */
export function isCondition(field: string, value: string | number | boolean): string {
  return `${fieldName(field)}: ${typeof value === 'string' ? quoted(value) : String(value)}`;
}

function fieldName(field: string): string {
  return /^[\w@.-]+$/.test(field) && !/^(?:and|or|not)$/i.test(field) ? field : quoted(field);
}

function quoted(text: string): string {
  const blanks: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
  return `"${text.replace(/["\\]/g, '\\$&').replace(/[\n\r\t]/g, (blank) => blanks[blank]!)}"`;
}
