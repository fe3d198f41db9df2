/** A key and its value; `quoted` values are plain text, others may be hexadecimal. */
export type Pair = { readonly key: string; readonly value: string; readonly quoted: boolean };

/** A record of the Linux audit system in its parts, as they stand. */
export type AuditRecord = {
  readonly node: string | undefined;
  readonly type: string;
  /** ms since the epoch. */
  readonly time: number;
  readonly sequence: string;
  readonly pairs: readonly Pair[];
  /** Words outside pairs, as `avc:  denied  { read } for`. */
  readonly words: readonly string[];
};

const HEAD =
  /(?:^|\s)(?:node=(\S{1,255}) )?type=([A-Za-z0-9_[\]]{1,64}) (?:msg=)?audit\((\d{1,12})\.(\d{3}):(\d{1,20})\): ?/;
const KEY = /^[A-Za-z][\w.-]{0,63}(?:\[\d{1,5}\])?$/;
/** A record has a few dozen pairs, a command line a few hundred; what one writes beyond stays in the line. */
const MOST_PAIRS = 2000;
const BLANK = 32;
/** auditd puts what it looked up itself behind this one (`log_format = ENRICHED`). */
const ENRICHED = 29;
/** Relays and terminals swallow that character: what is looked up then follows a value directly. */
const UNPARTED =
  /(?=(?:ARCH|SYSCALL|OAUID|SAUID|AUID|UID|GID|OUID|OGID|ID|SADDR)=(?:["{]|[a-z]))(?<=['"]|=[^\s"'=]{0,64}[\w)}])/g;

/** What is looked up is in capitals; records that hold none are most. */
const LOOKED_UP = /[A-Z]{2}=/;

/** Puts that character back; not inside of a quoted value, which may hold anything. */
function parted(body: string): string {
  if (!LOOKED_UP.test(body) || body.includes('\x1d')) return body;
  for (const { index } of body.matchAll(UNPARTED)) {
    const quotes = body.slice(0, index).split('"').length - 1;
    if (quotes % 2 === 0) return `${body.slice(0, index)}\x1d${body.slice(index)}`;
  }
  return body;
}

/** Splits a record as auditd writes it, or as a relay hands it on behind a syslog head; undefined for another line. */
export function readRecord(line: string): AuditRecord | undefined {
  const head = HEAD.exec(line.length > 4096 ? line.slice(0, 4096) : line);
  if (head === null) return undefined;
  const pairs: Pair[] = [];
  const words: string[] = [];
  const body = line.slice(head.index + head[0].length);
  readPairs(parted(body), pairs, words);
  return {
    node: head[1],
    type: head[2]!,
    time: Number(head[3]) * 1000 + Number(head[4]),
    sequence: head[5]!,
    pairs,
    words,
  };
}

function isBlank(code: number): boolean {
  return code === BLANK || code === ENRICHED || code === 9 || code === 10;
}

function readPairs(text: string, pairs: Pair[], words: string[]): void {
  let at = 0;
  let before: string | undefined;
  while (at < text.length && pairs.length < MOST_PAIRS) {
    if (isBlank(text.charCodeAt(at))) {
      at++;
      continue;
    }
    const start = at;
    while (at < text.length && text[at] !== '=' && !isBlank(text.charCodeAt(at))) at++;
    const word = text.slice(text[start] === '(' ? start + 1 : start, at);
    if (text[at] !== '=' || !KEY.test(word)) {
      at = endOfWord(text, at);
      before = takeWord(text.slice(start, at), pairs, words);
      continue;
    }
    // `old auid=4294967295 new auid=1000`, as kernels before 3.13 wrote it.
    const key = before === undefined ? word : `${before}_${word}`;
    before = undefined;
    at = readValue(text, at + 1, key, pairs, words);
  }
}

function endOfWord(text: string, from: number): number {
  let at = from;
  while (at < text.length && !isBlank(text.charCodeAt(at))) at++;
  return at;
}

/** `op=adding user`: user-space programs forget the quotes. What it returns goes before the next key. */
function takeWord(word: string, pairs: Pair[], words: string[]): string | undefined {
  if (word === 'old' || word === 'new') return word;
  const last = pairs.at(-1);
  if (last?.key === 'op' && !last.quoted) pairs[pairs.length - 1] = { ...last, value: `${last.value} ${word}` };
  else if (words.length < 50) words.push(word);
  return undefined;
}

/** Takes the value that begins there; what it returns is the place after it. */
function readValue(text: string, from: number, key: string, pairs: Pair[], words: string[]): number {
  const quote = text[from];
  if (quote === '"') {
    const end = text.indexOf('"', from + 1);
    const stop = end === -1 ? text.length : end;
    pairs.push({ key, value: text.slice(from + 1, stop), quoted: true });
    return stop + 1;
  }
  if (quote === "'") {
    const end = endOfNested(text, from + 1);
    readPairs(text.slice(from + 1, end), pairs, words);
    return end + 1;
  }
  if (quote === '{') {
    const end = text.indexOf('}', from);
    const stop = end === -1 ? text.length : end;
    readPairs(text.slice(from + 1, stop), pairs, words);
    return stop + 1;
  }
  const end = endOfWord(text, from);
  pairs.push({ key, value: bare(text.slice(from, end)), quoted: false });
  return end;
}

/** Without what stands around it in texts of RHEL 5: `uid=0: exe="/x" (hostname=?, addr=?, terminal=cron res=success)`. */
function bare(value: string): string {
  if (!/[,:)]$/.test(value)) return value;
  if (/^\d+:$/.test(value)) return value.slice(0, -1);
  return value.includes('(') ? value.replace(/,$/, '') : value.replace(/[,)]$/, '');
}

/** The quote that ends `msg='…'` stands before a blank or at the end; a program's text may hold others. */
function endOfNested(text: string, from: number): number {
  for (let at = text.indexOf("'", from); at !== -1; at = text.indexOf("'", at + 1)) {
    if (at + 1 === text.length || isBlank(text.charCodeAt(at + 1))) return at;
  }
  return text.length;
}
