import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Event } from '../../../src/model/event.ts';
import { present, runnerOf } from '../stage-context.ts';

const split = (options: object, event: Event) => {
  const result = runnerOf('split', options)(event);
  return Array.isArray(result) ? result.map(present) : [present(result)];
};

test('a list of objects becomes events with their fields and all others', () => {
  assert.deepEqual(
    split({ field: 'records', target: 'r' }, { records: [{ a: 1 }, { b: { c: [2] } }, 'x'], tags: ['t'] }),
    [
      { tags: ['t'], 'r.a': 1 },
      { tags: ['t'], 'r.b.c': [2] },
      { tags: ['t'], r: 'x' },
    ],
  );
});

test('objects may become texts, for parse-json', () => {
  assert.deepEqual(split({ field: 'records', target: 'message', objects: 'text' }, { records: [{ a: 1 }, {}] }), [
    { message: '{"a":1}' },
    { message: '{}' },
  ]);
});

test('a JSON list in a text is a list, and its long integers keep their digits', () => {
  assert.deepEqual(
    split({ field: 'message', objects: 'text' }, { message: '[{"id":12345678901234567890},{"id":2}]' }),
    [{ message: '{"id":"12345678901234567890"}' }, { message: '{"id":2}' }],
  );
  assert.deepEqual(split({ field: 'message' }, { message: '[broken' }), [{ message: '[broken' }]);
});

test('a text is split at its separator, without empty parts', () => {
  assert.deepEqual(split({ field: 'message', separator: '\n' }, { message: 'a\n\nb\n' }), [
    { message: 'a' },
    { message: 'b' },
  ]);
});

test('a list without parts leaves the event as it is', () => {
  assert.deepEqual(split({ field: 'records' }, { records: [], a: 1 }), [{ records: [], a: 1 }]);
});
