import { isIP } from 'node:net';
import { endOfDigits } from '../time/iso.ts';

/** The head that a relay of syslog puts before a line. */
export type Relayed = {
  readonly host: string;
  readonly program: string;
  readonly pid: number | undefined;
};

/** The parts of an access log line as they stand, escapes undone; `-` is still `-`. */
export type AccessLine = {
  readonly relayed: Relayed | undefined;
  readonly vhost: string | undefined;
  /** Addresses before the identity: one, or a proxy chain. */
  readonly addresses: readonly string[];
  readonly identity: string;
  readonly user: string;
  readonly time: string;
  readonly request: string;
  /** Three digits, or `-` where the server sent none. */
  readonly status: string;
  /** Bytes of the body; the `-` of this format means none were sent. */
  readonly bytes: number;
  readonly referrer: string | undefined;
  readonly agent: string | undefined;
  /** Whatever follows, e.g. nginx's forwarded-for. */
  readonly extra: string;
};

export type AccessFormat = 'common' | 'combined' | 'vhost_combined' | 'any';

const BLANK = 32;
const DASH = 45;

/** Splits a line; a text says why it is not one. */
export function readAccessLine(line: string, format: AccessFormat): AccessLine | string {
  const open = line.indexOf(' [');
  const close = open === -1 ? -1 : line.indexOf('] "', open);
  if (close === -1) return 'there is no [time] followed by a quoted request';
  const head = readHead(line.slice(0, open), format);
  if (head === undefined) return 'address, identity and user do not stand before the time';
  const escapes = line.includes('\\');
  const request = quotedEnd(line, close + 2, escapes);
  if (request === -1) return 'the quote of the request is not closed';
  const afterStatus = numberEnd(line, request + 1, 3);
  const end = afterStatus === -1 ? -1 : numberEnd(line, afterStatus);
  if (end === -1 || (end < line.length && line.charCodeAt(end) !== BLANK)) {
    return 'status and size do not follow the request';
  }
  const rest = readRest(line, end, format, escapes);
  if (typeof rest === 'string') return rest;
  const bytes = line.slice(afterStatus + 1, end);
  // Field by field: spreading is dear, most of all while the garbage collector marks.
  return {
    vhost: head.vhost,
    addresses: head.addresses,
    identity: head.identity,
    user: head.user,
    time: line.slice(open + 2, close),
    relayed: head.relayed,
    request: textIn(line, close + 3, request, escapes),
    status: line.slice(request + 2, afterStatus),
    bytes: bytes === '-' ? 0 : Number(bytes),
    referrer: rest.referrer,
    agent: rest.agent,
    extra: rest.extra,
  };
}

/**
 * Where a number, or the dash that stands for it, ends after a blank; -1 where there is none.
 * @param digits how many it has, where that is known.
 */
function numberEnd(line: string, from: number, digits?: number): number {
  if (line.charCodeAt(from) !== BLANK) return -1;
  const start = from + 1;
  if (line.charCodeAt(start) === DASH) return start + 1;
  const end = endOfDigits(line, start);
  return end === start || (digits !== undefined && end - start !== digits) ? -1 : end;
}

/** `vhost:port`, the addresses, the identity (one word) and the user, which may hold blanks. */
function readHead(head: string, format: AccessFormat) {
  return plainHead(head, format) ?? anyHead(head, format);
}

/** Fast path: nearly every line has one address and no quotes. */
function plainHead(head: string, format: AccessFormat) {
  const first = head.indexOf(' ');
  const second = head.indexOf(' ', first + 1);
  if (first < 1 || second === -1 || head.includes(' ', second + 1) || format === 'vhost_combined') return undefined;
  if (head.includes('"') || head.includes(',')) return undefined;
  const user = withoutEscapes(head.slice(second + 1));
  const identity = head.slice(first + 1, second);
  return { relayed: undefined, vhost: undefined, addresses: [head.slice(0, first)], identity, user };
}

/** RFC 3164 as nginx and rsyslog write it, with either time, and RFC 5424 without structured data. */
const RELAYED =
  /^(?:<\d{1,3}>)?(?:(?:[A-Z][a-z]{2} [ \d]\d (?:\d{4} )?\d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S{0,20}) (\S{1,255}) ([\w./-]{1,100})(?:\[(\d{1,10})\])?: |1 \S{1,40} (\S{1,255}) (\S{1,100}) (?:-|(\d{1,10})) \S{1,40} - )/;

function relayOf([, host, program, pid, newHost, newProgram, newPid]: RegExpExecArray): Relayed {
  const number = pid ?? newPid;
  return {
    host: host ?? newHost!,
    program: program ?? newProgram!,
    pid: number === undefined ? undefined : Number(number),
  };
}

function anyHead(whole: string, format: AccessFormat) {
  const relay = RELAYED.exec(whole);
  const head = relay === null ? whole : whole.slice(relay[0].length);
  const relayed = relay === null ? undefined : relayOf(relay);
  const words = head.split(' ');
  let vhost: string | undefined;
  const named = words.length > 3 && words[1] !== '-' && /^(?:\[[\da-fA-F:.]+\]|[^\s:,"]+):\d{1,5}$/.test(words[0]!);
  if (format === 'vhost_combined' || (format === 'any' && named)) vhost = words.shift();
  const addresses: string[] = [];
  // A chain of proxies: `a, b, c`, the whole in quotes or not; an address of the last hop may follow it.
  let more = true;
  while (more && words.length > 2) {
    const word = words.shift()!;
    more = word.endsWith(',') || (word.startsWith('"') && !word.endsWith('"'));
    const address = word.replace(/^"|[",]+$/g, '');
    if (address !== '') addresses.push(address);
  }
  if (words.length > 2 && words[0] !== '-' && words[1] === '-') {
    // A name and then an address without a comma: the virtual host without its port, as %v writes it.
    if (format === 'any' && addresses.length === 1 && isHostName(addresses[0]!)) vhost = addresses.pop();
    addresses.push(words.shift()!);
  }
  if (addresses.length === 0 || words.length < 2) return undefined;
  return { relayed, vhost, addresses, identity: words[0]!, user: withoutEscapes(words.slice(1).join(' ')) };
}

function isHostName(text: string): boolean {
  return text.includes('.') && /[a-z]$/i.test(text) && isIP(text) === 0;
}

/** Words without quotes. */
const BARE = /^(?: [\w.:=/,*-]{1,100}){1,20}$/;
const LONGEST_BARE = 2100;

/** Referrer and user agent, both in quotes, and what follows them. */
function readRest(line: string, from: number, format: AccessFormat, escapes: boolean) {
  const none = { referrer: undefined, agent: undefined, extra: '' };
  if (from === line.length && format !== 'combined' && format !== 'vhost_combined') return none;
  if (format === 'common') return 'something follows the size';
  // `common` with a time or a size behind it.
  if (format === 'any' && BARE.test(line.slice(from, from + LONGEST_BARE)))
    return { ...none, extra: line.slice(from + 1) };
  const referrer = line.startsWith(' "', from) ? quotedEnd(line, from + 1, escapes) : -1;
  if (referrer === -1) return 'the quoted referrer is missing or not closed';
  const agent = line.startsWith(' "', referrer + 1) ? quotedEnd(line, referrer + 2, escapes) : -1;
  if (agent === -1) return 'the quoted user agent is missing or not closed';
  return {
    referrer: textIn(line, from + 2, referrer, escapes),
    agent: textIn(line, referrer + 3, agent, escapes),
    extra: agent + 1 === line.length ? '' : line.slice(agent + 1).trim(),
  };
}

/**
 * Position of the quote that closes the one at `open`; a backslash hides the character after it. -1 when there is none.
 * @param escapes whether the line has any backslash.
 */
function quotedEnd(line: string, open: number, escapes: boolean): number {
  // Fast path: nearly no line has one.
  if (!escapes) return line.indexOf('"', open + 1);
  for (let at = open + 1; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (code === 34) return at;
    if (code === 92) at++;
  }
  return -1;
}

function textIn(line: string, from: number, to: number, escapes: boolean): string {
  const text = line.slice(from, to);
  return escapes ? withoutEscapes(text) : text;
}

const NAMED: Record<string, string> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', '"': '"', '\\': '\\' };

/** Undoes the escapes of Apache and nginx: \" \\ \n \t and \xHH, whose bytes are UTF-8 where they are valid. */
function withoutEscapes(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/(?:\\x[0-9a-fA-F]{2})+|\\(.)/g, (whole, named: string | undefined) => {
    if (named !== undefined) return NAMED[named] ?? whole;
    const decoded = Buffer.from(whole.replaceAll('\\x', ''), 'hex').toString('utf8');
    return decoded.includes('\ufffd') ? whole : decoded;
  });
}
