import assert from 'node:assert/strict';
import { renameSync, unlinkSync } from 'node:fs';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { fileInput, Rig } from './rig.ts';

describe('a name that another file takes', () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig();
  });
  afterEach(async () => {
    await rig.stop().catch(() => {});
    rig.dispose();
  });

  /** Looks once, and does `meanwhile` after the look has listed all files and before it opens those that are new. */
  async function lookAnd(meanwhile: () => void): Promise<void> {
    rig.append('gone.log', 'gone\n');
    let isDue = false;
    await rig.started([fileInput([rig.file('*.log*'), rig.file('*.gz')])], {
      clock: {
        now: () => Date.now(),
        after: () => () => {},
        // Asked for the first time when a file is missed.
        steady() {
          if (isDue) meanwhile();
          isDue = false;
          return performance.now();
        },
      },
    });
    unlinkSync(rig.file('gone.log'));
    rig.append('app.log', 'one\ntwo\n');
    rig.append('old.log.1.gz', gzipSync('first\n'));
    isDue = true;
    await rig.agent.look();
    assert.equal(isDue, false);
    // What is compressed comes by and by.
    for (let looks = 0; looks < 10; looks++) await rig.agent.look();
  }

  test('between being listed and being opened is not taken for the one that was listed', async () => {
    await lookAnd(() => {
      renameSync(rig.file('app.log'), rig.file('app.log.1'));
      rig.append('app.log', 'three\n');
      renameSync(rig.file('old.log.1.gz'), rig.file('old.log.2.gz'));
      rig.append('old.log.1.gz', gzipSync('second\n'));
    });
    assert.deepEqual(rig.texts().toSorted(), ['first', 'gone', 'one', 'second', 'three', 'two']);
    assert.equal(new Set(rig.ids()).size, 6);
    assert.deepEqual(rig.troubles(), []);
  });
});
