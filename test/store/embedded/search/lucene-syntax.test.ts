import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { EsError } from '../../../../src/store/embedded/route.ts';
import { type LuceneNode, parseLucene } from '../../../../src/store/embedded/search/query/lucene-syntax.ts';

const words = (field: string | undefined, text: string): LuceneNode => ({ kind: 'words', field, text });

describe("Lucene's query syntax", () => {
  it('takes words side by side as one text, as the analyser wants them', () => {
    assert.deepEqual(parseLucene('connection refused', false), words(undefined, 'connection refused'));
  });

  it('makes both sides of AND required, and leaves what OR joins optional', () => {
    assert.deepEqual(parseLucene('a:1 AND b:2 OR c:3', false), {
      kind: 'bool',
      clauses: [
        { occurs: 'must', node: words('a', '1') },
        { occurs: 'must', node: words('b', '2') },
        { occurs: 'should', node: words('c', '3') },
      ],
    });
  });

  it('reads phrases, wildcards, ranges, groups, signs and escapes', () => {
    assert.deepEqual(parseLucene('a.b:"x y"', false), { kind: 'phrase', field: 'a.b', text: 'x y' });
    assert.deepEqual(parseLucene('host:web-*', false), { kind: 'wildcard', field: 'host', pattern: 'web-*' });
    assert.deepEqual(parseLucene('n:[1 TO *}', false), { kind: 'range', field: 'n', bounds: { gte: '1' } });
    assert.deepEqual(parseLucene('n:>=-5', false), { kind: 'range', field: 'n', bounds: { gte: '-5' } });
    assert.deepEqual(parseLucene('a\\:b\\*', false), words(undefined, 'a:b*'));
    assert.deepEqual(parseLucene('path:/api.*/', false), { kind: 'regexp', field: 'path', pattern: 'api.*' });
    assert.deepEqual(parseLucene('level:(error OR fatal)', false), {
      kind: 'bool',
      clauses: [
        { occurs: 'should', node: words('level', 'error') },
        { occurs: 'should', node: words('level', 'fatal') },
      ],
    });
  });

  it('refuses what it cannot read or do, as a bad request', () => {
    for (const text of ['a:(b', 'a AND', 'n:[1 5]', 'roam~', '"unfinished', ')']) {
      assert.throws(() => parseLucene(text, false), EsError, text);
    }
  });

  it('either reads any text or refuses it as a bad request, quickly', () => {
    const text = fc
      .array(
        fc.constantFrom(
          'a',
          ':',
          '"',
          '(',
          ')',
          '[',
          ']',
          '*',
          '\\',
          ' ',
          'AND',
          'NOT',
          '-',
          'TO',
          '~',
          '/',
          '>',
          '=',
          '{',
          'é',
        ),
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, fc.boolean(), (query, every) => {
        try {
          parseLucene(query, every);
        } catch (error) {
          assert.ok(error instanceof EsError, String(error));
          assert.equal(error.status, 400);
        }
      }),
      { numRuns: 500 },
    );
  });
});
