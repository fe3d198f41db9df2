import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createStats } from '../../src/cli/stats.ts';
import { emptyTally, type LedgerEntry } from '../../src/model/ledger.ts';
import { createTelemetry } from '../../src/telemetry.ts';

const ENTRY: LedgerEntry = {
  input: 'app',
  path: '/var/log/app.log',
  fileKey: 'key',
  pipeline: 'json',
  read: { lines: 0, bytes: 0 },
  tally: emptyTally(),
  inFlight: { lines: 0, bytes: 0 },
  unread: 40,
  gaps: 0,
  acknowledged: 0,
};

it('says what happened since the last time, and how much waits now', async () => {
  const telemetry = createTelemetry();
  const agent = { files: () => [ENTRY, { ...ENTRY, unread: 2 }] };
  const delivery = { status: () => ({ inFlight: { bytes: 7 } }) };
  const read = createStats({ agent, delivery } as unknown as Parameters<typeof createStats>[0], telemetry);

  telemetry.readLines.labels('app').inc(10);
  telemetry.outcomes.labels('app', 'indexed').inc(5);
  telemetry.outcomes.labels('web', 'indexed').inc(2);
  telemetry.outcomes.labels('app', 'dead_lettered').inc(1);
  telemetry.retries.labels('overloaded', 'app').inc(3);
  assert.deepEqual(await read(), {
    lines_in: 10,
    lines_out: 7,
    rejected: 1,
    dropped: 0,
    lag_bytes: 42,
    in_flight_bytes: 7,
    retries: 3,
  });

  telemetry.readLines.labels('app').inc(4);
  telemetry.outcomes.labels('app', 'already_there').inc(3);
  telemetry.outcomes.labels('app', 'dropped').inc(1);
  const second = await read();
  assert.deepEqual(
    [second.lines_in, second.lines_out, second.rejected, second.dropped, second.retries],
    [4, 3, 0, 1, 0],
  );
});
