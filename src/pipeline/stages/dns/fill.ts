import { isIP } from 'node:net';
import type { Event, JsonValue } from '../../../model/event.ts';

export type Tree = Readonly<Record<string, JsonValue>>;

/** A record of an answer as ECS has it; `data` is the text that zone files have. */
export type Answer = {
  readonly name?: string;
  readonly type?: string;
  readonly ttl?: number;
  readonly data?: string;
};

export function isTree(value: JsonValue | undefined): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `dns.answers`, and the addresses among them. Nothing for no answers. */
export function putAnswers(event: Event, answers: readonly Answer[]): void {
  if (answers.length === 0) return;
  event['dns.answers'] = answers as unknown as JsonValue;
  const addresses = new Set<string>();
  for (const { data } of answers) if (data !== undefined && isIP(data) !== 0) addresses.add(data);
  if (addresses.size > 0) event['dns.resolved_ip'] = [...addresses];
}

/** Flags of the head by their bits, RFC 1035 and 4035, in the letters of ECS. */
const FLAGS: readonly (readonly [name: string, bit: number])[] = [
  ['AA', 0x0400],
  ['TC', 0x0200],
  ['RD', 0x0100],
  ['RA', 0x0080],
  ['AD', 0x0020],
  ['CD', 0x0010],
];

/** @param isSet by the flag's name and its bit. */
export function putFlags(event: Event, isSet: (name: string, bit: number) => boolean): void {
  const flags = FLAGS.filter(([name, bit]) => isSet(name, bit)).map(([name]) => name);
  if (flags.length > 0) event['dns.header_flags'] = flags;
}

/** Kinds of questions by their number, IANA's registry. */
const OP_CODES: Readonly<Record<string, string>> = {
  0: 'QUERY',
  1: 'IQUERY',
  2: 'STATUS',
  4: 'NOTIFY',
  5: 'UPDATE',
  6: 'DSO',
};

export function putOpCode(event: Event, code: JsonValue | undefined): void {
  if (code === undefined || !Object.hasOwn(OP_CODES, String(code))) return;
  event['dns.op_code'] ??= OP_CODES[String(code)]!;
}
