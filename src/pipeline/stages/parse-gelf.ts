import { Type } from 'typebox';
import { removeField } from '../../model/event.ts';
import { Rejected } from '../../model/rejected.ts';
import { defineStage } from '../stage.ts';
import { GELF } from './gelf/convention.ts';
import { createMapper } from './json/mapper.ts';
import { parseObject } from './json/parse.ts';
import { anyTime } from './json/time.ts';

const options = Type.Object(
  {
    field: Type.String({ minLength: 1, default: 'message', description: 'field with the JSON text' }),
    otherwise: Type.Enum(['reject', 'pass'], {
      default: 'reject',
      description: 'what becomes of a line that is no GELF',
    }),
  },
  { additionalProperties: false },
);

/** A line needs a short_message, the one thing that is never missing. A NUL at its end, which TCP senders write, is cut off. */
export const parseGelf = defineStage({
  name: 'parse-gelf',
  summary: 'reads Graylog’s Extended Log Format and gives its keys their ECS names',
  form: 'map',
  options,
  examples: [
    {
      title: 'an event with fields of its own',
      options: {},
      in: {
        message:
          '{"version":"1.1","host":"web-1","short_message":"paid","full_message":"paid\\nin full","timestamp":1795255200.5,"level":4,"_order":"o7","_user.id":42,"_trace_id":"t1"}',
      },
      out: {
        message: 'paid',
        'example.log.version': '1.1',
        'host.name': 'web-1',
        'example.log.full_message': 'paid\nin full',
        'log.level': 'warn',
        'log.syslog.severity.code': 4,
        'example.log.level': '4',
        'example.log.order': 'o7',
        'user.id': '42',
        'trace.id': 't1',
        '@timestamp': '2026-11-21T10:00:00.500Z',
      },
    },
    {
      title: 'other JSON is rejected',
      options: {},
      in: { message: '{"msg":"x"}' },
      rejected: { reason: 'unparsable', field: 'message' },
    },
  ],
  create({ field, otherwise }, context) {
    const map = createMapper(GELF, context.dataset, anyTime(context));
    const refused = new Rejected('unparsable', 'it is no JSON object with a short_message', field);
    return (event) => {
      const text = event[field];
      if (typeof text !== 'string') return event;
      const source = parseObject(text.endsWith('\0') ? text.slice(0, -1) : text);
      if (typeof source?.['short_message'] !== 'string') return otherwise === 'pass' ? event : refused;
      if (field !== 'message') removeField(event, field);
      return map(event, source) ?? event;
    };
  },
});
