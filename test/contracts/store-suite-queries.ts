import assert from 'node:assert/strict';
import { idsWhere, MINUTE, REQUESTS, type Request, START } from './store-documents.ts';
import { type Bench, type Case, refusalOf } from './store-suite.ts';

type Json = Record<string, unknown>;
type Holds = (request: Request, number: number) => boolean;

/** Ids a query finds, in order of time. */
async function found({ client, index }: Bench, query: Json): Promise<string[]> {
  const answer = await client.search({ index, query, size: 100, sort: [{ '@timestamp': 'asc' }] } as object);
  assert.deepEqual(answer.hits.total, { value: answer.hits.hits.length, relation: 'eq' });
  return answer.hits.hits.map((hit) => hit._id!);
}

function finds(title: string, query: Json, holds: Holds): Case {
  return {
    title: `finds ${title}`,
    run: async (bench) => {
      const expected = idsWhere(holds);
      assert.deepEqual(await found(bench, query), expected);
    },
  };
}

function refuses(title: string, query: Json, type: string): Case {
  return {
    title: `refuses ${title}`,
    run: async ({ client, index }) => {
      const refusal = await refusalOf(client.search({ index, query } as object));
      assert.deepEqual(refusal, { status: 400, type });
    },
  };
}

const timeOf = (request: Request) => Date.parse(request['@timestamp']);
const tagsOf = (request: Request) => [request.tags].flat();

/** One case or more for every kind of query; what is expected is a plain loop over the documents. */
export const queryCases: readonly Case[] = [
  finds('everything with match_all', { match_all: {} }, () => true),
  finds('nothing with match_none', { match_none: {} }, () => false),
  finds('a keyword by term, case as it is', { term: { 'service.name': 'shop' } }, (one) => one.service.name === 'shop'),
  finds(
    'a keyword by term in any case',
    { term: { 'service.name': { value: 'SHOP', case_insensitive: true } } },
    (one) => one.service.name.toLowerCase() === 'shop',
  ),
  finds('one of several values in a document', { term: { tags: 'slow' } }, (one) => tagsOf(one).includes('slow')),
  finds('one of several terms', { terms: { status: [201, 504, 999] } }, (one) => [201, 504].includes(one.status)),
  finds('documents by _id', { ids: { values: ['r3', 'r4', 'r99'] } }, (_, number) => number === 3 || number === 4),
  finds(
    'documents by very many _ids',
    { ids: { values: Array.from({ length: 500 }, (_, number) => `r${number * 2}`) } },
    (_, number) => number % 2 === 0,
  ),
  finds('true and false', { term: { ok: false } }, (one) => !one.ok),
  finds('a whole day by its date', { term: { '@timestamp': '2026-11-21' } }, () => true),
  finds('addresses by block', { term: { 'client.ip': '10.0.1.0/24' } }, (one) => one.client.ip.startsWith('10.0.1.')),
  finds('an IPv6 address written another way', { term: { 'client.ip': '2001:0db8:0::0:1' } }, (one) =>
    one.client.ip.includes(':'),
  ),
  finds('a range of numbers', { range: { took: { gt: 1, lte: 3.5 } } }, (one) => one.took > 1 && one.took <= 3.5),
  finds(
    'a range of dates with date math',
    { range: { '@timestamp': { gte: '2026-11-21T12:00||+1h', lt: '2026-11-21T14:30||/h' } } },
    (one) => timeOf(one) >= START + 60 * MINUTE && timeOf(one) < START + 120 * MINUTE,
  ),
  finds(
    'a range of dates in a time zone',
    { range: { '@timestamp': { lte: '2026-11-21T14:00:00', time_zone: '+01:00' } } },
    (one) => timeOf(one) <= START + 60 * MINUTE,
  ),
  finds(
    'a range of dates as epoch milliseconds',
    { range: { '@timestamp': { gte: START + 30 * MINUTE, format: 'epoch_millis' } } },
    (one) => timeOf(one) >= START + 30 * MINUTE,
  ),
  finds('a range of addresses', { range: { 'client.ip': { gte: '10.0.0.0', lt: '10.0.1.0' } } }, (one) =>
    one.client.ip.startsWith('10.0.0.'),
  ),
  finds('fields that exist', { exists: { field: 'note' } }, (one) => one.note !== undefined),
  finds('objects that exist', { exists: { field: 'service' } }, () => true),
  finds('nothing of a field nobody has', { exists: { field: 'nowhere' } }, () => false),
  finds('words of a text in any case', { match: { message: 'timeout' } }, (_, number) => number % 3 === 0),
  finds('whole words only', { match: { message: 'time' } }, () => false),
  finds('any of the words', { match: { message: 'get timeout' } }, () => true),
  finds(
    'all of the words',
    { match: { message: { query: 'answered orders', operator: 'and' } } },
    (_, number) => number % 3 !== 0,
  ),
  finds(
    'words that a dash parts',
    { match: { message: { query: 'db 3', operator: 'and' } } },
    (_, number) => number === 3,
  ),
  finds(
    'words one after the other',
    { match_phrase: { message: 'timed out timeout' } },
    (_, number) => number % 3 === 0,
  ),
  finds('no words in another order', { match_phrase: { message: 'out timed' } }, () => false),
  finds(
    'the beginning of a last word',
    { match_phrase_prefix: { message: 'orders 1' } },
    (_, number) => number % 3 !== 0 && /^1/.test(String(number)),
  ),
  finds(
    'words in one of several fields',
    { multi_match: { query: 'cart', fields: ['message', 'service.name'] } },
    (one) => one.service.name === 'cart',
  ),
  finds('beginnings of a keyword', { prefix: { 'service.name': 'sh' } }, (one) => one.service.name.startsWith('sh')),
  finds('shapes of a keyword', { wildcard: { 'service.name': { value: '?HO*', case_insensitive: true } } }, (one) =>
    /^.ho/i.test(one.service.name),
  ),
  finds('shapes of a word', { wildcard: { message: 'answ*' } }, (_, number) => number % 3 !== 0),
  finds(
    'regular expressions over the whole value',
    { regexp: { 'service.name': '[cS](ar|ho).' } },
    (one) => one.service.name !== 'shop',
  ),
  finds(
    'must, filter, should and must_not together',
    {
      bool: {
        must: [{ range: { took: { gte: 1 } } }],
        filter: [{ term: { tags: 'seen' } }],
        should: [{ term: { status: 201 } }, { term: { ok: false } }, { term: { 'service.name': 'Shop' } }],
        minimum_should_match: 1,
        must_not: [{ exists: { field: 'note' } }],
      },
    },
    (one) => one.took >= 1 && (one.status === 201 || !one.ok || one.service.name === 'Shop') && one.note === undefined,
  ),
  finds('what a filter keeps, score or not', { constant_score: { filter: { term: { ok: true } } } }, (one) => one.ok),
  finds(
    'documents without a field through must_not',
    { bool: { must_not: { exists: { field: 'note' } } } },
    (one) => one.note === undefined,
  ),
  finds(
    "Lucene's syntax as Grafana sends it",
    {
      query_string: {
        query: 'service.name:shop AND NOT status:[200 TO 299] OR message:"orders 7"',
        analyze_wildcard: true,
      },
    },
    (one) => one.service.name === 'shop' && one.status > 299,
  ),
  finds('everything with *', { query_string: { query: '*', analyze_wildcard: true } }, () => true),
  finds('a bare word in any field', { query_string: { query: 'kept' } }, (one) => one.note === 'kept'),
  finds(
    'values with quotes and semicolons only as values',
    { term: { 'service.name': `x' OR '1'='1'; DROP TABLE t; --"` } },
    () => false,
  ),
  refuses('a query it does not know', { guess: { message: 'x' } }, 'parsing_exception'),
  refuses('an option it does not know', { term: { status: { value: 1, guess: true } } }, 'parsing_exception'),
  refuses('a text where a number belongs', { term: { status: 'many' } }, 'search_phase_execution_exception'),
  refuses('a date that is none', { range: { '@timestamp': { gte: 'yesterday' } } }, 'search_phase_execution_exception'),
  {
    title: 'counts what a search would find',
    run: async ({ client, index }) => {
      const { count } = await client.count({ index, query: { term: { ok: false } } });
      assert.equal(count, REQUESTS.filter((one) => !one.ok).length);
    },
  },
];
