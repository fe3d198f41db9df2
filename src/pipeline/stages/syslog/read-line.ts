import { afterTag, beforeHost, beforeTag, type OwnHead } from './own-heads.ts';

/** A syslog line in its parts, as they stand; `-` of RFC 5424 is undefined. */
export type SyslogLine = {
  readonly priority: number | undefined;
  /** Where a line names it without a facility. */
  readonly severity?: number | undefined;
  readonly version: number | undefined;
  readonly time: string | undefined;
  readonly host: string | undefined;
  readonly app: string | undefined;
  /** The tag before the process id, where it says more than the program's name. */
  readonly tag: string | undefined;
  readonly processId: string | undefined;
  readonly messageId: string | undefined;
  readonly data: readonly (readonly [name: string, value: string])[];
  readonly message: string;
};

const PRIORITY = /^<(\d{1,3})>/;
const MOST_PRIORITY = 191;
const HEAD_5424 = /^(\d{1,2}) (-|\d{4}-\d\d-\d\dT\S{1,40}) (\S{1,255}) (\S{1,255}) (\S{1,255}) (\S{1,255}) ?/;
const TIME_3164 =
  /^(?:[A-Z][a-z]{2} [ \d]?\d(?: \d{4})? \d\d:\d\d:\d\d(?:\.\d{1,9})?(?: (?:19|20)\d\d)?(?= )|\d{4}-\d\d-\d\d[T ]\S{8,30}(?= ))/;
/**
 * OpenWrt's logread and Apple's wifi.log begin with the day of the week, `journalctl -o short-full` with it and a zone behind
 * the time, `-o short-unix` with seconds since 1970; some devices with the year.
 */
const OTHER_TIME =
  /^(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([A-Z][a-z]{2} [ \d]?\d \d\d:\d\d:\d\d(?:\.\d{1,9})?(?: (?:19|20)\d\d)?|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,9})? (?:[A-Z]{3,5}|[+-]\d\d(?:\d\d)?))|(\d{10}\.\d{6})|((?:19|20)\d\d [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d))(?= )/;
/** `<airport[123]>`, of wifi.log, which names no host. */
const NAME_OF_APPLE = /^<([A-Za-z][\w.-]{0,127})(?:\[(\d{1,10})\])?>$/;
/**
 * What Cisco's devices send before `%FACILITY-SEVERITY-MNEMONIC`: a running number, a name, and a time that ends in a
 * colon, with a mark where the clock is not set and a zone where it is shown (`logging origin-id`, `service timestamps`,
 * `service sequence-numbers`); each but the time may be missing.
 */
const HEAD_OF_CISCO =
  /^(?:\d{1,10}: )?(?:([A-Za-z][\w.-]{0,254}|\d{1,3}(?:\.\d{1,3}){3}): )?[*.]?([A-Z][a-z]{2} [ \d]?\d(?: \d{4})? \d\d:\d\d:\d\d(?:\.\d{1,9})?(?: (?:19|20)\d\d)?)(?: ([A-Z]{3,5}))?: (?=%[A-Z])/;
/**
 * `kernel:`, `sshd[12]:`, `postfix/smtpd[3]:`; with a module, an option or a version `sshd(pam_unix)[4]:`,
 * `polkitd(authority=local):`, `syslogd 1.4.1:`; a child of systemd before it is its program, `(systemd)[5]:`; and what gdm
 * writes, `gdm-password]:` and `gdm-password][6]:`.
 */
const TAG =
  /^(([^\s:[\]()]{1,128}|\([^\s:[\]()]{1,128}\))(?:\([\w./=-]{1,64}\)| \d{1,9}\.[\w.#-]{1,32})?)(?:\]?\[([^\]\s]{1,32})\]: ?|\]?:(?: |$))/;
/** Of Apple's daemon: `Google Chrome Helper[12]: `, and of whom launchd speaks, `com.apple.xpc.launchd[1] (x[2]): `. */
const TAG_OF_APPLE = /^(([A-Za-z][\w.-]{0,127}(?: [A-Z][\w.-]{0,60}){0,4}))\[(\d{1,10})\](?:: | (?=\(\S{1,255}\): ))/;

/** Splits a line of RFC 5424 or 3164, each with or without its priority; undefined when it is neither. */
export function readSyslog(line: string, format: 'auto' | 'rfc3164' | 'rfc5424'): SyslogLine | undefined {
  const pri = PRIORITY.exec(line);
  const priority = pri === null ? undefined : Number(pri[1]);
  if (priority !== undefined && priority > MOST_PRIORITY) return undefined;
  const rest = pri === null ? line : line.slice(pri[0].length);
  const modern = format === 'rfc3164' ? undefined : read5424(rest, priority);
  return modern ?? (format === 'rfc5424' ? undefined : read3164(rest, priority));
}

/**
 * A message of which nothing but its priority, or not even that, can be told apart: RFC 3164, 4.3.2 and 4.3.3, has relays
 * take it as it is. A tag before it is still its program.
 */
export function readHeadless(line: string): SyslogLine {
  const pri = PRIORITY.exec(line);
  const isPriority = pri !== null && Number(pri[1]) <= MOST_PRIORITY;
  const rest = isPriority ? line.slice(pri[0].length).trimStart() : line;
  const found = TAG.exec(rest);
  // Some routers begin with a running number.
  const tag = found === null || /^\d+$/.test(found[2]!) ? null : found;
  return {
    priority: isPriority ? Number(pri[1]) : undefined,
    version: undefined,
    time: undefined,
    host: undefined,
    ...partsOf(tag),
    messageId: undefined,
    data: [],
    message: tag === null ? rest : rest.slice(tag[0].length),
  };
}

function partsOf(tag: RegExpExecArray | null): Pick<SyslogLine, 'app' | 'tag' | 'processId'> {
  if (tag === null) return { app: undefined, tag: undefined, processId: undefined };
  return { app: tag[2], tag: tag[1] === tag[2] ? undefined : tag[1], processId: tag[3] };
}

const MNEMONIC = /^(?:: )?%[A-Z][A-Z0-9_]*-[\w-]{1,60}: /;

/** A line of a Cisco device; a zone's abbreviation goes with the time. */
function readCisco(rest: string, priority: number | undefined): SyslogLine | undefined {
  const head = HEAD_OF_CISCO.exec(rest);
  if (head === null) return undefined;
  const [whole, host, time, zone] = head;
  return ofDevice(priority, zone === undefined ? time! : `${time} ${zone}`, host, rest.slice(whole.length));
}

/** A device names no program. */
function ofDevice(priority: number | undefined, time: string, name: string | undefined, body: string): SyslogLine {
  return {
    priority,
    version: undefined,
    time,
    host: name?.replace(/:$/, ''),
    ...partsOf(null),
    messageId: undefined,
    data: [],
    message: body.replace(/^: /, ''),
  };
}

type Begin = {
  readonly time: string;
  /** What follows it. */
  readonly rest: string;
  /** As OpenWrt's logread writes it, which knows of one host only. */
  readonly ofDay: boolean;
};

function timeOf(line: string): Begin | undefined {
  const time = TIME_3164.exec(line)?.[0];
  if (time !== undefined) return { time, rest: line.slice(time.length).trimStart(), ofDay: false };
  const [whole, ofDay, seconds, yearFirst] = OTHER_TIME.exec(line) ?? [];
  if (whole === undefined) return undefined;
  const rest = line.slice(whole.length).trimStart();
  return { time: (ofDay ?? seconds ?? yearFirst)!, rest, ofDay: ofDay !== undefined };
}

/** Whether the word after the time is no host: a relay may leave it out, and then it is the tag already. */
function isNoHost(word: string, ofDay: boolean): boolean {
  // Apple's daemon has neither host nor tag where it tells of repetitions: `--- last message repeated 1 time ---`.
  if (word === '---' || /^[^\s:[\]]{1,128}(?:\[\d{1,10}\])?:$/.test(word)) return true;
  return ofDay && beforeTag(`${word} `) !== undefined;
}

type Body = { readonly tag: RegExpExecArray | null; readonly head: OwnHead | undefined; readonly text: string };

/** What follows the host: where no tag is at its beginning, a priority may stand before it. */
function bodyOf(text: string): Body {
  const trimmed = text.trimStart();
  const tag = TAG.exec(trimmed);
  if (tag !== null) return { tag, head: undefined, text: trimmed.slice(tag[0].length) };
  const head = beforeTag(trimmed);
  const rest = head?.rest ?? trimmed;
  const later = (head === undefined ? null : TAG.exec(rest)) ?? TAG_OF_APPLE.exec(rest);
  return { tag: later, head, text: later === null ? (head?.rest ?? text) : rest.slice(later[0].length) };
}

function read3164(line: string, given: number | undefined): SyslogLine | undefined {
  const begin = timeOf(line);
  if (begin === undefined) return readCisco(line, given);
  const { time } = begin;
  const early = beforeHost(begin.rest);
  const rest = early?.rest ?? begin.rest;
  const blank = rest.indexOf(' ');
  const word = blank === -1 ? rest : rest.slice(0, blank);
  if (word === '') return undefined;
  const behind = blank === -1 ? '' : rest.slice(blank + 1);
  const priority = given ?? early?.priority;
  // A firewall has its name there, and a colon at it or behind it.
  if (MNEMONIC.test(behind)) return ofDevice(priority, time, word, behind);
  const apple = word.startsWith('<') ? NAME_OF_APPLE.exec(word) : null;
  const hostless = isNoHost(word, begin.ofDay);
  const isBare = word === '---' || apple !== null;
  const body = isBare
    ? { tag: null, head: undefined, text: hostless ? rest : behind }
    : bodyOf(hostless ? rest : behind);
  const late = afterTag(body.text);
  return {
    priority: priority ?? body.head?.priority ?? late?.priority,
    severity: body.head?.severity,
    version: undefined,
    time,
    host: hostless || apple !== null ? undefined : word,
    ...(apple === null ? partsOf(body.tag) : { app: apple[1], tag: undefined, processId: apple[2] }),
    messageId: late?.messageId,
    data: [],
    message: late?.rest ?? body.text,
  };
}

function read5424(rest: string, priority: number | undefined): SyslogLine | undefined {
  const head = HEAD_5424.exec(rest);
  if (head === null) return undefined;
  const structured = readStructured(rest, head[0].length);
  if (structured === undefined) return undefined;
  const [, version, time, host, app, processId, messageId] = head.map((part) => (part === '-' ? undefined : part));
  const message = rest.slice(structured.end).replace(/^ ?\ufeff?/, '');
  const parts = { time, host, app, tag: undefined, processId, messageId };
  return { priority, version: Number(version), ...parts, data: structured.data, message };
}

/** `-` or `[id name="value" …]…`, RFC 5424 section 6.3; undefined when it is broken. */
function readStructured(text: string, from: number): { data: (readonly [string, string])[]; end: number } | undefined {
  if (text[from] === '-' && (from + 1 === text.length || text[from + 1] === ' ')) return { data: [], end: from + 1 };
  const data: (readonly [string, string])[] = [];
  let at = from;
  while (text[at] === '[') {
    const id = /[^\s=\]"]{1,255}/y;
    id.lastIndex = at + 1;
    const name = id.exec(text)?.[0];
    if (name === undefined) return undefined;
    at = id.lastIndex;
    const pair = / ([^\s=\]"]{1,255})="((?:[^"\\\]]|\\.)*)"/y;
    for (;;) {
      pair.lastIndex = at;
      const match = pair.exec(text);
      if (match === null) break;
      data.push([`${name}.${match[1]}`, match[2]!.replace(/\\(["\\\]])/g, '$1')]);
      at = pair.lastIndex;
    }
    if (text[at] !== ']') return undefined;
    at++;
  }
  return at === from ? undefined : { data, end: at };
}
