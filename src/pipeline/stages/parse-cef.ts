import { Type } from 'typebox';
import { type Event, type JsonValue, removeField } from '../../model/event.ts';
import { Rejected } from '../../model/rejected.ts';
import { defineStage } from '../stage.ts';
import { CEF_FIELDS, CEF_FULL_NAMES } from './cef/fields.ts';
import { type CefHeader, readCef } from './cef/read-line.ts';
import { dateReader, protocolOf } from './cef/time.ts';
import { createPairWriter, newPairs, type Pairs } from './keyed/write-pairs.ts';

const options = Type.Object(
  {
    field: Type.String({ minLength: 1, default: 'message', description: 'field with the line' }),
    rest: Type.Optional(
      Type.String({ minLength: 1, description: 'field that gets what stands before CEF:, such as a syslog header' }),
    ),
    fields: Type.Record(Type.String(), Type.String({ minLength: 1 }), {
      default: {},
      description: 'key of the extension: the field it fills, besides those of the standard',
    }),
    otherwise: Type.Enum(['reject', 'pass'], {
      default: 'reject',
      description: 'what becomes of a line that is no CEF',
    }),
  },
  { additionalProperties: false },
);

const DIRECTIONS: Readonly<Record<string, string>> = { 0: 'inbound', 1: 'outbound' };
const OUTCOMES: Readonly<Record<string, string>> = {
  success: 'success',
  succeeded: 'success',
  successful: 'success',
  failure: 'failure',
  failed: 'failure',
  fail: 'failure',
};

/** The least number of what the standard calls so. */
const SEVERITIES: Readonly<Record<string, number>> = { low: 0, medium: 4, high: 7, 'very-high': 9 };

function fillHeader(event: Event, header: CefHeader, dataset: string): void {
  const { vendor, product, deviceVersion, classId, name, severity } = header;
  event[`${dataset}.version`] = header.version;
  if (vendor !== '') event['observer.vendor'] = vendor;
  if (product !== '') event['observer.product'] = product;
  if (deviceVersion !== '') event['observer.version'] = deviceVersion;
  if (classId !== '') event['event.code'] = classId;
  if (name !== '') event[`${dataset}.name`] = name;
  if (severity !== '') event[`${dataset}.severity`] = severity;
  const word = severity.toLowerCase();
  if (/^(?:\d|10)$/.test(severity)) event['event.severity'] = Number(severity);
  else if (Object.hasOwn(SEVERITIES, word)) event['event.severity'] = SEVERITIES[word]!;
}

const LABEL = /^(.{1,64})Label$/;

/** `cs1Label=Rule cs1=web`: the value once more under the name that the device gave it, `labels.rule`. */
function fillLabels(event: Event, pairs: Pairs, dataset: string): void {
  const names = new Map<string, string>();
  for (let index = 0; index < pairs.count; index++) {
    const base = LABEL.exec(pairs.keys[index]!)?.[1];
    if (base === undefined) continue;
    const name = String(pairs.values[index])
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, '_')
      .replace(/^_|_$/g, '')
      .slice(0, 64);
    if (name !== '') names.set(base, name);
  }
  if (names.size === 0) return;
  for (let index = 0; index < pairs.count; index++) {
    const name = names.get(pairs.keys[index]!);
    if (name !== undefined && pairs.values[index] !== '') event[`${dataset}.labels.${name}`] = pairs.values[index]!;
  }
}

const HASHES: Readonly<Record<number, string>> = { 32: 'md5', 40: 'sha1', 64: 'sha256' };

/** The key does not say which it is, its length does. */
function fillHash(event: Event, hash: JsonValue | undefined): void {
  if (typeof hash !== 'string' || !/^[\da-f]{32,64}$/i.test(hash) || HASHES[hash.length] === undefined) return;
  event[`file.hash.${HASHES[hash.length]}`] ??= hash;
}

/** `00:11:22:aa:bb:cc` as ECS writes it, RFC 7042. */
function macOf(value: JsonValue): JsonValue {
  return typeof value === 'string' && /^(?:[\da-f]{2}[:-]){5}[\da-f]{2}$/i.test(value)
    ? value.toUpperCase().replaceAll(':', '-')
    : value;
}

/** The severity is that of a risk, not of a fault of the program that writes: it is no log.level. */
export const parseCef = defineStage({
  name: 'parse-cef',
  summary: 'reads ArcSight’s Common Event Format and gives its keys their ECS names',
  form: 'map',
  options,
  examples: [
    {
      title: 'an event of a firewall with a syslog header before it',
      options: { rest: 'example.log.head' },
      in: {
        message:
          'Nov 21 10:00:00 fw-1 CEF:0|Acme|Wall|1.0|100|Connection \\| denied|7|rt=1795255200000 src=10.0.0.7 spt=4711 dst=10.0.0.8 dpt=443 proto=TCP act=deny cs1Label=Rule cs1=web \\= all msg=denied by rule',
      },
      out: {
        'example.log.head': 'Nov 21 10:00:00 fw-1',
        'example.log.version': '0',
        'observer.vendor': 'Acme',
        'observer.product': 'Wall',
        'observer.version': '1.0',
        'event.code': '100',
        'example.log.name': 'Connection | denied',
        'example.log.severity': '7',
        'event.severity': 7,
        '@timestamp': '2026-11-21T10:00:00.000Z',
        'source.ip': '10.0.0.7',
        'source.port': 4711,
        'destination.ip': '10.0.0.8',
        'destination.port': 443,
        'network.transport': 'tcp',
        'event.action': 'deny',
        'example.log.extensions.cs1Label': 'Rule',
        'example.log.extensions.cs1': 'web = all',
        'example.log.labels.rule': 'web = all',
        message: 'denied by rule',
      },
    },
    {
      title: 'another line is rejected',
      options: {},
      in: { message: 'CEF without bars' },
      rejected: { reason: 'unparsable', field: 'message' },
    },
  ],
  create({ field, rest, fields, otherwise }, context) {
    const { dataset } = context;
    const date = dateReader(context);
    const changes: Readonly<Record<string, (value: JsonValue) => JsonValue>> = {
      rt: date,
      start: date,
      end: date,
      fileCreateTime: date,
      fileModificationTime: date,
      proto: protocolOf,
      app: protocolOf,
      smac: macOf,
      dmac: macOf,
      dvcmac: macOf,
      deviceDirection: (value) => DIRECTIONS[String(value)] ?? value,
    };
    const writer = { prefix: '', include: [], exclude: [], keys: 'own', values: 'text' } as const;
    const target = `${dataset}.extensions`;
    const write = createPairWriter({ ...writer, target, fields: { ...CEF_FIELDS, ...fields } }, context);
    const pairs = newPairs();
    const outcome = `${target}.outcome`;
    const refused = new Rejected('unparsable', 'it is no line of CEF with its seven bars', field);
    return (event) => {
      const text = event[field];
      if (typeof text !== 'string') return event;
      const header = readCef(text, pairs);
      if (header === undefined) return otherwise === 'pass' ? event : refused;
      for (let index = 0; index < pairs.count; index++) {
        const named = pairs.keys[index]!;
        const key = Object.hasOwn(CEF_FULL_NAMES, named) ? CEF_FULL_NAMES[named]! : named;
        pairs.keys[index] = key;
        if (Object.hasOwn(changes, key)) pairs.values[index] = changes[key]!(pairs.values[index]!);
      }
      if (rest !== undefined && header.before !== '') event[rest] = header.before;
      fillHeader(event, header, dataset);
      if (field === 'message') removeField(event, field);
      write(event, pairs);
      fillLabels(event, pairs, dataset);
      fillHash(event, event[`${target}.fileHash`]);
      if (event['message'] === undefined) event['message'] = header.name === '' ? text : header.name;
      const said = event[outcome];
      if (typeof said === 'string' && Object.hasOwn(OUTCOMES, said.toLowerCase())) {
        event['event.outcome'] = OUTCOMES[said.toLowerCase()]!;
      }
      return event;
    };
  },
});
