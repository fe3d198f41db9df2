import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { createStoreGate } from '../../src/delivery/retry.ts';

test('a clock that is set back puts the next try off by its delay at most, not by what it was set back', () => {
  let time = 1_000_000_000;
  const gate = createStoreGate({
    place: 'the store',
    clock: { now: () => time, after: () => () => {} },
    backoff: () => 1000,
    log: pino({ level: 'silent' }),
    onChange: () => {},
  });
  gate.fault({ reason: 'unavailable', detail: 'answers 503' } as Parameters<typeof gate.fault>[0], gate.era());
  assert.equal(gate.until(), time + 1000);
  time -= 36_000_000;
  const until = gate.until();
  assert.equal(until, time + 1000);
  time += 1000;
  assert.ok(gate.until() <= time);
});
