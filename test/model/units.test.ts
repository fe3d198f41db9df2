import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatDuration, parseBytes, parseDuration } from '../../src/model/units.ts';

test('durations and sizes are read in their units', () => {
  assert.deepEqual(
    ['250ms', '30s', '1.5m', '1h', '7d', '2w'].map(parseDuration),
    [250, 30_000, 90_000, 3_600_000, 604_800_000, 1_209_600_000],
  );
  assert.deepEqual(['10B', '64KB', '1.5MB', '1GB'].map(parseBytes), [10, 65_536, 1_572_864, 1_073_741_824]);
});

test('what is no duration and no size is refused', () => {
  for (const text of ['', '5', 'm', '5 m', '-5m', '5M', '1e3s', '5mm']) {
    assert.throws(() => parseDuration(text), RangeError, text);
    assert.throws(() => parseBytes(text), RangeError, text);
  }
});

test('a duration is written as people write it', () => {
  assert.deepEqual([0, 1, 1000, 90_000, 300_000, 3_600_000, 86_400_000].map(formatDuration), [
    '0ms',
    '1ms',
    '1s',
    '90s',
    '5m',
    '1h',
    '1d',
  ]);
});

test('a duration that was written is read as the same milliseconds', () => {
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 40 }), (ms) => {
      assert.equal(parseDuration(formatDuration(ms)), ms);
    }),
  );
});
