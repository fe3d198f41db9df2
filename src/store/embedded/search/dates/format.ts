import { illegal } from '../body.ts';
import { offsetText, toLocal } from './zone.ts';

/** A time as it was written, with the parts that were there: what is missing may be rounded up. */
export type Written = {
  readonly parts: readonly number[];
  readonly given: number;
  readonly offset: number | undefined;
};

const ISO =
  /^(-?\d{4,9})(?:-(\d{1,2})(?:-(\d{1,2})(?:[T ](?:(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,9}))?)?)?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?)?)?$/;

/** Named formats in patterns, where they are more than `strict_date_optional_time` or an epoch. */
const NAMED: Record<string, string> = {
  date: 'yyyy-MM-dd',
  strict_date: 'yyyy-MM-dd',
  basic_date: 'yyyyMMdd',
  date_hour: "yyyy-MM-dd'T'HH",
  date_hour_minute: "yyyy-MM-dd'T'HH:mm",
  date_hour_minute_second: "yyyy-MM-dd'T'HH:mm:ss",
  date_time: "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
  strict_date_time: "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
  date_time_no_millis: "yyyy-MM-dd'T'HH:mm:ssXXX",
  strict_date_time_no_millis: "yyyy-MM-dd'T'HH:mm:ssXXX",
  year: 'yyyy',
  strict_year: 'yyyy',
  year_month: 'yyyy-MM',
  year_month_day: 'yyyy-MM-dd',
  hour_minute_second: 'HH:mm:ss',
};
const OPTIONAL_TIME = /^(?:strict_)?date_optional_time(?:_nanos)?$|^iso8601$/;
export const DEFAULT_FORMAT = 'strict_date_optional_time||epoch_millis';

/** Reads a time in one of the `||` parted formats; undefined when none fits. */
export function readTime(text: string, format: string): Written | undefined {
  for (const name of format.split('||')) {
    const written = readOne(text, name);
    if (written !== undefined) return written;
  }
  return undefined;
}

function readOne(text: string, name: string): Written | undefined {
  if (name === 'epoch_millis' || name === 'epoch_second') {
    if (!/^-?\d+(\.\d+)?$/.test(text)) return undefined;
    const time = new Date(Math.floor(Number(text) * (name === 'epoch_second' ? 1000 : 1)));
    return Number.isNaN(time.getTime()) ? undefined : { parts: partsOf(time), given: 7, offset: 0 };
  }
  if (OPTIONAL_TIME.test(name)) return readIso(text);
  return readPattern(text, NAMED[name] ?? name);
}

function partsOf(time: Date): number[] {
  return [
    time.getUTCFullYear(),
    time.getUTCMonth() + 1,
    time.getUTCDate(),
    time.getUTCHours(),
    time.getUTCMinutes(),
    time.getUTCSeconds(),
    time.getUTCMilliseconds(),
  ];
}

function readIso(text: string): Written | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const parts = match.slice(1, 7).map((part) => (part === undefined ? undefined : Number(part)));
  if (match[7] !== undefined) parts.push(Number(match[7].slice(0, 3).padEnd(3, '0')));
  return complete(parts, readOffset(match[8]));
}

function readOffset(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (text === 'Z') return 0;
  const digits = text.slice(1).replace(':', '').padEnd(4, '0');
  return (text.startsWith('-') ? -1 : 1) * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2)));
}

function complete(parts: readonly (number | undefined)[], offset: number | undefined): Written | undefined {
  const found = parts.indexOf(undefined);
  const given = found === -1 ? parts.length : found;
  const least = [1970, 1, 1, 0, 0, 0, 0];
  const filled = least.map((otherwise, at) => parts[at] ?? otherwise);
  const [, month, day, hour, minute, second] = filled as [number, number, number, number, number, number];
  if (month > 12 || month < 1 || day < 1 || day > 31 || hour > 24 || minute > 59 || second > 59) return undefined;
  const check = new Date(Date.UTC(2000, month - 1, day));
  check.setUTCFullYear(filled[0]!, month - 1, day);
  return check.getUTCDate() === day ? { parts: filled, given, offset } : undefined;
}

const FIELDS: Record<string, number> = { y: 0, u: 0, M: 1, d: 2, H: 3, m: 4, s: 5, S: 6 };
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** Pieces of a java.time pattern: letters of one kind in a run, or literal text. */
function piecesOf(pattern: string): { letter: string; width: number; text: string }[] {
  const pieces: { letter: string; width: number; text: string }[] = [];
  for (const match of pattern.matchAll(/'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+/g)) {
    const letter = match[2];
    if (letter !== undefined) pieces.push({ letter, width: match[0].length, text: '' });
    else
      pieces.push({
        letter: '',
        width: 0,
        text: match[1] === '' ? "'" : (match[1]?.replaceAll("''", "'") ?? match[0]),
      });
  }
  return pieces;
}

function readPattern(text: string, pattern: string): Written | undefined {
  const parts: (number | undefined)[] = [];
  let offset: number | undefined;
  let at = 0;
  for (const { letter, width, text: literal } of piecesOf(pattern)) {
    const rest = text.slice(at);
    const match = pieceMatcher(letter, width, literal).exec(rest);
    if (match === null) return undefined;
    at += match[0].length;
    if (letter === 'X' || letter === 'x' || letter === 'Z') offset = readOffset(match[0]);
    else if (letter === 'M' && width > 2) parts[1] = MONTHS.indexOf(match[0]) + 1;
    else if (letter === 'S') parts[6] = Number(match[0].slice(0, 3).padEnd(3, '0'));
    else if (letter !== '' && letter !== 'E') parts[FIELDS[letter]!] = Number(match[0]);
  }
  return at === text.length
    ? complete(
        Array.from({ length: 7 }, (_, index) => parts[index]),
        offset,
      )
    : undefined;
}

function pieceMatcher(letter: string, width: number, literal: string): RegExp {
  if (letter === '') return new RegExp(`^${literal.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')}`);
  if (letter === 'X' || letter === 'x' || letter === 'Z') return /^(?:Z|[+-]\d{2}(?::?\d{2})?)/;
  if (letter === 'E') return new RegExp(`^(?:${DAYS.join('|')})`);
  if (letter === 'M' && width > 2) return new RegExp(`^(?:${MONTHS.join('|')})`);
  if (FIELDS[letter] === undefined) throw illegal(`Invalid format: [${letter.repeat(width)}]: Unknown pattern letter`);
  return letter === 'y' || letter === 'u'
    ? new RegExp(`^-?\\d{${width},9}`)
    : new RegExp(`^\\d{${width === 1 ? '1,2' : width}}`);
}

/** Writes a moment in the first of the formats, in a zone. */
export function writeTime(time: number, format: string, zone = 'UTC'): string {
  const name = format.split('||')[0] ?? '';
  if (name === 'epoch_millis') return String(time);
  if (name === 'epoch_second') return String(time / 1000);
  const pattern = OPTIONAL_TIME.test(name) ? "yyyy-MM-dd'T'HH:mm:ss.SSSXXX" : (NAMED[name] ?? name);
  const local = new Date(toLocal(zone, time));
  return piecesOf(pattern)
    .map((piece) => writePiece(piece, local, offsetText(zone, time)))
    .join('');
}

function writePiece(piece: { letter: string; width: number; text: string }, local: Date, offset: string): string {
  const { letter, width } = piece;
  if (letter === '') return piece.text;
  if (letter === 'X') return width < 3 ? offset.replace(':', '') : offset;
  if (letter === 'x' || letter === 'Z') {
    const text = offset === 'Z' ? '+00:00' : offset;
    return letter === 'x' && width >= 3 ? text : text.replace(':', '');
  }
  if (letter === 'E') return DAYS[local.getUTCDay()]!;
  if (letter === 'M' && width > 2) return MONTHS[local.getUTCMonth()]!;
  if (letter === 'S') return String(local.getUTCMilliseconds()).padStart(3, '0').slice(0, width).padEnd(width, '0');
  const field = FIELDS[letter];
  if (field === undefined) throw illegal(`Invalid format: [${letter.repeat(width)}]: Unknown pattern letter`);
  const value = Number(partsOf(local)[field]);
  const digits = String(Math.abs(value)).padStart(width, '0');
  // As java.time does (SignStyle.EXCEEDS_PAD): sums of times lie beyond the year 9999.
  const sign = value < 0 ? '-' : width === 4 && digits.length > width ? '+' : '';
  return sign + digits;
}
