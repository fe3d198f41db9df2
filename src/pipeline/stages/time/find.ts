import { compileTime, type TimeReader, type TimeSettings } from './format.ts';
import { fraction } from './iso.ts';

/** A time that stands in a line. */
export type FoundTime = {
  /** ms since the epoch; NaN where the text has the form of a time but names a moment that does not exist. */
  readonly ms: number;
  /** Its first character in the line and the one after its last. */
  readonly start: number;
  readonly end: number;
};

const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const WEEKDAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const CLOCK = '\\d\\d:\\d\\d:\\d\\d';
const OFFSET = '[+-](?:0\\d|1[0-4])';
const ZONE = `(?: ?(?:UTC|GMT|[Zz]|${OFFSET}:?(?:00|15|30|45))|${OFFSET})`;
/** ISO 8601 with T or blanks, and the same with slashes in its date. */
const DATE_TIME = `\\d{4}(?:-\\d\\d-|/\\d\\d/)\\d\\d(?:[Tt]| {1,2})\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d{1,9}|,\\d{3,9})?)?${ZONE}?`;
const CLF = `\\d\\d/${MONTH}/\\d{4}:${CLOCK} [+-]\\d{4}`;
const SYSLOG = `${MONTH} [ \\d]?\\d(?: \\d{4})? ${CLOCK}(?:\\.\\d{1,9})?`;
/** Of C's `ctime`, and of `date`, which names the zone. */
const CTIME = `${WEEKDAY} ${MONTH} [ \\d]?\\d ${CLOCK}(?:\\.\\d{1,9})? (?:[A-Z]{3,5} )?\\d{4}`;
/** Of Apple's wifi.log: the day of the week, but no year. */
const WEEK = `${WEEKDAY} ${MONTH} [ \\d]?\\d ${CLOCK}(?:\\.\\d{1,9})?(?! (?:[A-Z]{3,5} )?\\d{4}\\b)`;
/** Of ntpd and log4j's DATE. */
const DAY_MONTH = `\\d{1,2} ${MONTH} (?:\\d{4} )?${CLOCK}(?:[.,]\\d{1,9})?`;
/** Of PHP's error log, Tomcat and BIND; PHP names the zone. */
const DAY_FIRST = `\\d\\d-${MONTH}-\\d{4} ${CLOCK}(?:[.,]\\d{1,9})?(?: (?:UTC|GMT|[A-Z][A-Za-z_]{1,20}(?:/[A-Za-z_-]{1,30}){1,2}))?`;
const EPOCH = '\\d{10}(?:\\.\\d{1,9})?|\\d{13}';
/** What may follow a time; a colon before a digit would be inside of it. */
const END = '(?=$|[\\s,;|)[\\]]|:(?!\\d))';

/** A time at the very beginning, in a bracket or not; a syslog priority may stand before it. */
const HEAD = new RegExp(
  `^(?:<\\d{1,3}>(?:1 )?)?(\\[?)(?:(${DATE_TIME})|(${CLF})|(${SYSLOG})|(${CTIME})|(${DAY_FIRST})|(${WEEK})|(${DAY_MONTH})|(${EPOCH}))${END}`,
);

const LEVEL = '\\[?(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|SEVERE|FATAL|CRITICAL)\\]?:? {1,5}';
/** The first word of a sentence about another moment than that of the line. */
const SENTENCE = '(?:since|until|till|at|on|by|from|before|after|due|expires|expired|valid|next|last|modified)';
const NAME = `(?!${SENTENCE}\\b)(?:[A-Z][\\w./-]{0,39})(?:\\[\\d{1,10}\\])?:? {1,2}`;
const WHAT = '(?:(?:log|script|session|run|job|backup|start|end)[ -])?';
const MOMENT = '(?:date|time|timestamp|start|started|begin|began|end|ended|finish|finished|stop|stopped|completed)';

/** A time after the letter of Ruby's Logger; after the level; after a name, if in brackets or before a colon; after a label, if nothing else follows. */
const LEADS: readonly RegExp[] = [
  new RegExp(`^[DIWEFA], \\[(${DATE_TIME})${END}`),
  new RegExp(`^${LEVEL}\\[?(${DATE_TIME})${END}`),
  new RegExp(`^${NAME}(?:\\[(?=[^\\]]{16,40}\\])(${DATE_TIME})(?=\\])|(${DATE_TIME})(?=:(?:\\s|$)))`, 'i'),
  new RegExp(`^${WHAT}${MOMENT}(?: (?:at|on))?:? {1,2}(${DATE_TIME})(?=\\s{0,3}(?:\\[|$))`, 'i'),
];

/** All of them, for the test that no line can make them slow. */
export const TIME_PATTERNS: readonly RegExp[] = [HEAD, ...LEADS];

const YEAR_2000 = 946_684_800_000;
const DAY = 24 * 60 * 60_000;

/**
 * Makes the function that finds the time a line plainly carries, undefined where it carries none. A number or date inside
 * a sentence is none. Forms at the very beginning: ISO 8601 (T or blanks, slashes too; fraction and zone as they come),
 * RFC 3164, the dates of C's `ctime` and of `date`, of ntpd, access logs' `10/Oct/2000:13:55:36 -0700`, PHP's `10-Oct-2000 13:55:36 UTC`, and seconds or milliseconds since the
 * epoch. ISO 8601 also after a level, a program's name or a label such as `Start-Date:`.
 *
 * Numbers and times after words are guesses: they count only if they are not after the source's own time by over a day.
 * Throws RangeError for an unknown zone.
 */
export function timeFinder(settings: TimeSettings): (line: string) => FoundTime | undefined {
  const readers = headReaders(settings);
  const readDateTime = readers[0]!;
  const isPast = (ms: number) => ms <= settings.sourceTime() + DAY;

  function atHead(line: string): FoundTime | undefined {
    const match = HEAD.exec(line);
    if (match === null) return undefined;
    const form = match.findIndex((group, index) => index > 1 && group !== undefined);
    const text = match[form]!;
    const end = match[0].length;
    const start = end - text.length;
    if (form < match.length - 1) return { ms: readers[form - 2]!(text), start, end };
    const ms = epochMs(text);
    const alone = match[1] === '[' ? line[end] === ']' : end === line.length || /\s/.test(line[end]!);
    return alone && ms >= YEAR_2000 && isPast(ms) ? { ms, start, end } : undefined;
  }

  function afterLead(line: string): FoundTime | undefined {
    for (let index = 0; index < LEADS.length; index++) {
      const match = LEADS[index]!.exec(line);
      if (match === null) continue;
      const text = (match[1] ?? match[2])!;
      const end = match[0].length;
      const ms = readDateTime(text);
      return isPast(ms) ? { ms, start: end - text.length, end } : undefined;
    }
    return undefined;
  }

  return (line) => {
    const first = line.charCodeAt(0);
    if (isDigit(first) || first === LESS_THAN) return atHead(line);
    if (first === OPEN_BRACKET || isLetter(first)) return atHead(line) ?? afterLead(line);
    return undefined;
  };
}

const LESS_THAN = 60;
const OPEN_BRACKET = 91;
const isDigit = (code: number) => code >= 48 && code <= 57;
const isLetter = (code: number) => (code >= 65 && code <= 90) || (code >= 97 && code <= 122);

/** Readers of the forms of HEAD, in its order; the numbers have none. */
function headReaders(settings: TimeSettings): readonly TimeReader[] {
  const iso = compileTime('ISO8601', settings);
  const firstOf = (...formats: readonly string[]): TimeReader => {
    const readers = formats.map((format) => compileTime(format, settings));
    return (text) => {
      for (const read of readers) {
        const ms = read(text);
        if (!Number.isNaN(ms)) return ms;
      }
      return Number.NaN;
    };
  };
  const ctime = firstOf(
    'EEE MMM d HH:mm:ss yyyy',
    'EEE MMM d HH:mm:ss.S yyyy',
    'EEE MMM d HH:mm:ss z yyyy',
    'EEE MMM d HH:mm:ss.S z yyyy',
  );
  return [
    (text) => iso(asIso(String(text))),
    firstOf('dd/MMM/yyyy:HH:mm:ss Z'),
    firstOf('MMM d HH:mm:ss', 'MMM d HH:mm:ss.S', 'MMM d yyyy HH:mm:ss', 'MMM d yyyy HH:mm:ss.S'),
    // The abbreviation of a zone that nobody knows is left out.
    (text) => {
      const ms = ctime(text);
      return Number.isNaN(ms) ? ctime(String(text).replace(/ [A-Z]{3,5}(?= \d{4}$)/, '')) : ms;
    },
    firstOf('dd-MMM-yyyy HH:mm:ss', 'dd-MMM-yyyy HH:mm:ss.S', 'dd-MMM-yyyy HH:mm:ss z', 'dd-MMM-yyyy HH:mm:ss.S z'),
    firstOf('EEE MMM d HH:mm:ss', 'EEE MMM d HH:mm:ss.S'),
    firstOf(
      'd MMM HH:mm:ss',
      'd MMM HH:mm:ss.S',
      'd MMM yyyy HH:mm:ss',
      'd MMM yyyy HH:mm:ss,S',
      'd MMM yyyy HH:mm:ss.S',
    ),
  ];
}

/** One blank, dashes, and Z for the names of its zone. */
function asIso(text: string): string {
  let iso = text[4] === '/' ? text.replaceAll('/', '-') : text;
  if (iso[11] === ' ') iso = iso.slice(0, 10) + iso.slice(11);
  return iso.endsWith('C') || iso.endsWith('T') ? `${iso.slice(0, -3).trimEnd()}Z` : iso;
}

function epochMs(text: string): number {
  if (text.length === 13 && text[10] !== '.') return Number(text);
  return Number(text.slice(0, 10)) * 1000 + fraction(text, 11, text.length);
}
