import { Type } from 'typebox';
import type { Event, JsonValue } from '../../model/event.ts';
import { defineStage } from '../stage.ts';
import { firstFrames, groupingKey, normaliseMessage } from './errors/fingerprint.ts';

const CACHED = 2000;

function isError(event: Event): boolean {
  const level = event['log.level'];
  if (level === 'error' || level === 'fatal') return true;
  if (event['error.message'] !== undefined || event['error.type'] !== undefined) return true;
  if (event['error.stack_trace'] !== undefined || event['error.code'] !== undefined) return true;
  const status = event['http.response.status_code'];
  return typeof status === 'number' && status >= 500;
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** Where the source names the kind itself, that is the kind; a bare request that failed is grouped by what was asked. */
function keyOf(event: Event): string {
  const type = text(event['error.type']);
  const frames = event['error.stack_trace'] === undefined ? [] : firstFrames(text(event['error.stack_trace']));
  if (frames.length > 0) return groupingKey(['stack', type, ...frames]);
  const described = event['error.message'] ?? event['error.type'] ?? event['error.code'];
  if (described === undefined && event['log.level'] === undefined) {
    const path = normaliseMessage(text(event['url.path']).replace(/\/\d+(?=\/|$)/g, '/<n>'));
    const status = String(event['http.response.status_code'] ?? '');
    return groupingKey(['request', text(event['http.request.method']), path, status]);
  }
  const message = text(event['error.message'] ?? event['message']);
  return groupingKey(['message', type, text(event['error.code']), normaliseMessage(message)]);
}

/** The parts that decide the key, as one text: equal lines need not be taken apart again. */
function cacheKey(event: Event): string | undefined {
  if (event['error.stack_trace'] !== undefined || event['log.level'] === undefined) return undefined;
  const message = text(event['error.message'] ?? event['message']);
  if (message.length > 300) return undefined;
  return `${text(event['error.type'])}\u0000${text(event['error.code'])}\u0000${message}`;
}

/**
 * An error is an event of level error or fatal, with any error field, or a response of 500 and above. Its group is its
 * type with the first frames of its stack trace, or else with its message freed of numbers, ids, addresses, paths and
 * quoted values.
 */
export const groupErrors = defineStage({
  name: 'group-errors',
  summary: 'gives errors of one kind the same error.grouping_key',
  form: 'map',
  options: Type.Object({}, { additionalProperties: false }),
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
      title: 'what is no error gets none',
      options: {},
      in: { 'log.level': 'info', message: 'order 4711 paid' },
      out: { 'log.level': 'info', message: 'order 4711 paid' },
    },
  ],
  create() {
    const cache = new Map<string, string>();
    return (event) => {
      if (!isError(event)) return event;
      const parts = cacheKey(event);
      let key = parts === undefined ? undefined : cache.get(parts);
      if (key === undefined) {
        key = keyOf(event);
        if (parts !== undefined) {
          if (cache.size >= CACHED) cache.clear();
          cache.set(parts, key);
        }
      }
      event['error.grouping_key'] = key;
      return event;
    };
  },
});
