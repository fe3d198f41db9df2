import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LogmillError } from '../../../src/errors.ts';
import type { Event } from '../../../src/model/event.ts';
import { present, runnerOf } from '../stage-context.ts';

test('dates may be milliseconds, and have a zone', () => {
  const run = runnerOf('date-math', { field: 'a', expression: '-1d/d', target: 't' });
  assert.equal(present(run({ a: Date.parse('2026-11-21T10:00:00Z') }))['t'], '2026-11-20T00:00:00.000Z');
  assert.equal(present(run({ a: '2026-11-21T00:30:00+01:00' }))['t'], '2026-11-19T00:00:00.000Z');
});

test('the time between two dates has their microseconds and nanoseconds', () => {
  const run = runnerOf('date-math', { field: 'a', minus: 'b', target: 't' });
  for (const [a, b, between] of [
    ['2026-11-21T10:00:00.123956Z', '2026-11-21T10:00:00.123456Z', 500_000],
    ['2026-11-21T10:00:01.000000001Z', '2026-11-21T10:00:00.999999999Z', 2],
    ['2026-11-21T10:00:00,5Z', '2026-11-21T10:00:00.4999+00:00', 100_000],
  ] as const) {
    assert.equal(present(run({ a, b }))['t'], between);
  }
});

test('what is no date, or is missing, changes nothing', () => {
  const add = runnerOf('date-math', { field: 'a', expression: '+1h', target: 't' });
  const between = runnerOf('date-math', { field: 'a', minus: 'b', target: 't' });
  const events: Event[] = [{}, { a: 'soon' }, { a: '2026-11-21T10:00:00' }, { a: 1e300 }];
  for (const event of events) {
    assert.deepEqual(present(add({ ...event })), event);
    assert.deepEqual(present(between({ ...event })), event);
  }
});

test('options that say nothing clear are refused', () => {
  for (const options of [{}, { expression: '+1h', minus: 'b' }, { expression: 'tomorrow' }, { expression: '+1x' }]) {
    assert.throws(() => runnerOf('date-math', { ...options, target: 't' }), LogmillError);
  }
});
