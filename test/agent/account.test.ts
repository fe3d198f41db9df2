import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Account, BEGINNING, openingAt } from '../../src/agent/account.ts';
import { addTally, balances, emptyTally, settled, type Tally } from '../../src/model/ledger.ts';
import { OUTCOMES } from '../../src/model/line.ts';

/** Spreads lines and bytes over the outcomes by random weights. */
function spread(lines: number, bytes: number, at: readonly number[]): Tally {
  const tally = emptyTally();
  for (let line = 0; line < lines; line++) tally[OUTCOMES[at[line % at.length]! % OUTCOMES.length]!].lines++;
  const first = OUTCOMES[at[0]! % OUTCOMES.length]!;
  tally[first].bytes += bytes;
  return tally;
}

const chunk = fc.record({
  lines: fc.integer({ min: 0, max: 50 }),
  bytes: fc.integer({ min: 1, max: 10_000 }),
  outcomes: fc.array(fc.nat(20), { minLength: 1, maxLength: 5 }),
});

describe('account', () => {
  test('read = settled + in flight at every moment, and the prefix is what is acknowledged without a break', () => {
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 30 }), fc.infiniteStream(fc.nat()), (chunks, random) => {
        const account = new Account({ input: 'app', path: '/app.log' }, openingAt(BEGINNING));
        const open: { index: number; settle: (tally: Tally) => void }[] = [];
        const tallies = chunks.map(({ lines, bytes, outcomes }) => spread(lines, bytes, outcomes));
        const done = new Set<number>();
        const check = () => {
          assert.ok(balances(account.entry('key', 0)));
          const expected = { offset: 0, tally: emptyTally() };
          for (let index = 0; done.has(index); index++) {
            expected.offset += chunks[index]!.bytes;
            addTally(expected.tally, tallies[index]!);
          }
          assert.equal(account.prefix.mark.offset, expected.offset);
          assert.deepEqual(account.prefix.tally, expected.tally);
          assert.equal(settled(account.prefix.tally).bytes, expected.offset);
        };
        const acknowledgeOne = () => {
          const [one] = open.splice(random.next().value % open.length, 1);
          done.add(one!.index);
          one!.settle(tallies[one!.index]!);
          check();
        };
        let offset = 0;
        for (const [index, { lines, bytes }] of chunks.entries()) {
          offset += bytes;
          open.push({ index, settle: account.handOut(lines, bytes, { offset, proof: '' }) });
          check();
          if (random.next().value % 2 === 0) acknowledgeOne();
        }
        while (open.length > 0) acknowledgeOne();
        assert.equal(account.inFlight.bytes, 0);
        assert.equal(account.prefix.mark.offset, offset);
      }),
      { numRuns: 300 },
    );
  });

  test('an unfinished last line is counted but the place stays before it', () => {
    const account = new Account({ input: 'app', path: '/app.log' }, openingAt(BEGINNING));
    account.handOut(1, 4, undefined)({ ...emptyTally(), indexed: { lines: 1, bytes: 4 } });
    assert.equal(account.rest?.indexed.lines, 1);
    const { read, acknowledged } = account.entry('key', 0);
    assert.deepEqual([read, acknowledged, account.prefix.tally], [{ lines: 1, bytes: 4 }, 0, emptyTally()]);
  });

  test('an acknowledgement that does not add up, or comes twice, is a fault with a code', () => {
    const account = new Account({ input: 'app', path: '/app.log' }, openingAt(BEGINNING));
    const settle = account.handOut(2, 10, { offset: 10, proof: '' });
    assert.throws(() => settle({ ...emptyTally(), indexed: { lines: 1, bytes: 10 } }), { code: 'LEDGER_UNBALANCED' });
    settle({ ...emptyTally(), indexed: { lines: 2, bytes: 10 } });
    assert.throws(() => settle({ ...emptyTally(), indexed: { lines: 2, bytes: 10 } }), { code: 'LEDGER_UNBALANCED' });
    assert.ok(balances(account.entry('key', 0)));
  });
});
