import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { Journal, type Life } from '../../src/drill/journal.ts';
import type { Stored } from '../../src/drill/stored.ts';
import { judgeLedger, judgeStored } from '../../src/drill/verdict.ts';
import { emptyTally, type LedgerEntry } from '../../src/model/ledger.ts';

const LOG = '/logs/app.log';

/** A file of three lines of ten bytes each. */
class World {
  readonly journal = new Journal('host');
  readonly life: Life = this.journal.lifeAt('1:1', LOG, 0);
  readonly gaps: { file: string; from: number; to: number }[] = [];
  readonly reachable = new Set<string>();
  stored: Stored[] = [];

  constructor() {
    for (const number of [1, 2, 3]) {
      const text = `line ${number} ab`;
      this.journal.wrote(this.life, (number - 1) * 10, `${text}\n`);
      const [from, to] = [(number - 1) * 10, number * 10];
      this.journal.add({
        number,
        text,
        message: text,
        life: this.life,
        from,
        to,
        complete: true,
        expected: 'document',
      });
      this.reachable.add(text);
      this.stored.push({ id: `id-${number}`, kind: 'document', text, sha256: undefined, offset: from });
    }
  }

  /** The file is gone with everything after the first line unread. */
  destroy(): void {
    this.reachable.clear();
    this.stored = this.stored.slice(0, 1);
  }

  judge() {
    return judgeStored(this);
  }
}

describe('the verdict of a drill', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });

  test('every line once is no problem', () => {
    const { problems, counts } = world.judge();
    assert.deepEqual(problems, []);
    assert.deepEqual(counts, { lines: 3, documents: 3, letters: 0, inGaps: 0, unseen: 0, found: 3, kept: 3 });
  });

  test('a line that is missing is found', () => {
    world.stored.splice(1, 1);
    assert.match(world.judge().problems.join(), /^missing: line 2 /);
  });

  test('a line that is there twice is found', () => {
    world.stored.push({ ...world.stored[1]!, id: 'other' });
    assert.match(world.judge().problems.join(), /^2 times: line 2 .* as id-2, other$/);
  });

  test('a document and a dead letter of one line are one too many', () => {
    world.stored.push({ ...world.stored[1]!, kind: 'letter' });
    const { problems } = world.judge();
    assert.match(problems.join('\n'), /^2 times: line 2 /);
    assert.match(problems.join('\n'), /^a letter: line 2 /m);
  });

  test('a document of several events is found, one of several lines of an event is none', () => {
    const [first, second] = world.stored.splice(0, 2);
    world.stored.push({ ...first!, text: `${first!.text}\n${second!.text}` });
    assert.match(world.judge().problems.join(), /^lines of several events: document id-1 "line 1 ab/);
  });

  test('what nobody wrote is found, half a line included', () => {
    world.stored[1] = { ...world.stored[1]!, text: 'line 2' };
    assert.match(world.judge().problems.join('\n'), /^never written: document id-2 "line 2"\nmissing: line 2 /);
  });

  test('a line that is said to stand elsewhere is found', () => {
    world.stored[1] = { ...world.stored[1]!, offset: 11 };
    assert.match(world.judge().problems.join(), /^said to begin at 11: line 2 /);
  });

  test('lines that went with their file are covered by a gap that was reported for it', () => {
    world.destroy();
    world.life.knownTo = 30;
    assert.match(world.judge().problems.join(), /^lost and not reported: line 2 .*,lost and not reported: line 3 /);
    world.gaps.push({ file: LOG, from: 10, to: 30 });
    const { problems, counts } = world.judge();
    assert.deepEqual(problems, []);
    assert.equal(counts.inGaps, 2);
  });

  test('a gap of another file, or of half a line, covers nothing', () => {
    world.destroy();
    world.life.knownTo = 30;
    world.gaps.push({ file: '/logs/other.log', from: 0, to: 30 }, { file: LOG, from: 10, to: 25 });
    assert.match(world.judge().problems.join(), /^lost and not reported: line 3 [^,]*$/);
  });

  test('what the agent could not know of is counted, and no problem', () => {
    world.destroy();
    world.life.knownTo = 20;
    world.gaps.push({ file: LOG, from: 10, to: 20 });
    assert.deepEqual(world.judge(), {
      problems: [],
      counts: { lines: 3, documents: 1, letters: 0, inGaps: 1, unseen: 1, found: 1, kept: 0 },
    });
  });
});

describe('the verdict on the ledger', () => {
  const run = { gaps: [], wasKilled: false, wasDamaged: false };
  const counts = { lines: 3, documents: 2, letters: 1, inGaps: 0, unseen: 0, found: 3, kept: 3 };

  function ledger(indexed: number, letters: number, gaps = 0): LedgerEntry[] {
    const tally = emptyTally();
    tally.indexed = { lines: indexed, bytes: indexed * 10 };
    tally.dead_lettered = { lines: letters, bytes: letters * 10 };
    const read = { lines: indexed + letters, bytes: (indexed + letters) * 10 };
    const entry = { input: 'app', path: LOG, fileKey: 'k', pipeline: 'json', unread: 0, acknowledged: read.bytes };
    return [{ ...entry, read, tally, gaps, inFlight: { lines: 0, bytes: 0 } }];
  }

  test('books that are as the store are no problem', () => {
    assert.deepEqual(judgeLedger(ledger(2, 1), counts, run), []);
  });

  test('books that have more indexed than there is, or less settled, are found', () => {
    assert.match(judgeLedger(ledger(3, 0), counts, run).join(), /3 indexed, the store 2/);
    assert.match(judgeLedger(ledger(1, 1), counts, run).join(), /settled 2 lines, the store holds 3/);
  });

  test('books that do not balance are found', () => {
    const [entry] = ledger(2, 1);
    assert.match(judgeLedger([{ ...entry!, read: { lines: 4, bytes: 40 } }], counts, run).join(), /^out of balance/);
  });

  test('gaps in the books that were not reported are found', () => {
    assert.match(judgeLedger(ledger(2, 1, 10), counts, run).join(), /gaps of 10 bytes, reported were 0/);
  });
});
