import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { HOMES, type Home } from '../../../contracts/store-homes.ts';

const NASTY = [
  `'; DROP TABLE "shop"; --`,
  `" OR 1=1 --`,
  `$1`,
  `$99::VARCHAR`,
  `x' OR '1'='1`,
  `\\'; SELECT * FROM _catalog; --`,
  `"."`,
  `') OR TRUE OR ('`,
  `/* */`,
  `a\u0000b'`,
  `%_\\`,
  `lambda _v: 1`,
];
const nasty = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
);

/** Every place of a search where a user's text may end up near SQL. */
const search = fc.tuple(nasty, nasty).map(([field, value]) => [
  { query: { term: { [field]: value } } },
  { query: { terms: { word: [value, field] } } },
  { query: { match: { text: value } } },
  { query: { match_phrase: { text: `${value} ${field}` } } },
  { query: { prefix: { word: value } } },
  { query: { wildcard: { word: { value: `*${value}?`, case_insensitive: true } } } },
  { query: { regexp: { text: value } } },
  { query: { range: { word: { gte: value, lt: field } } } },
  { query: { exists: { field } } },
  { query: { ids: { values: [value] } } },
  { query: { query_string: { query: value } } },
  { query: { term: { _index: value } } },
  { sort: [{ [field]: { order: 'asc', unmapped_type: 'keyword', missing: value } }] },
  { sort: [{ word: { order: 'asc', missing: value } }], search_after: [value] },
  { aggs: { one: { terms: { field: 'word', missing: value, include: [value], exclude: field } } } },
  {
    aggs: {
      one: {
        composite: {
          sources: [{ [field || 'name']: { terms: { field: 'word' } } }],
          after: { [field || 'name']: value },
        },
      },
    },
  },
  { aggs: { one: { filters: { filters: { [field]: { term: { word: value } } } } } } },
  { aggs: { one: { date_histogram: { field: 'at', fixed_interval: '1h', time_zone: value, format: field } } } },
  { aggs: { one: { terms: { field, order: { [value]: 'asc' } } } } },
  { _source: [value], fields: [field] },
]);

describe('texts of users in searches of the embedded store', () => {
  let home: Home;

  before(async () => {
    home = await HOMES[0]!.open();
    const mappings = {
      properties: { word: { type: 'keyword' }, text: { type: 'text' }, at: { type: 'date' } },
    } as const;
    await home.client.indices.create({ index: 'shop', mappings });
    const operations = NASTY.flatMap((word, number) => [
      { index: { _id: `n${number}` } },
      { word, text: word, at: number, [word.replaceAll('.', '·')]: 'own' },
    ]);
    const answer = await home.client.bulk({ index: 'shop', operations, refresh: true });
    assert.equal(answer.errors, false);
  });

  after(() => home.close());

  const status = async (body: object): Promise<number> => {
    const answer = await home.client.search({ index: 'shop', ...body } as object, { meta: true, ignore: [400, 500] });
    return answer.statusCode ?? 0;
  };

  it('never reach the database as SQL: a search answers, or is refused as a bad request', async () => {
    const safe = fc.asyncProperty(search, async (bodies) => {
      for (const body of bodies) {
        const code = await status(body);
        assert.ok(code === 200 || code === 400, `${code} for ${JSON.stringify(body)}`);
      }
    });
    await fc.assert(safe, { numRuns: 15 });
    assert.equal((await home.client.count({ index: 'shop' })).count, NASTY.length);
  });

  it('are found again as what they are, in values and in names of fields', async () => {
    for (const [number, word] of NASTY.entries()) {
      for (const query of [
        { term: { word } },
        { terms: { word: [word] } },
        { exists: { field: word.replaceAll('.', '·') } },
      ]) {
        const { hits } = await home.client.search({ index: 'shop', query } as object);
        assert.deepEqual(
          hits.hits.map((hit) => hit._id),
          [`n${number}`],
          JSON.stringify(query),
        );
      }
    }
  });
});
