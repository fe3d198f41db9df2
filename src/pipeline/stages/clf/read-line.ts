import { isIP } from 'node:net';

/** The parts of an access log line as they stand, escapes undone; `-` is still `-`. */
export type AccessLine = {
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

const NUMBERS = / (\d{3}|-) (\d+|-)(?= |$)/y;

/** Splits a line; a text says why it is not one. */
export function readAccessLine(line: string, format: AccessFormat): AccessLine | string {
  const open = line.indexOf(' [');
  const close = open === -1 ? -1 : line.indexOf('] "', open);
  if (close === -1) return 'there is no [time] followed by a quoted request';
  const head = readHead(line.slice(0, open), format);
  if (head === undefined) return 'address, identity and user do not stand before the time';
  const request = quotedEnd(line, close + 2);
  if (request === -1) return 'the quote of the request is not closed';
  NUMBERS.lastIndex = request + 1;
  const match = NUMBERS.exec(line);
  if (match === null) return 'status and size do not follow the request';
  const rest = readRest(line, NUMBERS.lastIndex, format);
  if (typeof rest === 'string') return rest;
  // Field by field: spreading is dear, most of all while the garbage collector marks.
  return {
    vhost: head.vhost,
    addresses: head.addresses,
    identity: head.identity,
    user: head.user,
    time: line.slice(open + 2, close),
    request: withoutEscapes(line.slice(close + 3, request)),
    status: match[1]!,
    bytes: match[2] === '-' ? 0 : Number(match[2]),
    referrer: rest.referrer,
    agent: rest.agent,
    extra: rest.extra,
  };
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
  return { vhost: undefined, addresses: [head.slice(0, first)], identity: head.slice(first + 1, second), user };
}

function anyHead(head: string, format: AccessFormat) {
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
  return { vhost, addresses, identity: words[0]!, user: withoutEscapes(words.slice(1).join(' ')) };
}

function isHostName(text: string): boolean {
  return text.includes('.') && /[a-z]$/i.test(text) && isIP(text) === 0;
}

/** Referrer and user agent, both in quotes, and what follows them. */
function readRest(line: string, from: number, format: AccessFormat) {
  const none = { referrer: undefined, agent: undefined, extra: '' };
  if (from === line.length && format !== 'combined' && format !== 'vhost_combined') return none;
  if (format === 'common') return 'something follows the size';
  const referrer = line.startsWith(' "', from) ? quotedEnd(line, from + 1) : -1;
  if (referrer === -1) return 'the quoted referrer is missing or not closed';
  const agent = line.startsWith(' "', referrer + 1) ? quotedEnd(line, referrer + 2) : -1;
  if (agent === -1) return 'the quoted user agent is missing or not closed';
  return {
    referrer: withoutEscapes(line.slice(from + 2, referrer)),
    agent: withoutEscapes(line.slice(referrer + 3, agent)),
    extra: line.slice(agent + 1).trim(),
  };
}

/** Position of the quote that closes the one at `open`; a backslash hides the character after it. -1 when there is none. */
function quotedEnd(line: string, open: number): number {
  for (let at = open + 1; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (code === 34) return at;
    if (code === 92) at++;
  }
  return -1;
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
