/** A packet as the kernel's LOG targets describe it. */
export type Packet = {
  /** What the rule's author had written before it, without the kernel's clock. */
  readonly prefix: string;
  /** `SRC=10.0.0.1` and the like; a key without a value has ''. */
  readonly pairs: readonly (readonly [key: string, value: string])[];
  /** DF, SYN … */
  readonly flags: readonly string[];
  /** The packet that an ICMP error is about, as it stands. */
  readonly inner: string | undefined;
};

const BEGIN = /IN=[^\s=]{0,64} OUT=(?=[^\s=]{0,64}(?:\s|$))/;
/** `[12345.678901] `, which stands before it in files that the kernel's ring buffer is copied to. */
const CLOCK = /^\[\s{0,10}\d{1,12}\.\d{1,9}\]\s?/;
/** firewalld with nftables writes the quotes of its own rules along. */
const QUOTED = /^"([^"]{0,128})"$/;
const MOST_WORDS = 100;

/** Takes a line of xt_LOG, nf_log_syslog or nftables apart; undefined for another one. */
export function readPacket(text: string): Packet | undefined {
  const begin = BEGIN.exec(text.length > 2048 ? text.slice(0, 2048) : text);
  if (begin === null) return undefined;
  const prefix = text.slice(0, begin.index).replace(CLOCK, '').trim().replace(QUOTED, '$1').trim();
  let body = text.slice(begin.index);
  const open = body.indexOf('[');
  const close = body.indexOf(']', open);
  // Of a packet that is cut off before what a header should hold, the bytes that are there.
  const rest = /\bINCOMPLETE \[(\d{1,6}) bytes\]/.exec(body)?.[1];
  const inner =
    open === -1 || rest !== undefined ? undefined : body.slice(open + 1, close === -1 ? body.length : close).trim();
  if (open !== -1) body = `${body.slice(0, open)} ${close === -1 ? '' : body.slice(close + 1)}`;
  // IP and TCP options stand in parentheses, in hexadecimal.
  if (rest !== undefined) body += ` INCOMPLETE=${rest}`;
  body = body.replace(/OPT \(([0-9A-Fa-f]{0,200})\)/g, 'OPT=$1').replace(/\bFRAG:(\d{1,5})\b/, 'FRAG=$1');
  const pairs: [string, string][] = [];
  const flags: string[] = [];
  for (const word of body.split(/\s+/, MOST_WORDS)) {
    const equals = word.indexOf('=');
    if (equals > 0) pairs.push([word.slice(0, equals), word.slice(equals + 1)]);
    else if (/^[A-Z]{2,4}$/.test(word)) flags.push(word);
  }
  return { prefix, pairs, flags, inner };
}
