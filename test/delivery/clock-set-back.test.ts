import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { createStoreGate } from '../../src/delivery/retry.ts';

test('a clock that is set back puts nothing off: waits are counted by one that only goes on', () => {
  let time = 1_000_000_000;
  let passed = 0;
  const gate = createStoreGate({
    place: 'the store',
    clock: { now: () => time, steady: () => passed, after: () => () => {} },
    backoff: () => 1000,
    log: pino({ level: 'silent' }),
    onChange: () => {},
  });
  gate.fault({ reason: 'unavailable', detail: 'answers 503' } as Parameters<typeof gate.fault>[0], gate.era());
  time -= 36_000_000;
  assert.equal(gate.until(), 1000);
  passed = 1000;
  assert.ok(gate.until() <= passed);
});
