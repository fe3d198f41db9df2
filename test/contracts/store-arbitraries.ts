import fc from 'fast-check';

/** Mapping of the documents that the stores are compared on: every type a search treats in its own way. */
export const MAPPINGS = {
  dynamic: false,
  properties: {
    '@timestamp': { type: 'date' },
    message: { type: 'text' },
    host: { properties: { name: { type: 'keyword' } } },
    tags: { type: 'keyword', ignore_above: 8 },
    status: { type: 'long' },
    took: { type: 'double' },
    ok: { type: 'boolean' },
    client: { properties: { ip: { type: 'ip' } } },
    number: { type: 'long' },
  },
} as const;

export type Json = Record<string, unknown>;

const START = Date.UTC(2026, 9, 24, 20);
/** Around the end of summer time in Europe, in steps that land on bucket borders now and then. */
const time = fc.integer({ min: 0, max: 400 }).map((step) => START + step * 450_000);
const date = time.map((value) => new Date(value).toISOString());
const host = fc.constantFrom('web-1', 'web-2', 'Web-1', 'db', '', 'a"b\'c', 'ü*?\\');
const tag = fc.constantFrom('a', 'b', 'error', 'wärn', 'far too long for it');
const word = fc.constantFrom(
  'timeout',
  'Timeout',
  'user_7',
  'user.7',
  'GET',
  '/api/v1',
  'a',
  'ab',
  '10.5',
  'über',
  '日本',
  "o'neil",
  '[x]',
  'k=v',
  ':',
  'é',
  '😀',
);
const message = fc
  .array(fc.tuple(word, fc.constantFrom(' ', ', ', ': ', '/', '-', '.', '=')), { minLength: 0, maxLength: 6 })
  .map((parts) => parts.flat().join(''));
const status = fc.constantFrom(200, 201, 404, 500, 503, -1, 0);
const took = fc.constantFrom(0, 0.1, 0.25, 1, 1.5, 2, 10, 99.9, -3.5);
const ip = fc.constantFrom(
  '10.0.0.1',
  '10.0.0.255',
  '10.0.1.1',
  '192.168.7.7',
  '2001:db8::1',
  '::1',
  '2001:0db8:0:0:0:0:0:2',
);

/** The value, or now and then none. */
export function optional<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(value, { nil: undefined, freq: 6 });
}

function oneOrMany<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | T[]> {
  return fc.oneof({ weight: 3, arbitrary: value }, { weight: 1, arbitrary: fc.array(value, { maxLength: 3 }) });
}

/** A document, fields missing and holding several values now and then. */
export const document: fc.Arbitrary<Json> = fc
  .record({
    '@timestamp': date,
    message: optional(message),
    host: optional(host.map((name) => ({ name }))),
    tags: optional(oneOrMany(tag)),
    status: optional(oneOrMany(status)),
    took: optional(took),
    ok: optional(fc.boolean()),
    client: optional(oneOrMany(ip).map((address) => ({ ip: address }))),
  })
  .map((fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)));

export const keywordField = fc.constantFrom('host.name', 'tags');
export const anyField = fc.constantFrom(
  'host.name',
  'tags',
  'status',
  'took',
  'ok',
  'client.ip',
  '@timestamp',
  'message',
  'nowhere',
);
const keywordValue = fc.oneof(host, tag);
const bound = <T>(value: fc.Arbitrary<T>) =>
  fc.record({ gt: value, gte: value, lt: value, lte: value }, { requiredKeys: [] });
export const zone = fc.constantFrom('UTC', 'Europe/Berlin', '+05:30', 'America/New_York');
const dateText = fc.oneof(
  date,
  time.map((value) => new Date(value).toISOString().slice(0, 10)),
  time.map((value) => `${new Date(value).toISOString().slice(0, 16)}`),
  date.map((value) => `${value}||-3h/d`),
);
const pattern = fc.constantFrom('w*', '*1', 'web-?', '*', 'WEB*', '?', 't*', 'u*7', 'ü\\**', '*a*');

const leaf: fc.Arbitrary<Json> = fc.oneof(
  fc.tuple(keywordField, keywordValue).map(([field, value]) => ({ term: { [field]: value } })),
  fc
    .tuple(keywordField, keywordValue)
    .map(([field, value]) => ({ term: { [field]: { value, case_insensitive: true } } })),
  fc
    .tuple(keywordField, fc.array(keywordValue, { maxLength: 4 }))
    .map(([field, values]) => ({ terms: { [field]: values } })),
  fc.oneof(status, fc.constantFrom('404', 200.5)).map((value) => ({ term: { status: value } })),
  fc.array(status, { maxLength: 3 }).map((values) => ({ terms: { status: values } })),
  took.map((value) => ({ term: { took: value } })),
  fc.constantFrom(true, 'false').map((ok) => ({ term: { ok } })),
  fc
    .oneof(ip, fc.constantFrom('10.0.0.0/24', '10.0.0.0/15', '2001:db8::/64', '::/0'))
    .map((value) => ({ term: { 'client.ip': value } })),
  bound(ip).map((range) => ({ range: { 'client.ip': range } })),
  bound(status).map((range) => ({ range: { status: range } })),
  bound(took).map((range) => ({ range: { took: range } })),
  bound(host).map((range) => ({ range: { 'host.name': range } })),
  fc.tuple(bound(dateText), optional(zone)).map(([range, time_zone]) => ({
    range: { '@timestamp': time_zone === undefined ? range : { ...range, time_zone } },
  })),
  bound(time).map((range) => ({ range: { '@timestamp': range } })),
  date.map((value) => ({ term: { '@timestamp': value } })),
  fc
    .tuple(message, fc.constantFrom('or', 'and'))
    .map(([query, operator]) => ({ match: { message: { query, operator } } })),
  fc
    .tuple(message, fc.constantFrom(1, 2, -1, '60%'))
    .map(([query, least]) => ({ match: { message: { query, minimum_should_match: least } } })),
  fc.tuple(keywordField, keywordValue).map(([field, query]) => ({ match: { [field]: query } })),
  message.map((query) => ({ match_phrase: { message: query } })),
  fc
    .constantFrom('time', 'timeout us', 'get /ap', 'a', '日')
    .map((query) => ({ match_phrase_prefix: { message: query } })),
  fc.constantFrom('timeout', 'Timeout', 'get', 'ab', '10.5', 'user.7').map((value) => ({ term: { message: value } })),
  fc
    .tuple(message, fc.constantFrom('best_fields', 'phrase'))
    .map(([query, type]) => ({ multi_match: { query, type, fields: ['message', 'host.name'] } })),
  anyField.map((field) => ({ exists: { field } })),
  fc.constantFrom('host', 'client').map((field) => ({ exists: { field } })),
  fc
    .tuple(keywordField, fc.constantFrom('w', 'web-', '', 'Ü'))
    .map(([field, value]) => ({ prefix: { [field]: value } })),
  fc
    .tuple(fc.constantFrom('host.name', 'tags', 'message'), pattern, fc.boolean())
    .map(([field, value, loose]) => ({ wildcard: { [field]: loose ? { value, case_insensitive: true } : { value } } })),
  fc
    .tuple(
      fc.constantFrom('host.name', 'message'),
      fc.constantFrom('web-[12]', 'w.*', '(db|web.+)', 't[a-z]+', '.', 'user.7'),
    )
    .map(([field, value]) => ({ regexp: { [field]: value } })),
  fc.array(fc.nat(70), { maxLength: 4 }).map((numbers) => ({ ids: { values: numbers.map((number) => `d${number}`) } })),
  fc.constantFrom({ match_all: {} }, { match_none: {} }),
);

const queryString: fc.Arbitrary<Json> = fc
  .tuple(
    fc.constantFrom(
      'message:timeout',
      'host.name:web-1 AND status:404',
      'status:[200 TO 404} OR ok:true',
      'NOT host.name:db',
      'message:"user_7 timeout"',
      'host.name:w*',
      'took:>=1 AND took:<10',
      'message:(timeout OR get) AND -tags:a',
      '+status:200 tags:b',
      '_exists_:tags',
      'message:time* || ok:false',
      'host.name:"a\\"b\'c"',
      'status:404 OR status:500 AND ok:true',
      'message:timeout get',
      'status:{200 TO *]',
      '*:*',
      '*',
      '!ok:true',
    ),
    fc.constantFrom('and', 'or'),
  )
  .map(([query, operator]) => ({ query_string: { query, default_operator: operator, default_field: 'message' } }));

/** Any query of the families both stores answer, nested up to three deep. */
export const query: fc.Arbitrary<Json> = fc.letrec<{ any: Json; bool: Json }>((tie) => ({
  bool: fc
    .record(
      {
        must: fc.array(tie('any'), { maxLength: 2 }),
        filter: fc.array(tie('any'), { maxLength: 2 }),
        should: fc.array(tie('any'), { maxLength: 3 }),
        must_not: fc.array(tie('any'), { maxLength: 2 }),
        minimum_should_match: fc.constantFrom(0, 1, 2),
      },
      { requiredKeys: [] },
    )
    .map((bool) => ({ bool })),
  any: fc.oneof(
    { maxDepth: 3 },
    { weight: 6, arbitrary: leaf },
    { weight: 1, arbitrary: queryString },
    { weight: 4, arbitrary: tie('bool') },
    { weight: 1, arbitrary: tie('any').map((filter) => ({ constant_score: { filter } })) },
  ),
})).any;

const sortable = fc.constantFrom('host.name', 'tags', 'status', 'took', 'ok', '@timestamp', 'client.ip');

/** An order of hits; the last key makes it total. */
export const sort: fc.Arbitrary<Json[]> = fc
  .array(
    fc
      .tuple(sortable, fc.constantFrom('asc', 'desc'), optional(fc.constantFrom('_first', '_last')))
      .map(([field, order, missing]) => ({ [field]: { order, ...(missing === undefined ? {} : { missing }) } })),
    { minLength: 1, maxLength: 2 },
  )
  .map((keys) => [...keys, { number: 'asc' }]);
