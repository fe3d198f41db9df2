import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { LogmillError } from '../../../src/errors.ts';
import { present, runnerOf } from '../stage-context.ts';

test('every algorithm and encoding is that of the same name elsewhere', () => {
  for (const algorithm of ['sha256', 'sha512', 'sha1', 'md5']) {
    for (const encoding of ['hex', 'base64', 'base64url'] as const) {
      const run = runnerOf('hash', { fields: ['a'], algorithm, encoding });
      fc.assert(
        fc.property(fc.string({ unit: 'binary' }), (a) => {
          const expected = createHash(algorithm).update(a).digest(encoding);
          assert.deepEqual(present(run({ a })), { a: expected });
        }),
        { numRuns: 10 },
      );
    }
  }
});

test('each value of a list is hashed by itself, numbers by their text, and null stays', () => {
  const run = runnerOf('hash', { fields: ['a', 'b', 'c'], algorithm: 'md5' });
  const one = createHash('md5').update('1').digest('hex');
  assert.deepEqual(present(run({ a: ['1', 1], b: 1, c: null })), { a: [one, one], b: one, c: null });
});

test('one field for the hashes of several values is refused', () => {
  assert.throws(() => runnerOf('hash', { fields: ['a', 'b'], to: 'c' }), LogmillError);
});
