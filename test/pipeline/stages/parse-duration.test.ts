import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Rejected } from '../../../src/model/rejected.ts';
import { present, runnerOf } from '../stage-context.ts';

const read = (value: string | number, unit = 's') => {
  const result = runnerOf('parse-duration', { field: 'd', unit, target: 'ns' })({ d: value });
  return result instanceof Rejected ? result.reason : present(result)['ns'];
};

describe('a duration', () => {
  const cases: [text: string | number, unit: string, nanoseconds: number | 'invalid'][] = [
    [0, 'ms', 0],
    ['12', 'us', 12_000],
    ['0.000123', 's', 123_000],
    ['.5', 's', 500_000_000],
    ['1.5e-3', 's', 1_500_000],
    ['2ms', 's', 2_000_000],
    ['1.5µs', 's', 1500],
    ['250 us', 's', 250_000],
    ['1h2m3.5s', 's', 3_723_500_000_000],
    ['3 days 4 hours', 's', 273_600_000_000_000],
    ['5 minutes, 1 second', 's', 301_000_000_000],
    ['00:00:01.250', 'ms', 1_250_000_000],
    ['2 days, 1:02:03', 's', 176_523_000_000_000],
    ['1-02:03:04', 's', 93_784_000_000_000],
    ['1.02:03:04.5', 's', 93_784_500_000_000],
    ['01:30', 's', 5_400_000_000_000],
    ['PT1M30.5S', 's', 90_500_000_000],
    ['P1DT1H', 's', 90_000_000_000_000],
    ['1w', 's', 604_800_000_000_000],
    ['2 weeks 1 day', 's', 1_296_000_000_000_000],
    [2, 'w', 1_209_600_000_000_000],
    ['P2W', 's', 1_209_600_000_000_000],
    ['P1W2DT3H', 's', 788_400_000_000_000],
    ['PT1,5S', 's', 1_500_000_000],
    ['P1Y', 's', 'invalid'],
    ['P1M', 's', 'invalid'],
    ['-1', 's', 'invalid'],
    [-1, 's', 'invalid'],
    ['', 's', 'invalid'],
    ['P', 's', 'invalid'],
    ['3 apples', 's', 'invalid'],
    ['1h and more', 's', 'invalid'],
  ];
  for (const [text, unit, wanted] of cases) {
    test(`of ${JSON.stringify(text)} in ${unit} is ${wanted}`, () => assert.equal(read(text, unit), wanted));
  }
});

test('what is no duration stays where it is by option, and so does what is read', () => {
  assert.deepEqual(runnerOf('parse-duration', { field: 'd', otherwise: 'pass' })({ d: '-' }), { d: '-' });
  const kept = runnerOf('parse-duration', { field: 'd', keep: true })({ d: '1s' });
  assert.deepEqual(present(kept), { d: '1s', 'event.duration': 1_000_000_000 });
});

test('any text gives whole nanoseconds or nothing', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 80 }), (text) => {
      const found = read(text);
      assert.ok(found === 'invalid' || (Number.isInteger(found) && (found as number) >= 0));
    }),
  );
});
