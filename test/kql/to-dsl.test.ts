import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseKql } from '../../src/kql/parse.ts';
import { kqlToDsl } from '../../src/kql/to-dsl.ts';

const dsl = (text: string) => kqlToDsl(parseKql(text));

const QUERIES: [text: string, query: object][] = [
  ['', { match_all: {} }],
  ['timeout', { match: { message: { query: 'timeout' } } }],
  ['"connection refused"', { match_phrase: { message: { query: 'connection refused' } } }],
  ['time*', { wildcard: { message: { value: 'time*' } } }],
  ['service.name: shop', { match: { 'service.name': { query: 'shop' } } }],
  ['service.name: "Shop A"', { match_phrase: { 'service.name': { query: 'Shop A' } } }],
  ['service.name: Sh*p?', { wildcard: { 'service.name': { value: 'Sh*p\\?' } } }],
  ['http.response.status_code: 404', { match: { 'http.response.status_code': { query: '404' } } }],
  ['http.response.status_code: "404"', { match: { 'http.response.status_code': { query: '404' } } }],
  ['http.response.status_code >= 500', { range: { 'http.response.status_code': { gte: '500' } } }],
  ['@timestamp: "2026-11-21"', { range: { '@timestamp': { gte: '2026-11-21', lte: '2026-11-21' } } }],
  ['source.ip: "10.0.0.0/8"', { match: { 'source.ip': { query: '10.0.0.0/8' } } }],
  ['source.ip: *', { exists: { field: 'source.ip' } }],
  ['http.*: *', { exists: { field: 'http.*' } }],
  ['shop.mood: good', { match: { 'shop.mood': { query: 'good', lenient: true } } }],
  ['shop.mood: go*d', { query_string: { query: 'go*d', fields: ['shop.mood'], lenient: true } }],
  ['http.*: 404', { multi_match: { query: '404', fields: ['http.*'], type: 'best_fields', lenient: true } }],
  ['http.*: "a b"', { multi_match: { query: 'a b', fields: ['http.*'], type: 'phrase', lenient: true } }],
  ['http.*: a\\:*b', { query_string: { query: 'a\\:*b', fields: ['http.*'], lenient: true } }],
  [
    'Foo* bar',
    {
      bool: {
        should: [{ wildcard: { message: { value: 'foo*' } } }, { match: { message: { query: 'bar' } } }],
        minimum_should_match: 1,
      },
    },
  ],
  [
    'tags: a and not tags: b',
    {
      bool: {
        filter: [{ match: { tags: { query: 'a' } } }, { bool: { must_not: [{ match: { tags: { query: 'b' } } }] } }],
      },
    },
  ],
];

for (const [text, query] of QUERIES) {
  test(`${JSON.stringify(text)} asks Elasticsearch as Kibana does`, () => assert.deepEqual(dsl(text), query));
}

const UNFIT: [text: string, column: number, message: RegExp][] = [
  ['http.response.status_code: 4*', 28, /http\.response\.status_code is a number, and "4\*" is none/],
  ['http.response.status_code >= many', 30, /"many" is none/],
  ['source.ip: 10.0.*', 12, /source\.ip is an address/],
  ['source.ip: "10.0.0.0/33"', 12, /is an address/],
  ['@timestamp > yesterday', 14, /@timestamp is a date/],
  ['@timestamp: "2026-02-30"', 13, /is a date/],
  ['process.interactive: yes', 22, /true or false/],
];

for (const [text, column, message] of UNFIT) {
  test(`${text} is refused before it is sent, because no value could meet it`, () => {
    assert.throws(
      () => dsl(text),
      (error: { code: string; where: { column: number }; message: string }) => {
        assert.equal(error.code, 'KQL_VALUE');
        assert.equal(error.where.column, column);
        assert.match(error.message, message);
        return true;
      },
    );
  });
}
