/** The instants a written date stands for: its first millisecond, and the last that "up to" it means. */
export type DateSpan = { readonly first: number; readonly last: number };

const ISO =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(?:(\d{2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?)?)?)?$/;
const STEP = /([+-])(\d*)([yMwdhHms])|\/([yMwdhHms])/y;
const FURTHEST_MS = 8.64e15;
const FIXED_MS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, H: 3_600_000 };

/**
 * Reads a date as Elasticsearch's `strict_date_optional_time||epoch_millis` does, in UTC; undefined when it is none.
 * What is missing at the end is filled up in `last` as Elasticsearch does: 23:59:59.999 of the day, but the first day
 * and month.
 */
export function readDate(text: string): DateSpan | undefined {
  const match = ISO.exec(text);
  if (match === null) {
    const time = /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    return Math.abs(time) <= FURTHEST_MS ? { first: time, last: time } : undefined;
  }
  const [, year = '', month = '01', day = '01', hour, minute, second, fraction, zone = 'Z'] = match;
  const date = `${year}-${month}-${day}`;
  const offset = zone.length === 3 ? `${zone}:00` : zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
  const first = `${hour ?? '00'}:${minute ?? '00'}:${second ?? '00'}.${millis(fraction ?? '0')}`;
  const last = `${hour ?? '23'}:${minute ?? '59'}:${second ?? '59'}.${fraction === undefined && second === undefined ? '999' : millis(fraction ?? '999')}`;
  const span = { first: Date.parse(`${date}T${first}${offset}`), last: Date.parse(`${date}T${last}${offset}`) };
  // Date.parse rolls 31 February over to March.
  const rolled = new Date(`${date}T00:00:00Z`).getUTCDate() !== Number(day);
  return Number.isNaN(span.first) || Number.isNaN(span.last) || rolled ? undefined : span;
}

function millis(fraction: string): string {
  return fraction.slice(0, 3).padEnd(3, '0');
}

/** A date or date math (`now-15m/m`, `2026-11-21||+1d/d`), prepared so that only `now` is left open. */
export type DateMath = { readonly relative: boolean; span(now: number): DateSpan };

/** Reads a date or date math in UTC; undefined when it is neither. Rounding takes `last` to the end of the unit. */
export function readDateMath(text: string): DateMath | undefined {
  if (!text.startsWith('now') && !text.includes('||')) {
    const span = readDate(text);
    return span === undefined ? undefined : { relative: false, span: () => span };
  }
  const [anchor, math] = text.startsWith('now') ? ['now', text.slice(3)] : splitOnce(text, '||');
  const start = anchor === 'now' ? undefined : readDate(anchor)?.first;
  const steps = stepsOf(math);
  if (steps === undefined || (anchor !== 'now' && start === undefined)) return undefined;
  const at = (now: number, up: boolean) => steps.reduce((time, step) => apply(time, step, up), start ?? now);
  return { relative: anchor === 'now', span: (now) => ({ first: at(now, false), last: at(now, true) }) };
}

type Step = { readonly unit: string; readonly count: number; readonly round: boolean };

function stepsOf(math: string): Step[] | undefined {
  const steps: Step[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < math.length) {
    const match = STEP.exec(math);
    if (match === null) return undefined;
    const [, sign, digits, unit, roundTo] = match;
    const count = (sign === '-' ? -1 : 1) * Number(digits === '' ? 1 : (digits ?? 0));
    steps.push({ unit: unit ?? roundTo ?? 's', count, round: roundTo !== undefined });
  }
  return steps;
}

function apply(time: number, { unit, count, round }: Step, up: boolean): number {
  if (!round) return add(time, count, unit);
  const floor = floorTo(time, unit);
  return up ? add(floor, 1, unit) - 1 : floor;
}

function add(time: number, count: number, unit: string): number {
  const fixed = FIXED_MS[unit];
  if (fixed !== undefined) return time + count * fixed;
  if (unit === 'd' || unit === 'w') return time + count * (unit === 'd' ? 1 : 7) * 86_400_000;
  const date = new Date(time);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + count * (unit === 'M' ? 1 : 12));
  const days = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, days));
  return date.getTime();
}

/** Start of the calendar unit; weeks start on Monday. */
function floorTo(time: number, unit: string): number {
  const fixed = FIXED_MS[unit];
  if (fixed !== undefined) return Math.floor(time / fixed) * fixed;
  const date = new Date(time);
  date.setUTCHours(0, 0, 0, 0);
  if (unit === 'w') date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
  if (unit === 'M' || unit === 'y') date.setUTCDate(1);
  if (unit === 'y') date.setUTCMonth(0);
  return date.getTime();
}

function splitOnce(text: string, by: string): [string, string] {
  const at = text.indexOf(by);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + by.length)];
}
