import { Type } from 'typebox';
import type { Event, JsonValue } from '../../model/event.ts';
import { defineStage } from '../stage.ts';
import { describeFrames, groupingKey, identify, type Ownership } from './errors/identity.ts';
import { createReader, type Found } from './errors/read-event.ts';
import { messageTemplate, pathTemplate } from './errors/template.ts';

const options = Type.Object(
  {
    application: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description:
        'beginnings of functions, or with a slash parts of file names, that are the application although the list of libraries has them',
    }),
    libraries: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description: 'the same of further libraries, whose frames are not the application',
    }),
    frames: Type.Integer({
      minimum: 0,
      maximum: 200,
      default: 30,
      description: 'most frames that are kept in logmill.error.frames',
    }),
  },
  { additionalProperties: false },
);

const CACHED = 2000;
const LONGEST_CACHED = 400;

/**
 * Whether an event is an error: `maybe` where only a stack trace would make it one. Warnings have those too, and texts
 * without a level, but these in several lines, which one look tells; of a request its status says all.
 */
function isError(event: Event): boolean | 'maybe' {
  const level = event['log.level'];
  if (level === 'error' || level === 'fatal') return true;
  if (event['error.message'] !== undefined || event['error.type'] !== undefined) return true;
  if (event['error.stack_trace'] !== undefined || event['error.code'] !== undefined) return true;
  const status = event['http.response.status_code'];
  if (typeof status === 'number') return status >= 500;
  if (level === 'warn') return 'maybe';
  if (level !== undefined) return false;
  const message = event['message'];
  return typeof message === 'string' && (message.includes('\n') || message.includes('#012')) && 'maybe';
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** Where the source names the kind itself, that is the kind; a bare request that failed is grouped by what was asked. */
function keyOfMessage(event: Event): string {
  const described = event['error.message'] ?? event['error.type'] ?? event['error.code'];
  if (described === undefined && event['log.level'] === undefined) {
    const path = pathTemplate(text(event['url.path']));
    const status = String(event['http.response.status_code'] ?? '');
    return groupingKey(['request', text(event['http.request.method']), path, status]);
  }
  const message = text(event['error.message'] ?? event['message']);
  return groupingKey(['message', text(event['error.type']), text(event['error.code']), messageTemplate(message)]);
}

/** The parts that decide the key, as one text: equal lines need not be taken apart again. */
function cacheKey(event: Event): string | undefined {
  if (event['log.level'] === undefined) return undefined;
  const message = text(event['error.message'] ?? event['message']);
  if (message.length > LONGEST_CACHED) return undefined;
  const key = `${text(event['error.type'])}\u0000${text(event['error.code'])}\u0000${message}`;
  return key.length > LONGEST_CACHED ? undefined : key;
}

/** What a language prints above the frames; of a logger that has the message elsewhere, that. */
function headOf(event: Event, type: string, message: string): string {
  const said = message === '' ? text(event['error.message']) : message;
  return type === '' || said === '' ? `${type}${said}` : `${type}: ${said}`;
}

/** What the source said itself stays; only a message that was the whole trace becomes what it says. */
function setException(event: Event, { trace, text: stack, inMessage }: Found, most: number): void {
  const { type, message } = trace.chain[0]!;
  if (type !== '' && event['error.type'] === undefined) event['error.type'] = type;
  if (inMessage || (message !== '' && event['error.message'] === undefined)) event['error.message'] = message;
  const frames = describeFrames(trace, most);
  if (typeof event['error.stack_trace'] !== 'string') {
    const head = headOf(event, text(event['error.type']), message);
    event['error.stack_trace'] =
      stack ?? [...(head === '' ? [] : [head]), ...frames.map((frame) => `    at ${frame}`)].join('\n');
  }
  if (frames.length > 0) event['logmill.error.frames'] = frames;
}

/**
 * An error is an event of level error or fatal, with any error field, or a response of 500 and above; and a warning or a
 * text without a level that holds a stack trace. Exceptions are read here and not in a stage of their own, since every
 * pipeline has this one, and type, culprit and key come of one reading: `error.type`, `error.message`,
 * `error.stack_trace`, `error.culprit` (first function of the application), `logmill.error.frames`.
 *
 * The group of an exception is its type, the type of its root cause, and the application's functions, whatever their
 * lines, folders, and the libraries between them. Without a function of the application, and without a trace, it is the
 * message freed of numbers, ids, addresses, times, paths and quoted values.
 */
export const groupErrors = defineStage({
  name: 'group-errors',
  summary: 'reads exceptions and gives errors of one kind the same error.grouping_key',
  form: 'map',
  options,
  examples: [
    {
      title: 'numbers and addresses do not make another group',
      options: {},
      in: { 'log.level': 'error', message: 'order 4711: connection to 10.0.0.7:5432 refused' },
      out: {
        'log.level': 'error',
        message: 'order 4711: connection to 10.0.0.7:5432 refused',
        'error.grouping_key': '21fa4eed7bd49786',
      },
    },
    {
      title: 'an exception in the text of a message',
      options: {},
      in: {
        'log.level': 'error',
        message:
          'order 7 failed\nTypeError: x is undefined\n    at get (/srv/shop/node_modules/kv/get.js:1:9)\n    at charge (/srv/shop/pay.js:10:7)',
      },
      out: {
        'log.level': 'error',
        message:
          'order 7 failed\nTypeError: x is undefined\n    at get (/srv/shop/node_modules/kv/get.js:1:9)\n    at charge (/srv/shop/pay.js:10:7)',
        'error.type': 'TypeError',
        'error.message': 'x is undefined',
        'error.stack_trace':
          'TypeError: x is undefined\n    at get (/srv/shop/node_modules/kv/get.js:1:9)\n    at charge (/srv/shop/pay.js:10:7)',
        'logmill.error.frames': ['get (/srv/shop/node_modules/kv/get.js:1)', 'charge (/srv/shop/pay.js:10)'],
        'error.culprit': 'charge (pay.js)',
        'error.grouping_key': '6e2c7cdbdc17034a',
      },
    },
    {
      title: 'what is no error gets none',
      options: {},
      in: { 'log.level': 'info', message: 'order 4711 paid' },
      out: { 'log.level': 'info', message: 'order 4711 paid' },
    },
  ],
  create({ application, libraries, frames }, { dataset }) {
    const ownership: Ownership = { application, libraries };
    const read = createReader(dataset);
    const cache = new Map<string, string>();

    function keyOf(event: Event): string {
      const parts = cacheKey(event);
      let key = parts === undefined ? undefined : cache.get(parts);
      if (key === undefined) {
        key = keyOfMessage(event);
        if (parts !== undefined) {
          if (cache.size >= CACHED) cache.clear();
          cache.set(parts, key);
        }
      }
      return key;
    }

    return (event) => {
      const certain = isError(event);
      if (certain === false) return event;
      const found = read(event);
      if (found !== undefined) {
        setException(event, found, frames);
        const type = text(event['error.type']);
        const { key, culprit } = identify(found.trace, ownership, type, text(event['error.message']));
        if (culprit !== undefined) event['error.culprit'] = culprit;
        event['error.grouping_key'] = key;
      } else if (certain === true) event['error.grouping_key'] = keyOf(event);
      return event;
    };
  },
});
