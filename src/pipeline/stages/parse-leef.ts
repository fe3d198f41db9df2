import { Type } from 'typebox';
import { removeField } from '../../model/event.ts';
import { Rejected } from '../../model/rejected.ts';
import { defineStage } from '../stage.ts';
import { protocolOf } from './cef/time.ts';
import { createPairWriter, newPairs } from './keyed/write-pairs.ts';
import { LEEF_FIELDS } from './leef/fields.ts';
import { readLeef } from './leef/read-line.ts';
import { deviceTimeReader } from './leef/time.ts';

const options = Type.Object(
  {
    field: Type.String({ minLength: 1, default: 'message', description: 'field with the line; it stays as it is' }),
    rest: Type.Optional(
      Type.String({ minLength: 1, description: 'field that gets what stands before LEEF:, such as a syslog header' }),
    ),
    fields: Type.Record(Type.String(), Type.String({ minLength: 1 }), {
      default: {},
      description: 'attribute: the field it fills, besides those that LEEF defines',
    }),
    otherwise: Type.Enum(['reject', 'pass'], {
      default: 'reject',
      description: 'what becomes of a line that is no LEEF',
    }),
  },
  { additionalProperties: false },
);

export const parseLeef = defineStage({
  name: 'parse-leef',
  summary: 'reads QRadar’s Log Event Extended Format, 1.0 and 2.0, and gives its attributes their ECS names',
  form: 'map',
  options,
  examples: [
    {
      title: 'an event of version 2.0, which names what stands between its attributes',
      options: {},
      in: {
        message:
          'LEEF:2.0|Acme|Proxy|4.1|denied|^|src=10.0.0.7^dstPort=443^proto=6^usrName=bob^sev=5^cat=web^devTime=Nov 21 2026 10:00:00^devTimeFormat=MMM dd yyyy HH:mm:ss',
      },
      out: {
        message:
          'LEEF:2.0|Acme|Proxy|4.1|denied|^|src=10.0.0.7^dstPort=443^proto=6^usrName=bob^sev=5^cat=web^devTime=Nov 21 2026 10:00:00^devTimeFormat=MMM dd yyyy HH:mm:ss',
        'example.log.version': '2.0',
        'observer.vendor': 'Acme',
        'observer.product': 'Proxy',
        'observer.version': '4.1',
        'event.code': 'denied',
        'source.ip': '10.0.0.7',
        'destination.port': 443,
        'network.transport': 'tcp',
        'user.name': 'bob',
        'example.log.attributes.sev': '5',
        'event.severity': 5,
        'example.log.attributes.cat': 'web',
        '@timestamp': '2026-11-21T10:00:00.000Z',
        'example.log.attributes.devTimeFormat': 'MMM dd yyyy HH:mm:ss',
      },
    },
    {
      title: 'another line is rejected',
      options: {},
      in: { message: 'LEEF:3.0|x' },
      rejected: { reason: 'unparsable', field: 'message' },
    },
  ],
  create({ field, rest, fields, otherwise }, context) {
    const { dataset } = context;
    const readTime = deviceTimeReader(context);
    const writer = { prefix: '', include: [], exclude: [], keys: 'own', values: 'text' } as const;
    const target = `${dataset}.attributes`;
    const write = createPairWriter({ ...writer, target, fields: { ...LEEF_FIELDS, ...fields } }, context);
    const pairs = newPairs();
    const refused = new Rejected('unparsable', 'it is no line of LEEF with its bars', field);
    return (event) => {
      const text = event[field];
      if (typeof text !== 'string') return event;
      const header = readLeef(text, pairs);
      if (header === undefined) return otherwise === 'pass' ? event : refused;
      const { keys, values, count } = pairs;
      for (let index = 0; index < count; index++) {
        if (keys[index] === 'devTime') {
          const format = keys.indexOf('devTimeFormat');
          values[index] = readTime(values[index]!, format === -1 || format >= count ? undefined : values[format]);
        } else if (keys[index] === 'proto') values[index] = protocolOf(values[index]!);
        else if (keys[index] === 'sev' && /^(?:\d|10)$/.test(String(values[index])))
          event['event.severity'] = Number(values[index]);
      }
      if (field !== 'message') removeField(event, field);
      if (rest !== undefined && header.before !== '') event[rest] = header.before;
      event[`${dataset}.version`] = header.version;
      if (header.vendor !== '') event['observer.vendor'] = header.vendor;
      if (header.product !== '') event['observer.product'] = header.product;
      if (header.deviceVersion !== '') event['observer.version'] = header.deviceVersion;
      if (header.eventId !== '') event['event.code'] = header.eventId;
      write(event, pairs);
      return event;
    };
  },
});
