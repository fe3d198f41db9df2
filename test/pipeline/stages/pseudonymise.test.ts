import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import type { LogmillError } from '../../../src/errors.ts';
import { CONTEXT, present, runnerOf } from '../stage-context.ts';

const KEY = 'a key that only the test knows';
const withKey = (key: string) => ({ files: { ...CONTEXT.files, secret: () => key } });
const runner = (more = {}, key = KEY) =>
  runnerOf('pseudonymise', { fields: ['a', 'b'], key: { env: 'X' }, ...more }, withKey(key));

test('a pseudonym is the keyed hash of the value, the same in every field and on every agent', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'binary' }), (value) => {
      const expected = createHmac('sha256', KEY).update(value).digest('base64url').slice(0, 22);
      assert.deepEqual(present(runner()({ a: value, b: [value, ''] })), { a: expected, b: [expected, ''] });
    }),
  );
});

test('another key gives another pseudonym', () => {
  const of = (key: string) => present(runner({}, key)({ a: 'ada' }))['a'];
  assert.notEqual(of(KEY), of(`${KEY}!`));
});

test('numbers are replaced as well, and nothing stays nothing', () => {
  const run = runner({ prefix: 'p:', length: 12 });
  const event = present(run({ a: 42, b: null }));
  assert.match(String(event['a']), /^p:[\w-]{12}$/);
  assert.equal(event['b'], null);
  assert.equal(present(run({ a: '42' }))['a'], event['a']);
});

test('a key that is too short is refused without being told', () => {
  assert.throws(
    () => runner({}, 'hunter2'),
    (error: LogmillError) => error.code === 'STAGE_OPTION' && !`${error.message} ${error.help}`.includes('hunter2'),
  );
});
