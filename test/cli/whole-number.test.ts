import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvalidArgumentError } from 'commander';
import fc from 'fast-check';
import { portNumber, wholeNumber } from '../../src/cli/whole-number.ts';

test('whole numbers up to the largest are read, anything else is refused', () => {
  const read = wholeNumber(10_000);
  fc.assert(fc.property(fc.nat({ max: 10_000 }), (number) => assert.equal(read(String(number)), number)));
  for (const text of ['', ' 5', '-1', '1.5', '1e3', '0x10', 'NaN', 'abc', '10001'])
    assert.throws(() => read(text), InvalidArgumentError, text);
});

test('a port that cannot be is refused', () => {
  assert.equal(portNumber('4600'), 4600);
  assert.throws(() => portNumber('65536'), /from 0 to 65535/);
});
