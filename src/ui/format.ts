import { type Html, html } from './html.ts';

const NUMBER = new Intl.NumberFormat('en-GB');
const COMPACT = new Intl.NumberFormat('en-GB', { notation: 'compact', maximumFractionDigits: 1 });

const HALF_DAY_MS = 43_200_000;

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

/** 850 µs, 23 ms, 1.4 s: a length of time given in ms. */
export function duration(ms: number): string {
  if (ms < 1) return `${Math.round(ms * 1000)} µs`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : `${NUMBER.format(Math.round(ms / 1000))} s`;
}

/** 7.6 %; a share that is not nothing never reads as 0 %. */
export function percent(part: number, whole: number): string {
  if (part === 0 || whole === 0) return '0 %';
  const share = (100 * part) / whole;
  return share < 0.1 ? '< 0.1 %' : `${share.toFixed(share < 99.95 ? 1 : 0)} %`;
}

/** How much of a time is shown; the page's script shows the same in the reader's zone. */
export type TimeForm = 'clock' | 'dated' | 'moment' | 'day' | 'minute' | 'date';

/** A time in UTC; the page's script shows the reader's own. */
export function time(iso: string, form: TimeForm): Html {
  return html`<time datetime="${iso}" data-form="${form}">${timeText(iso, form)}</time>`;
}

/** `clock` 10:05:40.123, `dated` 17 May 10:05:40.123, `moment` 17 May 10:05:40, `day` 17 May 2015 10:05, `minute` 10:05, `date` 17 May. */
export function timeText(iso: string, form: TimeForm): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const utc = date.toISOString();
  if (form === 'clock') return utc.slice(11, 23);
  if (form === 'minute') return utc.slice(11, 16);
  const day = date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
  if (form === 'date') return day;
  if (form === 'dated') return `${day} ${utc.slice(11, 23)}`;
  return form === 'moment' ? `${day} ${utc.slice(11, 19)}` : `${day} ${utc.slice(0, 4)} ${utc.slice(11, 16)}`;
}

/** A time as short as it stays clear beside another: its time of day, with the day when they are far apart. */
export function near(iso: string, other: string): Html {
  return time(iso, Math.abs(Date.parse(iso) - Date.parse(other)) < HALF_DAY_MS ? 'minute' : 'day');
}

/** 5 s, 12 min, 3 h, 4 d between two times; never negative. */
export function since(from: string, to: string): string {
  const seconds = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 2 * 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}
