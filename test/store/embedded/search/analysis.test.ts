import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { wordsOf as analyse } from '../../../../src/model/words.ts';
import { hasWords, wordsOf } from '../../../../src/store/embedded/search/analysis.ts';
import { ELASTICSEARCH_SKIP, elasticsearchUrl } from '../../../elasticsearch.ts';

const character = fc.constantFrom(
  'a',
  'B',
  'é',
  'İ',
  'Σ',
  'ß',
  '1',
  '2',
  '.',
  ':',
  ',',
  ';',
  '_',
  '-',
  ' ',
  "'",
  '’',
  '·',
  '/',
  '@',
  '日',
  'か',
  'カ',
  'ー',
  '한',
  'ก',
  '\u0301',
  '\u200d',
  '😀',
  '"',
  '\\',
);
const text = fc.array(character, { minLength: 1, maxLength: 14 }).map((parts) => parts.join(''));

describe('the standard analyser', () => {
  let connection: DuckDBConnection;
  before(async () => {
    connection = await (await DuckDBInstance.create(':memory:')).connect();
  });
  after(() => connection.closeSync());
  const ask = async (expression: string, value: string) =>
    (await connection.runAndReadAll(`SELECT ${expression} AS answer`, [value])).getRowObjectsJS()[0]?.['answer'];

  it('keeps versions, addresses and names together and parts paths and pairs', () => {
    assert.deepEqual(analyse("GET /api/v1 from 10.0.0.1, user_id=O'Neil: 1,000.5"), [
      'get',
      'api',
      'v1',
      'from',
      '10.0.0.1',
      'user_id',
      "o'neil",
      '1,000.5',
    ]);
  });

  it('finds the same words in SQL as in JavaScript', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (one) => assert.deepEqual(await ask(wordsOf('$1'), one), analyse(one))),
      { numRuns: 60 },
    );
  });

  it('finds words in a text exactly where its words tell so, by whichever of its three ways', async () => {
    const agrees = fc.asyncProperty(text, text, async (one, other) => {
      const own = analyse(one);
      for (const words of [own.slice(0, 1), own.slice(1, 3), analyse(other).slice(0, 2)].filter(
        (list) => list.length > 0,
      )) {
        const expected = own.some((_, at) => words.every((word, offset) => own[at + offset] === word));
        assert.equal(await ask(hasWords('$1', words), one), expected, words.join('|'));
      }
    });
    await fc.assert(agrees, { numRuns: 30 });
  });

  it("finds the same words as Elasticsearch's", {
    skip: elasticsearchUrl() === undefined && ELASTICSEARCH_SKIP,
  }, async () => {
    const agrees = fc.asyncProperty(
      // Emoji that a joiner makes one are not told apart.
      text.filter((one) => !(one.includes('😀') && one.includes('\u200d'))),
      async (one) => {
        const body = JSON.stringify({ analyzer: 'standard', text: one });
        const headers = { 'content-type': 'application/json' };
        const response = await fetch(`${elasticsearchUrl()}/_analyze`, { method: 'POST', headers, body });
        const { tokens } = (await response.json()) as { tokens: { token: string }[] };
        assert.deepEqual(
          analyse(one),
          tokens.map(({ token }) => token),
        );
      },
    );
    await fc.assert(agrees, { numRuns: 200 });
  });
});
