import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inputRates, type Look } from '../../src/cli/top.ts';
import { emptyTally, type LedgerEntry } from '../../src/model/ledger.ts';

function entry(input: string, path: string, lines: number, rest: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    input,
    path,
    fileKey: path,
    pipeline: 'json',
    read: { lines, bytes: lines * 100 },
    tally: emptyTally(),
    inFlight: { lines: 0, bytes: 0 },
    unread: 0,
    gaps: 0,
    acknowledged: 0,
    ...rest,
  };
}

test('rates are the change between two looks, by input, the busiest first; a new file counts whole', () => {
  const before: Look = {
    at: 1000,
    retries: new Map([['app', 5]]),
    files: [entry('app', '/a', 100), entry('web', '/w', 7)],
  };
  const rejected = { ...emptyTally(), dead_lettered: { lines: 3, bytes: 300 } };
  const now: Look = {
    at: 3000,
    retries: new Map([['app', 25]]),
    files: [
      entry('web', '/w', 7, { unread: 50 }),
      entry('app', '/a', 140, { unread: 4000, inFlight: { lines: 5, bytes: 500 }, tally: rejected }),
      entry('app', '/b', 60),
    ],
  };
  assert.deepEqual(inputRates(before, now), [
    {
      input: 'app',
      files: 2,
      linesPerSecond: 50,
      bytesPerSecond: 5000,
      inFlightBytes: 500,
      lagBytes: 4000,
      lagSeconds: 0.8,
      retriesPerSecond: 10,
      rejected: 3,
    },
    {
      input: 'web',
      files: 1,
      linesPerSecond: 0,
      bytesPerSecond: 0,
      inFlightBytes: 0,
      lagBytes: 50,
      lagSeconds: undefined,
      retriesPerSecond: 0,
      rejected: 0,
    },
  ]);
});

test('lines of a file that the ledger lists no more are not read a second time', () => {
  const before: Look = { at: 0, retries: new Map(), files: [entry('app', '/a', 100), entry('app', '/b', 50)] };
  const now: Look = {
    at: 1000,
    retries: new Map(),
    files: [entry('app', '(forgotten files)', 100), entry('app', '/b', 60)],
  };
  assert.equal(inputRates(before, now)[0]?.linesPerSecond, 10);
});
