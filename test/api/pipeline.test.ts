import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { DeadLettersAnswer } from '../../src/api/contract/dead-letters.ts';
import type { ExplainAnswer } from '../../src/api/contract/explain.ts';
import type { Fault } from '../../src/api/contract/fault.ts';
import type { LedgerAnswer } from '../../src/api/contract/ledger.ts';
import type { LedgerEntry } from '../../src/model/ledger.ts';
import { createAsker } from './answers.ts';
import { ledgerEntry, openSeededStore, testServer } from './test-server.ts';
import { WORLDS, type World } from './worlds.ts';

/** The seeded file as the agent accounts for it: 364 lines settled, three on their way, some bytes not read. */
function account(path: string): LedgerEntry {
  return {
    ...ledgerEntry(path, 364, 4),
    acknowledged: 90_000,
    read: { lines: 367, bytes: 36_400 + 300 },
    inFlight: { lines: 3, bytes: 300 },
    unread: 1234,
  };
}

for (const kind of WORLDS) {
  describe(`what became of lines, with ${kind.name}`, { skip: kind.skip }, () => {
    let world: World;
    let files: LedgerEntry[] = [];
    before(async () => {
      world = await kind.open({ agent: { files: () => files } });
      files = [account(world.file), ledgerEntry('/a/first.log', 2)];
    });
    after(() => world.close());
    const explain = async (offset: number, file = world.file) =>
      (await world.ask<ExplainAnswer>('GET', '/api/v1/explain', { query: { file, offset: String(offset) } })).body;
    const letters = async (query: Record<string, string>) =>
      await world.ask<DeadLettersAnswer>('GET', '/api/v1/dead-letters', {
        query: { query: `log.file.path: "${world.file}"`, ...query },
      });

    it('the line that begins at a byte is the document with that offset', async () => {
      const answer = await explain(400);
      assert.equal(answer.outcome, 'indexed');
      assert.deepEqual(
        answer.documents.map(({ id }) => id),
        ['api-2'],
      );
      assert.match(answer.explanation, /byte 400 begins at byte 400 and is document api-2/);
      assert.deepEqual(answer.files, [account(world.file)]);
    });

    it('where lines of the file were not kept, a byte behind the start of a line may be theirs', async () => {
      const kept = files;
      const skipping = structuredClone(kept[0]!);
      skipping.tally.skipped.lines = 3;
      files = [skipping];
      assert.match(
        (await explain(555)).explanation,
        /is document api-2 in .*; .* one of the 3 lines dropped or skipped/,
      );
      assert.doesNotMatch((await explain(400)).explanation, /dropped or skipped/);
      files = kept;
    });

    it('a byte within a line leads to the line, and says where that begins', async () => {
      const answer = await explain(555);
      assert.equal(answer.outcome, 'indexed');
      assert.match(answer.explanation, /up to byte 555 begins at byte 400 and is document api-2/);
    });

    it('a rejected line is a dead letter with its reason', async () => {
      const answer = await explain(100_150);
      assert.equal(answer.outcome, 'dead_lettered');
      assert.match(answer.explanation, /invalid_time/);
      assert.deepEqual(
        answer.documents.map(({ id }) => id),
        ['dead-3'],
      );
    });

    it('bytes behind the acknowledged ones are in flight, and behind those unread', async () => {
      assert.equal((await explain(90_100)).outcome, 'in_flight');
      const unread = await explain(95_000);
      assert.equal(unread.outcome, 'unread');
      assert.match(unread.explanation, /1234 bytes/);
    });

    it('a settled line without a document was dropped or skipped', async () => {
      const answer = await explain(50, '/a/first.log');
      assert.deepEqual([answer.outcome, answer.documents], ['not_kept', []]);
    });

    it('a file that nobody read is unknown', async () => {
      const answer = await explain(0, '/not/read.log');
      assert.deepEqual([answer.outcome, answer.documents, answer.files], ['unknown', [], []]);
    });

    it('the ledger accounts for every file, sorted by path, or for one', async () => {
      const all = await world.ask<LedgerAnswer>('GET', '/api/v1/ledger');
      assert.deepEqual(
        all.body.files,
        [files[0]!, files[1]!].sort((a, b) => (a.path < b.path ? -1 : 1)),
      );
      assert.deepEqual([all.body.reading, all.body.balanced], [true, true]);
      const one = await world.ask<LedgerAnswer>('GET', '/api/v1/ledger', { query: { file: '/a/first.log' } });
      assert.deepEqual(
        one.body.files.map(({ path }) => path),
        ['/a/first.log'],
      );
    });

    it('the ledger says so when a file does not add up', async () => {
      const kept = files;
      files = [{ ...kept[0]!, read: { lines: 368, bytes: kept[0]!.read.bytes } }];
      assert.equal((await world.ask<LedgerAnswer>('GET', '/api/v1/ledger')).body.balanced, false);
      files = kept;
    });

    it('dead letters are counted by reason and pipeline and given whole, newest first', async () => {
      const { body } = await letters({});
      const rejected = world.seeded.filter(({ index }) => index.startsWith('logs-logmill.dead_letter'));
      assert.equal(body.total, rejected.length);
      assert.deepEqual(
        body.letters.map(({ source }) => source),
        rejected.map(({ document }) => document).toReversed(),
      );
      assert.deepEqual(
        body.groups.map(({ reason, pipeline, count, last_seen }) => [reason, pipeline, count, last_seen]),
        [
          ['unparsable', 'json', 3, rejected[2]!.document['@timestamp']],
          ['invalid_time', 'json', 1, rejected[3]!.document['@timestamp']],
        ],
      );
    });

    it('dead letters come page by page, each once, while the counts are of all of them', async () => {
      const ids: string[] = [];
      let cursor: string | null = null;
      do {
        const { body }: { body: DeadLettersAnswer } = await letters({
          size: '3',
          ...(cursor === null ? {} : { cursor }),
        });
        assert.deepEqual([body.total, body.groups.length], [4, 2]);
        ids.push(...body.letters.map(({ id }) => id));
        cursor = body.cursor;
      } while (cursor !== null);
      assert.deepEqual(ids, ['dead-3', 'dead-2', 'dead-1', 'dead-0']);
    });

    it('dead letters can be narrowed by KQL and time, or only counted', async () => {
      const narrow = `log.file.path: "${world.file}" and logmill.dead_letter.reason: invalid_time`;
      assert.deepEqual(
        (await letters({ query: narrow })).body.letters.map(({ id }) => id),
        ['dead-3'],
      );
      assert.equal((await letters({ from: 'now-5m' })).body.total, 0);
      const counted = await letters({ size: '0' });
      assert.deepEqual([counted.body.total, counted.body.letters, counted.body.cursor], [4, [], null]);
    });

    it('wrong questions are refused with the key at fault', async () => {
      for (const [path, query, key] of [
        ['/api/v1/explain', { file: '/x' }, undefined],
        ['/api/v1/explain', { file: '/x', offset: '-1' }, 'offset'],
        ['/api/v1/dead-letters', { size: '1001' }, 'size'],
        ['/api/v1/dead-letters', { index: 'logs-*' }, 'index'],
        ['/api/v1/ledger', { path: '/x' }, 'path'],
      ] as const) {
        const { status, body } = await world.ask<Fault>('GET', path, { query: query as never });
        assert.deepEqual([status, body.error.code, body.error.where?.key], [400, 'REQUEST_INVALID', key]);
      }
    });
  });
}

describe('a server that reads no files', () => {
  it('says so in its ledger, and still finds documents by their place', async (t) => {
    const store = await openSeededStore();
    t.after(() => store.close());
    const ask = await createAsker(testServer(store));
    assert.deepEqual((await ask('GET', '/api/v1/ledger')).body, { reading: false, balanced: true, files: [] });
    const query = { file: '/srv/shop/api.log', offset: '200' };
    const { body } = await ask<ExplainAnswer>('GET', '/api/v1/explain', { query });
    assert.deepEqual([body.outcome, body.documents[0]?.id], ['indexed', 'api-1']);
  });
});
