import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeliveryAnswer } from '../../src/api/contract/delivery.ts';
import { createTelemetry } from '../../src/telemetry.ts';
import { createAsker } from './answers.ts';
import { absentStore, testServer } from './test-server.ts';

test('tells how the store takes what is read: retries by input, what waits for which index, and what was moved aside', async () => {
  const telemetry = createTelemetry();
  const store = absentStore();
  const ask = await createAsker(testServer(store, { telemetry }));
  const nothing = await ask<DeliveryAnswer>('GET', '/api/v1/delivery');
  assert.deepEqual([nothing.status, nothing.body.retries, nothing.body.held], [200, [], []]);
  telemetry.retries.labels('overloaded', 'app').inc(7);
  telemetry.quarantined.labels('json').inc(2);
  telemetry.heldDocuments.set({ index: 'logs-x-default', reason: 'blocked' }, 40);
  telemetry.bulkConcurrency.set(3);
  telemetry.batchBytes.set(4_000_000);
  telemetry.inFlightBytes.set(1234);
  telemetry.deadLetterBytes.set(99);
  assert.deepEqual((await ask<DeliveryAnswer>('GET', '/api/v1/delivery')).body, {
    in_flight_bytes: 1234,
    concurrency: 3,
    batch_bytes: 4_000_000,
    held: [{ index: 'logs-x-default', reason: 'blocked', documents: 40 }],
    retries: [{ input: 'app', reason: 'overloaded', documents: 7 }],
    quarantined: [{ pipeline: 'json', documents: 2 }],
    dead_letter_bytes: 99,
  });
  await store.close();
});
