import { Type } from 'typebox';
import { type Event, removeField } from '../../model/event.ts';
import { Rejected } from '../../model/rejected.ts';
import { defineStage } from '../stage.ts';
import { CONVENTIONS } from './json/conventions.ts';
import { createMapper, keep } from './json/mapper.ts';
import { parseLeading, parseObject } from './json/parse.ts';
import { anyTime } from './json/time.ts';

const options = Type.Object(
  {
    field: Type.String({ minLength: 1, default: 'message', description: 'field with the JSON text' }),
    mode: Type.Enum(Object.keys(CONVENTIONS), {
      default: 'generic',
      description:
        'whose keys they are: any logger’s (generic), a web server’s access log, journalctl -o json, an OTLP log record, or those of the product or logger of that name; own: all go under the dataset as they are',
    }),
    target: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'what keys go under that have no ECS name; by default the dataset',
      }),
    ),
    otherwise: Type.Enum(['reject', 'pass'], {
      default: 'reject',
      description: 'what becomes of a line that is no JSON object',
    }),
  },
  { additionalProperties: false },
);

/**
 * A key whose meaning is known goes where ECS wants it; a key that is an ECS name stays when its type fits; everything
 * else goes under the dataset; lines of plain text below the object are `<dataset>.text`. In mode `access` the line itself does not stay in `field`, so that later parsers of other
 * formats leave the event alone; the runner gives it back as the message.
 */
export const parseJson = defineStage({
  name: 'parse-json',
  summary: 'reads a line that is one JSON object and gives its keys their ECS names',
  form: 'map',
  options,
  examples: [
    {
      title: 'known keys get their ECS names, the others go under the dataset',
      options: {},
      in: { message: '{"time":"2026-11-21T10:00:00Z","level":"WARN","msg":"slow","traceId":"ab12","took":12}' },
      out: {
        message: 'slow',
        'log.level': 'warn',
        'example.log.level': 'WARN',
        'trace.id': 'ab12',
        'example.log.took': 12,
        '@timestamp': '2026-11-21T10:00:00.000Z',
      },
    },
    {
      title: 'a pino line of a request',
      options: { mode: 'pino' },
      in: {
        message:
          '{"level":30,"time":1763600000000,"pid":7,"hostname":"web-1","req":{"method":"GET","url":"/a?b=1"},"res":{"statusCode":200},"responseTime":1.5,"msg":"request completed"}',
      },
      out: {
        message: 'request completed',
        'log.level': 'info',
        'example.log.level': '30',
        'process.pid': 7,
        'host.name': 'web-1',
        'http.request.method': 'GET',
        'url.original': '/a?b=1',
        'url.path': '/a',
        'url.query': 'b=1',
        'http.response.status_code': 200,
        'event.category': ['web'],
        'event.type': ['access'],
        'event.outcome': 'success',
        'event.duration': 1_500_000,
        '@timestamp': '2025-11-20T00:53:20.000Z',
      },
    },
    {
      title: 'keys that mean something of their own, for later stages to name',
      options: { mode: 'own' },
      in: { message: '{"level":"Metadata","user":{"name":"bob"}}' },
      out: {
        message: '{"level":"Metadata","user":{"name":"bob"}}',
        'example.log.level': 'Metadata',
        'example.log.user.name': 'bob',
      },
    },
    {
      title: 'JSON inside of a field',
      options: { field: 'shop.payload', mode: 'own', target: 'shop.order' },
      in: { message: 'paid', 'shop.payload': '{"id":7,"user":{"name":"bob"}}' },
      out: { message: 'paid', 'shop.order.id': 7, 'shop.order.user.name': 'bob' },
    },
    {
      title: 'what a program prints below its line stays with it, where lines are joined',
      options: {},
      in: { message: '{"level":"info","msg":"stopping"}\nTerminated' },
      out: {
        message: 'stopping',
        'log.level': 'info',
        'example.log.level': 'info',
        'example.log.text': 'Terminated',
      },
    },
    {
      title: 'a line cut in half is rejected',
      options: {},
      in: { message: '{"level":"info","msg":"ha' },
      rejected: { reason: 'unparsable', field: 'message' },
    },
  ],
  create({ field, mode, target, otherwise }, context) {
    const under = target ?? context.dataset;
    const map = createMapper(CONVENTIONS[mode]!(under), under, anyTime(context));
    const refused = new Rejected('unparsable', 'the line is not one JSON object', field);
    const replaced = field !== 'message' || mode === 'access';
    return (event: Event) => {
      const text = event[field];
      if (typeof text !== 'string') return event;
      const source = parseObject(text);
      if (source !== undefined) {
        if (replaced) removeField(event, field);
        return map(event, source) ?? event;
      }
      const leading = parseLeading(text);
      if (leading === undefined) return otherwise === 'pass' ? event : refused;
      if (replaced) removeField(event, field);
      const fault = map(event, leading.source);
      keep(event, `${under}.text`, leading.rest);
      return fault ?? event;
    };
  },
});
