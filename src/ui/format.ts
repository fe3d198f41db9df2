import { type Html, html } from './html.ts';

const NUMBER = new Intl.NumberFormat('en-GB');
const COMPACT = new Intl.NumberFormat('en-GB', { notation: 'compact', maximumFractionDigits: 1 });

/** 12,345 */
export function whole(value: number): string {
  return NUMBER.format(value);
}

/** 12.3k: for tight places. */
export function compact(value: number): string {
  return value < 10_000 ? NUMBER.format(value) : COMPACT.format(value);
}

/** 1.2 MB, factors of 1024. */
export function bytes(value: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let size = value;
  let unit = 0;
  for (; size >= 1024 && unit < units.length - 1; unit++) size /= 1024;
  return `${size < 10 && unit > 0 ? size.toFixed(1) : Math.round(size)} ${units[unit]}`;
}

/** How much of a time is shown; the page's script shows the same in the reader's zone. */
export type TimeForm = 'clock' | 'moment' | 'day';

/** A time in UTC. */
export function time(iso: string, form: TimeForm): Html {
  return html`<time datetime="${iso}" data-form="${form}">${timeText(iso, form)}</time>`;
}

/** `clock` 10:05:40.123, `moment` 17 May 10:05:40, `day` 17 May 2015 10:05. */
export function timeText(iso: string, form: TimeForm): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const utc = date.toISOString();
  if (form === 'clock') return utc.slice(11, 23);
  const day = date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
  return form === 'moment' ? `${day} ${utc.slice(11, 19)}` : `${day} ${utc.slice(0, 4)} ${utc.slice(11, 16)}`;
}

/** 5 s, 12 min, 3 h, 4 d between two times; never negative. */
export function since(from: string, to: string): string {
  const seconds = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 2 * 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}
