import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import type { Fault } from '../../src/api/contract/fault.ts';
import type { Hit, SearchAnswer } from '../../src/api/contract/search.ts';
import { encodeCursor } from '../../src/api/queries/cursor.ts';
import type { Document } from './seed.ts';
import { fieldOf, timeOf, WORLDS, type World } from './worlds.ts';

/** Orders by unique times, by fields with long ties, and by fields that many events lack, of every type. */
const FIELDS = [
  '@timestamp',
  'service.name',
  'log.level',
  'http.response.status_code',
  'event.duration',
  'source.ip',
  'log.offset',
  'event.created',
  'no.such.field',
] as const;

for (const kind of WORLDS) {
  describe(`paging through ${kind.name}`, { skip: kind.skip }, () => {
    let world: World;
    before(async () => {
      world = await kind.open();
    });
    after(() => world.close());

    async function allPages(asked: object): Promise<{ hits: Hit[]; totals: number[] }> {
      const hits: Hit[] = [];
      const totals: number[] = [];
      let cursor: string | null | undefined;
      do {
        const payload: object = { index: world.index, ...asked, ...(cursor == null ? {} : { cursor }) };
        const { status, body } = await world.ask<SearchAnswer>('POST', '/api/v1/search', { payload });
        assert.equal(status, 200, JSON.stringify(body));
        hits.push(...body.hits);
        totals.push(body.total);
        cursor = body.cursor;
        assert.ok(totals.length <= world.events.length + 1, 'paging ends');
      } while (cursor !== null);
      return { hits, totals };
    }

    it('shows every event exactly once and in order, whatever is sorted by and however small the pages', async () => {
      const asked = fc.record({
        field: fc.constantFrom(...FIELDS),
        order: fc.constantFrom('asc', 'desc'),
        size: fc.constantFrom(19, 64, 200, 505),
      });
      const everyField = FIELDS.flatMap((field) => [
        [{ field, order: 'asc', size: 64 }] as [{ field: (typeof FIELDS)[number]; order: string; size: number }],
        [{ field, order: 'desc', size: 200 }] as [{ field: (typeof FIELDS)[number]; order: string; size: number }],
      ]);
      await fc.assert(
        fc.asyncProperty(asked, async ({ field, order, size }) => {
          const { hits, totals } = await allPages({ sort: `${field}:${order}`, size });
          assert.equal(new Set(hits.map(({ index, id }) => `${index} ${id}`)).size, world.events.length);
          assert.equal(hits.length, world.events.length);
          assert.deepEqual(new Set(totals), new Set([world.events.length]));
          assertOrdered(hits, field, order === 'asc' ? 1 : -1);
        }),
        { numRuns: everyField.length + 8, examples: everyField },
      );
    });

    it('goes on where it was while new events come in', async () => {
      const first = await world.ask<SearchAnswer>('POST', '/api/v1/search', {
        payload: { index: world.index, size: 100 },
      });
      const index = world.seeded[0]!.index;
      const created = await world.store.client.index({
        index,
        op_type: 'create',
        refresh: true,
        document: { '@timestamp': '2026-11-21T10:00:01.000Z', message: 'came in between' },
      });
      try {
        const { hits } = await allPages({ size: 100, cursor: first.body.cursor });
        const times = [...first.body.hits, ...hits].map(({ source }) => timeOf(source as Document));
        assert.deepEqual(times, world.events.map(timeOf).toReversed());
      } finally {
        await world.store.client.delete({ index: created._index, id: created._id, refresh: true });
      }
    });

    it('works in an address as well, where the cursor is one of many ids', async () => {
      const sort = 'no.such.field:asc';
      const first = await world.ask<SearchAnswer>('GET', '/api/v1/search', {
        query: { index: world.index, sort, size: '400', query: 'not log.offset: 0' },
      });
      const query = { index: world.index, sort, size: '400', query: 'not log.offset: 0', cursor: first.body.cursor! };
      const second = await world.ask<SearchAnswer>('GET', '/api/v1/search', { query });
      assert.equal(first.body.hits.length + second.body.hits.length, first.body.total);
    });

    it('refuses what is no cursor', async () => {
      const alien = Buffer.from('{"after":1}').toString('base64url');
      const nested = Buffer.from('[[{}],[1],[]]').toString('base64url');
      const long = encodeCursor({ after: null, at: [1], given: Array.from({ length: 2001 }, String) });
      for (const cursor of ['x', '!!!', alien, nested, long]) {
        const { status, body } = await world.ask<Fault>('GET', '/api/v1/search', { query: { cursor } });
        assert.deepEqual([status, body.error.code, body.error.where?.key], [400, 'CURSOR_INVALID', 'cursor']);
      }
    });
  });
}

/** Events without the field come last. */
function assertOrdered(hits: readonly Hit[], field: string, direction: 1 | -1): void {
  const values = hits.map(({ source }) => fieldOf(source as Document, field));
  const present = values.filter((value) => value !== undefined);
  assert.ok(
    values.slice(0, present.length).every((value) => value !== undefined),
    'missing ones come last',
  );
  // Addresses do not sort as their text does.
  if (field === 'source.ip') return;
  for (let at = 1; at < present.length; at++) {
    const [before, next] = [present[at - 1] as string | number, present[at] as string | number];
    assert.ok(before === next || (before < next ? 1 : -1) === direction, `${before} before ${next}`);
  }
}
