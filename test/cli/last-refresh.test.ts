import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { pino } from 'pino';
import { lastRefresh } from '../../src/cli/last-refresh.ts';
import { type FaultStore, startFaultStore } from '../delivery/fault-store.ts';

describe('the refresh at the end of a run', () => {
  let store: FaultStore;
  const said: { level: number; msg: string; detail?: string }[] = [];
  const log = pino({ level: 'info' }, { write: (text: string) => void said.push(JSON.parse(text)) });
  before(async () => {
    store = await startFaultStore();
  });
  after(() => store.close());
  beforeEach(() => {
    said.length = 0;
    store.requests.length = 0;
  });

  const refreshes = () => store.requests.filter((path) => path.endsWith('/_refresh')).length;

  it('is tried again while the store is not able to', async () => {
    store.faults.push({ kind: 'status', status: 503 }, { kind: 'cut', taken: false });
    await lastRefresh(store.client(), { patienceMs: 60_000, log, pauseMs: 1 });
    assert.equal(refreshes(), 3);
    assert.deepEqual(said, []);
  });

  it('is no failure where the store does not answer in time: everything is stored, and that is said', async () => {
    store.faults.push({ kind: 'silent', taken: false });
    await lastRefresh(store.client(60_000), { patienceMs: 100, log, pauseMs: 1 });
    assert.equal(refreshes(), 1);
    assert.deepEqual(
      said.map(({ level, msg }) => [level, msg.split(':')[0]]),
      [[40, 'the store did not refresh']],
    );
  });

  it('is not waited for by somebody who stops the run', async () => {
    store.faults.push({ kind: 'silent', taken: false });
    const stop = new AbortController();
    const refreshed = lastRefresh(store.client(60_000), { patienceMs: 60_000, signal: stop.signal, log });
    stop.abort();
    await refreshed;
    assert.equal(said.length, 1);
  });
});
