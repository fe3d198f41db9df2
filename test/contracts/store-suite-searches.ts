import assert from 'node:assert/strict';
import { idsWhere, REQUESTS } from './store-documents.ts';
import { type Case, refusalOf } from './store-suite.ts';

const IDS = REQUESTS.map((_, number) => `r${number}`);

/** Orders, pages, parts of documents, many searches at once. */
export const searchCases: readonly Case[] = [
  {
    title: 'orders hits and puts those without the field last, or first if asked',
    run: async ({ client, index }) => {
      const last = await client.search({ index, size: 6, sort: [{ note: 'asc' }, { took: 'desc' }] });
      const kept = idsWhere((one) => one.note !== undefined).reverse();
      assert.deepEqual(
        last.hits.hits.map((hit) => hit._id),
        [...kept, 'r29'],
      );
      assert.deepEqual(last.hits.hits.at(-1)?.sort, [null, 7.25]);
      const first = await client.search({
        index,
        size: 1,
        sort: [{ note: { order: 'asc', missing: '_first' } }, { took: 'asc' }],
      });
      assert.equal(first.hits.hits[0]?._id, 'r1');
    },
  },
  {
    title: 'shows dates as epoch milliseconds among the sort values',
    run: async ({ client, index }) => {
      const { hits } = await client.search({ index, size: 1, sort: [{ '@timestamp': 'desc' }] });
      assert.deepEqual(hits.hits[0]?.sort, [Date.parse(REQUESTS.at(-1)!['@timestamp'])]);
      assert.equal(hits.hits[0]?._score, null);
      assert.equal(hits.max_score, null);
    },
  },
  {
    title: 'turns pages by from and size, and by search_after, without loss or repetition',
    run: async ({ client, index }) => {
      const pages: string[] = [];
      for (let from = 0; from < IDS.length; from += 8) {
        const { hits } = await client.search({ index, from, size: 8, sort: [{ took: 'asc' }] });
        pages.push(...hits.hits.map((hit) => hit._id!));
      }
      assert.deepEqual(pages, IDS);
      const after: string[] = [];
      let place: unknown[] | undefined;
      for (;;) {
        const asked = {
          index,
          size: 7,
          sort: [{ ok: 'asc' }, { took: 'desc' }],
          ...(place === undefined ? {} : { search_after: place }),
        };
        const { hits } = await client.search(asked as object);
        if (hits.hits.length === 0) break;
        after.push(...hits.hits.map((hit) => hit._id!));
        place = hits.hits.at(-1)?.sort;
      }
      const expected = [...idsWhere((one) => !one.ok).reverse(), ...idsWhere((one) => one.ok).reverse()];
      assert.deepEqual(after, expected);
    },
  },
  {
    title: 'scrolls over everything',
    run: async ({ client, index }) => {
      const ids: string[] = [];
      for await (const page of client.helpers.scrollSearch({ index, size: 4, query: { match_all: {} } })) {
        ids.push(...page.body.hits.hits.map((hit) => hit._id!));
      }
      assert.deepEqual(ids.sort(), [...IDS].sort());
    },
  },
  {
    title: 'reads from a point in time',
    run: async ({ client, index }) => {
      const { id } = await client.openPointInTime({ index, keep_alive: '1m' });
      const { hits } = await client.search({ pit: { id, keep_alive: '1m' }, size: 50, sort: [{ took: 'asc' }] });
      assert.deepEqual(
        hits.hits.map((hit) => hit._id),
        IDS,
      );
      await client.closePointInTime({ id });
    },
  },
  {
    title: 'counts hits up to a limit, exactly, or not at all',
    run: async ({ client, index }) => {
      const limited = await client.search({ index, size: 0, track_total_hits: 10 });
      assert.deepEqual(limited.hits.total, { value: 10, relation: 'gte' });
      const exact = await client.search({ index, size: 2, track_total_hits: true });
      assert.deepEqual(exact.hits.total, { value: 30, relation: 'eq' });
      const none = await client.search({ index, size: 1, track_total_hits: false });
      assert.equal(none.hits.total, undefined);
      const integer = await client.search({ index, size: 0, rest_total_hits_as_int: true });
      assert.equal(integer.hits.total, 30);
    },
  },
  {
    title: 'gives back only the asked parts of a document',
    run: async ({ client, index }) => {
      const query = { ids: { values: ['r6'] } };
      const some = await client.search({
        index,
        query,
        _source: { includes: ['service.*', 't*'], excludes: ['tags'] },
      });
      assert.deepEqual(some.hits.hits[0]?._source, { service: { name: 'shop' }, took: 1.5 });
      const none = await client.search({ index, query, _source: false, fields: ['status', '@timestamp'] });
      assert.equal(none.hits.hits[0]?._source, undefined);
      assert.deepEqual(none.hits.hits[0]?.fields, { status: [504], '@timestamp': [REQUESTS[6]!['@timestamp']] });
    },
  },
  {
    title: 'shows version and sequence number when asked',
    run: async ({ client, index }) => {
      const { hits } = await client.search({
        index,
        size: 1,
        version: true,
        seq_no_primary_term: true,
        query: { ids: { values: ['r0'] } },
      });
      assert.equal(hits.hits[0]?._version, 1);
      assert.equal(hits.hits[0]?._seq_no, 0);
      assert.equal(hits.hits[0]?._primary_term, 1);
    },
  },
  {
    title: 'refuses pages beyond the ten-thousandth hit',
    run: async ({ client, index }) => {
      const refusal = await refusalOf(client.search({ index, from: 9_995, size: 10 }));
      assert.equal(refusal.status, 400);
    },
  },
  {
    title: 'answers 404 for an index that is not there, unless that is ignored',
    run: async ({ client, index, name }) => {
      assert.deepEqual(await refusalOf(client.search({ index: name('absent') })), {
        status: 404,
        type: 'index_not_found_exception',
      });
      const { hits } = await client.search({ index: `${name('absent')},${index}`, ignore_unavailable: true, size: 0 });
      assert.deepEqual(hits.total, { value: 30, relation: 'eq' });
      const nothing = await client.search({ index: `${name('absent')}-*`, aggs: { most: { max: { field: 'took' } } } });
      assert.deepEqual(nothing.hits.total, { value: 0, relation: 'eq' });
    },
  },
  {
    title: 'answers many searches at once, each with its own fate',
    run: async ({ client, index, name }) => {
      const { responses } = await client.msearch({
        searches: [
          { index },
          { size: 0, query: { term: { ok: true } } },
          { index: name('absent') },
          { size: 0 },
          { index },
          { query: { term: { status: 'many' } } },
          { index },
          { size: 1, sort: [{ took: 'desc' }] },
        ],
      });
      assert.deepEqual(
        responses.map((one) => one.status),
        [200, 404, 400, 200],
      );
      const [first, , , last] = responses as { hits: { total: { value: number }; hits: { _id: string }[] } }[];
      assert.equal(first?.hits.total.value, 20);
      assert.equal(last?.hits.hits[0]?._id, 'r29');
    },
  },
  {
    title: 'says which fields there are and what can be done with them',
    run: async ({ client, index }) => {
      const { fields } = await client.fieldCaps({ index, fields: '*' });
      const plain = { metadata_field: false, searchable: true };
      assert.deepEqual(fields['status'], { long: { type: 'long', ...plain, aggregatable: true } });
      assert.deepEqual(fields['message'], { text: { type: 'text', ...plain, aggregatable: false } });
      assert.deepEqual(fields['service'], {
        object: { type: 'object', ...plain, searchable: false, aggregatable: false },
      });
      assert.equal(fields['client.ip']?.['ip']?.type, 'ip');
    },
  },
  {
    title: 'keeps the digits of whole numbers that JavaScript cannot hold',
    run: async ({ client, name }) => {
      const index = name('digits');
      const body = `{"index":{}}\n{"large":9007199254740993}\n`;
      await client.transport.request({
        method: 'POST',
        path: `/${index}/_bulk`,
        querystring: { refresh: 'true' },
        bulkBody: body,
      });
      const found = await client.count({ index, query: { term: { large: '9007199254740993' } } });
      const near = await client.count({ index, query: { term: { large: '9007199254740992' } } });
      assert.deepEqual([found.count, near.count], [1, 0]);
    },
  },
];
