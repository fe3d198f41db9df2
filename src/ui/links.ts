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

/** The form with one more condition, on its first page. */
export function withCondition(form: PageForm, condition: string): PageForm {
  const before = form.query.trim();
  const query = before === '' ? condition : `${/\bor\b/i.test(before) ? `(${before})` : before} and ${condition}`;
  return { ...form, query, cursor: undefined };
}

/** `field: "value"` with KQL's escapes. */
export function isCondition(field: string, value: string | number | boolean): string {
  const name = field.replace(/[\\():<>"*{}\s]/g, '\\$&');
  return `${name}: ${typeof value === 'string' ? `"${value.replace(/["\\]/g, '\\$&')}"` : String(value)}`;
}
