import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timeFilter } from '../../src/cli/interval.ts';
import { LogmillError } from '../../src/errors.ts';

const NOW = Date.parse('2026-11-21T10:00:00Z');

test('--from is included and --to is not; without both all time is looked at', () => {
  assert.deepEqual(timeFilter('now-1h', 'now', NOW), [
    { range: { '@timestamp': { gte: NOW - 3_600_000, lt: NOW, format: 'epoch_millis' } } },
  ]);
  assert.deepEqual(timeFilter(undefined, '2026-11-21T09:00:00+01:00', NOW), [
    { range: { '@timestamp': { lt: Date.parse('2026-11-21T08:00:00Z'), format: 'epoch_millis' } } },
  ]);
  assert.deepEqual(timeFilter(undefined, undefined, NOW), []);
});

test('a time without a zone is UTC, as in the API, whatever the zone of the machine', () => {
  assert.deepEqual(timeFilter('2026-11-21T09:00', undefined, NOW), [
    { range: { '@timestamp': { gte: Date.parse('2026-11-21T09:00:00Z'), format: 'epoch_millis' } } },
  ]);
});

test('what is no time is refused with its option, also where a lenient parser would guess', () => {
  for (const text of ['', 'yesterday', 'now-', 'now-1', 'now-15', 'now - 1h', '12', 'foo 5', '1h', '2026-13-01']) {
    assert.throws(
      () => timeFilter(text, undefined, NOW),
      (error) => error instanceof LogmillError && error.code === 'TIME_INVALID' && error.where.key === '--from',
      text,
    );
  }
});
