import { type Event, type JsonValue, removeField } from '../../../model/event.ts';
import { type Answer, isTree, putAnswers, putFlags, putOpCode, type Tree } from './fill.ts';

/** Parts of records that are no plain text, in the order of zone files. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  soa: ['mname', 'rname', 'serial', 'refresh', 'retry', 'expire', 'minimum'],
  srv: ['priority', 'weight', 'port', 'name'],
  mx: ['preference', 'name'],
  sshfp: ['algo', 'type', 'fingerprint'],
};

function dataOf(record: Tree): string | undefined {
  const { rdata } = record;
  if (typeof rdata === 'string') return rdata;
  for (const [kind, names] of Object.entries(PARTS)) {
    const parts = record[kind];
    if (isTree(parts)) return names.flatMap((name) => (parts[name] === undefined ? [] : String(parts[name]))).join(' ');
  }
  return undefined;
}

function answerOf(record: Tree): Answer {
  const { rrname, rrtype, ttl } = record;
  const data = dataOf(record);
  return {
    ...(typeof rrname === 'string' ? { name: rrname } : {}),
    ...(typeof rrtype === 'string' ? { type: rrtype } : {}),
    ...(typeof ttl === 'number' ? { ttl } : {}),
    ...(data === undefined ? {} : { data }),
  };
}

/** Without the answers one by one there are their values by type (`formats: [grouped]`). */
function grouped(event: Event, prefix: string): readonly Answer[] {
  const start = `${prefix}.grouped.`;
  return Object.keys(event).flatMap((field) => {
    const values = field.startsWith(start) ? event[field] : undefined;
    if (!Array.isArray(values)) return [];
    const type = field.slice(start.length);
    return values.flatMap((data) => (typeof data === 'string' ? [{ type, data }] : []));
  });
}

function firstOf(value: JsonValue | undefined): Tree | undefined {
  const first = Array.isArray(value) ? value[0] : undefined;
  return isTree(first) ? first : undefined;
}

function fillQuestion(event: Event, prefix: string): void {
  const question = firstOf(event[`${prefix}.queries`]) ?? firstOf(event[`${prefix}.query`]);
  if (question === undefined) return;
  const { rrname, rrtype, id, opcode } = question;
  if (typeof rrname === 'string') event['dns.question.name'] ??= rrname;
  if (typeof rrtype === 'string') event['dns.question.type'] ??= rrtype;
  if (id !== undefined) event['dns.id'] ??= String(id);
  putOpCode(event, opcode);
}

/** Of version 1 an answer is an event of its own, with its record beside the question. */
function single(event: Event, prefix: string): readonly Answer[] {
  const rdata = event[`${prefix}.rdata`];
  if (typeof rdata !== 'string') return [];
  const record: Record<string, JsonValue> = { rdata };
  for (const [key, field] of [
    ['rrname', 'dns.question.name'],
    ['rrtype', 'dns.question.type'],
    ['ttl', `${prefix}.ttl`],
  ] as const) {
    const value = event[field];
    if (value !== undefined) record[key] = value;
  }
  return [answerOf(record)];
}

/**
 * Versions 1 to 3 of EVE's dns object; alerts of version 2 have it as `query` and `answer`. Format: the manual's
 * "EVE JSON format", event type DNS.
 */
export function fillSuricata(event: Event, prefix: string): void {
  fillQuestion(event, prefix);
  const inner = `${prefix}.answer`;
  const at = event[`${inner}.type`] === undefined && event[`${inner}.rcode`] === undefined ? prefix : inner;
  const list = event[`${at}.answers`];
  const records = Array.isArray(list) ? list.filter(isTree) : [];
  if (records.length > 0) {
    removeField(event, `${at}.answers`);
    putAnswers(event, records.map(answerOf));
  } else {
    const groups = grouped(event, at);
    putAnswers(event, groups.length > 0 ? groups : single(event, at));
  }
  const rcode = event[`${inner}.rcode`];
  if (typeof rcode === 'string') event['dns.response_code'] ??= rcode;
  const bits = event[`${at}.flags`];
  const word = typeof bits === 'string' && /^[\da-f]{1,4}$/i.test(bits) ? Number.parseInt(bits, 16) : 0;
  putFlags(event, (name, bit) => (word & bit) !== 0 || event[`${at}.${name.toLowerCase()}`] === true);
  putOpCode(event, event[`${at}.opcode`]);
}
