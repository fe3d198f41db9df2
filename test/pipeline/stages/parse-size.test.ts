import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Rejected } from '../../../src/model/rejected.ts';
import { present, runnerOf } from '../stage-context.ts';

describe('sizes', () => {
  const cases: [text: string | number, bytes: number | undefined][] = [
    ['0', 0],
    ['1536', 1536],
    [1536.4, 1536],
    ['1.5KB', 1536],
    ['1.5 KiB', 1536],
    ['10 mb', 10 * 1024 ** 2],
    ['2G', 2 * 1024 ** 3],
    ['1,024 bytes', 1024],
    ['12 octets', 12],
    ['7B', 7],
    ['1i', undefined],
    ['-1', undefined],
    ['1 2', undefined],
    ['', undefined],
    ['9999999999999 EB', undefined],
  ];
  for (const [text, bytes] of cases) {
    test(`${JSON.stringify(text)} is ${bytes ?? 'no size'}`, () => {
      const result = runnerOf('parse-size', { field: 'a' })({ a: text });
      if (bytes === undefined) assert.ok(result instanceof Rejected);
      else assert.deepEqual(present(result), { a: bytes });
    });
  }
});

test('a value that is no size may pass, and the text may stay', () => {
  assert.deepEqual(present(runnerOf('parse-size', { field: 'a', otherwise: 'pass' })({ a: '-' })), { a: '-' });
  assert.deepEqual(present(runnerOf('parse-size', { field: 'a', target: 'b', keep: true })({ a: '1K' })), {
    a: '1K',
    b: 1024,
  });
});

test('no text makes it throw', () => {
  const run = runnerOf('parse-size', { field: 'a' });
  fc.assert(fc.property(fc.string(), (a) => void run({ a })));
});
