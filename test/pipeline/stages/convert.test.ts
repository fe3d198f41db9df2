import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { JsonValue } from '../../../src/model/event.ts';
import { Rejected } from '../../../src/model/rejected.ts';
import { present, runnerOf } from '../stage-context.ts';

const convert = (type: string, a: JsonValue) => {
  const result = runnerOf('convert', { fields: { a: type } })({ a });
  return result instanceof Rejected ? 'rejected' : present(result)['a'];
};

describe('what becomes of values', () => {
  const cases: [type: string, from: JsonValue, to: JsonValue][] = [
    ['integer', '2147483647', 2147483647],
    ['integer', '2147483648', 'rejected'],
    ['integer', -2147483648, -2147483648],
    ['long', ' +0012 ', 12],
    ['long', '-0x10', -16],
    ['long', '12.0', 12],
    ['long', '12.5', 'rejected'],
    ['long', '9223372036854775807', '9223372036854775807'],
    ['long', '9223372036854775808', 'rejected'],
    ['long', true, 1],
    ['long', '', 'rejected'],
    ['double', '1e3', 1000],
    ['double', '.5', 0.5],
    ['double', '-1.', -1],
    ['double', 'NaN', 'rejected'],
    ['double', '1e999', 'rejected'],
    ['boolean', 'OFF', false],
    ['boolean', 1, true],
    ['boolean', ' True ', true],
    ['boolean', 'maybe', 'rejected'],
    ['string', 1.5, '1.5'],
    ['string', { x: [1] }, '{"x":[1]}'],
    ['ip', ' ::1 ', '::1'],
    ['ip', '1.2.3', 'rejected'],
    ['auto', '-7', -7],
    ['auto', '1.50', '1.50'],
    ['auto', 'true', true],
    ['long', ['1', '2'], [1, 2]],
    ['long', ['1', 'x'], 'rejected'],
    ['long', null, null],
  ];
  for (const [type, from, to] of cases) {
    test(`${JSON.stringify(from)} as ${type} is ${JSON.stringify(to)}`, () =>
      assert.deepEqual(convert(type, from), to));
  }
});

test('a value that is none stays or is taken off, as the pipeline says', () => {
  for (const [otherwise, left] of [
    ['keep', { a: 'x', b: 1 }],
    ['remove', { b: 1 }],
  ] as const) {
    const run = runnerOf('convert', { fields: { a: 'long', b: 'long' }, otherwise });
    assert.deepEqual(present(run({ a: 'x', b: '1' })), left);
  }
});

test('every number is read back from its text', () => {
  fc.assert(fc.property(fc.maxSafeInteger(), (n) => assert.equal(Number(convert('long', String(n))), n)));
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (n) =>
      assert.equal(convert('double', String(n)), n + 0),
    ),
  );
});
