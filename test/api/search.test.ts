import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Fault } from '../../src/api/contract/fault.ts';
import type { SearchAnswer } from '../../src/api/contract/search.ts';
import { type Document, NOW } from './seed.ts';
import { fieldOf, timeOf, WORLDS, type World } from './worlds.ts';

const MINUTE = 60_000;

/** KQL, and what it must mean. */
const QUERIES: readonly (readonly [string, (document: Document) => boolean])[] = [
  ['', () => true],
  ['log.level: error', (event) => fieldOf(event, 'log.level') === 'error'],
  ['http.response.status_code >= 500', (event) => Number(fieldOf(event, 'http.response.status_code')) >= 500],
  ['"connect ECONNREFUSED"', (event) => String(fieldOf(event, 'message')).startsWith('connect ECONNREFUSED')],
  [
    'service.name: (shop or checkout)',
    (event) => ['shop', 'checkout'].includes(String(fieldOf(event, 'service.name'))),
  ],
  ['service.name: s* and not log.level: info', (event) => starts(event, 's') && fieldOf(event, 'log.level') !== 'info'],
  ['source.ip: 203.0.113.0/24', (event) => String(fieldOf(event, 'source.ip')).startsWith('203.0.113.')],
  ['error.grouping_key: *', (event) => fieldOf(event, 'error.grouping_key') !== undefined],
];

function starts(event: Document, letter: string): boolean {
  return String(fieldOf(event, 'service.name') ?? '').startsWith(letter);
}

for (const kind of WORLDS) {
  describe(`a search over ${kind.name}`, { skip: kind.skip }, () => {
    let world: World;
    before(async () => {
      world = await kind.open();
    });
    after(() => world.close());
    const search = (query: Record<string, string | number>) =>
      world.ask<SearchAnswer>('GET', '/api/v1/search', { query: { index: world.index, ...query } as never });

    for (const [kql, means] of QUERIES) {
      it(`finds exactly the events of ${kql === '' ? 'an empty query' : kql}`, async () => {
        const { body } = await search({ query: kql, size: 1000 });
        const wanted = world.events.filter(means);
        assert.equal(body.total, wanted.length);
        assert.deepEqual(tally(body.hits.map((hit) => hit.source as Document)), tally(wanted));
        assert.equal(body.cursor, null);
      });
    }

    it('gives the newest events first unless asked otherwise, and no more than asked for', async () => {
      const { body } = await search({ size: 7 });
      assert.deepEqual(body.hits.map(timeOfHit), world.events.slice(-7).map(timeOf).toReversed());
      const oldest = await search({ size: 7, sort: '@timestamp:asc' });
      assert.deepEqual(oldest.body.hits.map(timeOfHit), world.events.slice(0, 7).map(timeOf));
      const none = await search({ size: 0 });
      assert.deepEqual([none.body.hits, none.body.total, none.body.cursor], [[], world.events.length, null]);
    });

    it('reads a range as from inclusive and to exclusive, absolute or counted from now', async () => {
      const [from, to] = [timeOf(world.events[50]!), timeOf(world.events[80]!)];
      const { body } = await search({ from: new Date(from).toISOString(), to: new Date(to).toISOString() });
      assert.equal(body.total, world.events.filter((event) => timeOf(event) >= from && timeOf(event) < to).length);
      const recent = await search({ from: 'now-10m', to: 'now' });
      assert.equal(recent.body.total, world.events.filter((event) => timeOf(event) >= NOW - 10 * MINUTE).length);
    });

    it('answers the same to a body as to a query string', async () => {
      const asked = { index: world.index, query: 'log.level: warn', size: 5 };
      const posted = await world.ask<SearchAnswer>('POST', '/api/v1/search', { payload: asked });
      const { body } = await search(asked);
      assert.deepEqual({ ...posted.body, took_ms: 0 }, { ...body, took_ms: 0 });
    });

    it('points at the column of a mistake in the query', async () => {
      const { status, body } = await world.ask<Fault>('GET', '/api/v1/search', {
        query: { query: 'log.level: error and (service.name: shop' },
      });
      assert.equal(status, 400);
      assert.equal(body.error.code, 'KQL_SYNTAX');
      assert.equal(body.error.where?.column, 41);
      assert.match(body.error.message, /\n\s+log\.level.*\n\s+\^/);
    });

    it('says which field cannot be what is asked for, and which cannot be sorted by', async () => {
      const value = await world.ask<Fault>('GET', '/api/v1/search', { query: { query: 'source.ip: nobody' } });
      assert.equal(value.status, 400);
      assert.match(value.body.error.message, /source\.ip/);
      const sort = await world.ask<Fault>('GET', '/api/v1/search', {
        query: { index: world.index, sort: 'message:asc' },
      });
      assert.equal(sort.status, 400);
      assert.equal(sort.body.error.code, 'STORE_REFUSED');
      assert.match(sort.body.error.message, /message/);
    });

    it('finds nothing in streams that do not exist', async () => {
      const { body } = await search({ index: 'logs-no.such-stream' });
      assert.deepEqual([body.total, body.hits], [0, []]);
    });
  });
}

describe('a search that names no stream', () => {
  it('leaves out what logmill writes about itself', async (t) => {
    const world = await WORLDS[0]!.open();
    t.after(() => world.close());
    const { body } = await world.ask<SearchAnswer>('GET', '/api/v1/search', { query: { size: '1000' } });
    assert.equal(body.total, world.events.length);
    assert.ok(world.seeded.length > world.events.length);
    assert.ok(body.hits.every(({ index }) => !index.includes('logmill')));
  });
});

function timeOfHit({ source }: SearchAnswer['hits'][number]): number {
  return timeOf(source as Document);
}

/** The events whatever their order. */
function tally(events: readonly Document[]): string[] {
  return events.map((event) => JSON.stringify(event)).sort();
}
