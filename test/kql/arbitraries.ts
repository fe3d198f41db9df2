import fc from 'fast-check';
import type { FieldName, KqlNode, KqlValue } from '../../src/kql/node.ts';
import type { Event, JsonValue } from '../../src/model/event.ts';

/** Words, cases and signs that text and keywords treat differently. */
const TEXTS = [
  'error',
  'Error',
  'ERROR in db-pool',
  'timeout',
  'Connection timeout',
  'connection refused by 10.0.0.1:5432',
  'a.b',
  "can't",
  'foo_bar',
  'Größe überschritten',
  'x*y',
  'what?',
  'C:\\temp\\x',
  '(none)',
  '"quoted"',
  '1,000 rows',
  '42',
  'true',
  'and',
  'not found',
  'é',
  'ein  zwei',
];
const ADDRESSES = ['10.0.0.1', '10.0.0.200', '10.1.2.3', '192.168.1.9', '::1', '2001:db8::ff', '2001:DB8:0:0::1'];
const DATES = [
  '2026-11-20T23:59:59.999Z',
  '2026-11-21T00:00:00.000Z',
  '2026-11-21T10:15:30.500Z',
  '2026-11-30T12:00:00.000Z',
  '2026-12-01T00:00:00.000Z',
  '2027-01-01T00:00:00.001Z',
];
const NUMBERS = [-1, 0, 1, 42, 200, 404, 499, 500, 503, 1e12];
const DOUBLES = [-0.5, 0, 0.25, 1, 42, 99.9];

const text = fc.constantFrom(...TEXTS);
const scalars = {
  text,
  keyword: text,
  long: fc.constantFrom(...NUMBERS),
  double: fc.constantFrom(...DOUBLES),
  boolean: fc.boolean(),
  ip: fc.constantFrom(...ADDRESSES),
  date: fc.constantFrom(...DATES),
};
type Kind = keyof typeof scalars;

/** Fields of every mapping type, some that are lists, and some that only their source knows. */
export const FIELDS: Readonly<Record<string, { kind: Kind; list?: boolean }>> = {
  '@timestamp': { kind: 'date' },
  message: { kind: 'text' },
  'error.message': { kind: 'text', list: true },
  'service.name': { kind: 'keyword' },
  tags: { kind: 'keyword', list: true },
  'http.response.status_code': { kind: 'long' },
  'http.response.bytes': { kind: 'long' },
  'http.request.method': { kind: 'keyword' },
  'logmill.alert.value': { kind: 'double' },
  'process.interactive': { kind: 'boolean' },
  'source.ip': { kind: 'ip' },
  'event.start': { kind: 'date' },
  'shop.order.note': { kind: 'keyword' },
  'shop.order.items': { kind: 'long' },
};

/** Events in memory: any of the fields, each with one value or several. */
export const event: fc.Arbitrary<Event> = fc
  .record(
    Object.fromEntries(
      Object.entries(FIELDS).map(([name, { kind, list }]) => {
        const one = scalars[kind] as fc.Arbitrary<JsonValue>;
        return [name, list === true ? fc.array(one, { maxLength: 3 }) : one];
      }),
    ),
    { requiredKeys: ['@timestamp'] },
  )
  .map((record) => record as Event);

const column = 0;
const name = (...pieces: string[]): FieldName => ({ pieces, column });
const plain = (written: string): KqlValue => ({ kind: 'text', text: written, column });
const phrase = (written: string): KqlValue => ({ kind: 'phrase', text: written, column });

/** Texts with some of their letters as stars. */
const pattern = fc
  .tuple(text, fc.nat(12), fc.nat(12))
  .map(([whole, from, length]) => ({
    kind: 'wildcard' as const,
    pieces: [whole.slice(0, from), whole.slice(from + length)],
    column,
  }))
  .filter(({ pieces }) => pieces.join('').trim() !== '' && !/^\s|\s$/.test(pieces.join('*')));

const asked = {
  text: fc.oneof(text.map(plain), text.map(phrase), pattern),
  keyword: fc.oneof(text.map(plain), text.map(phrase), pattern),
  long: fc.constantFrom(...NUMBERS, 404.5).map((number) => plain(String(number))),
  double: fc.constantFrom(...DOUBLES, 0.1).map((number) => phrase(String(number))),
  boolean: fc.constantFrom('true', 'false').map(plain),
  ip: fc.constantFrom(...ADDRESSES, '10.0.0.0/24', '10.0.0.0/8', '2001:db8::/32', '0.0.0.0/0').map(phrase),
  date: fc.constantFrom(...DATES, '2026-11-21', '2026-11', '2026-11-21T10', '2026-11-21||/M').map(phrase),
};

const known = Object.keys(FIELDS);
const fieldAndValue = fc
  .constantFrom(...known)
  .chain((field) =>
    asked[FIELDS[field]?.kind ?? 'keyword'].map((value): KqlNode => ({ type: 'is', field: name(field), value })),
  );
const comparable: Kind[] = ['keyword', 'long', 'double', 'ip', 'date'];
const range = fc
  .constantFrom(...known.filter((field) => comparable.includes(FIELDS[field]?.kind ?? 'text')))
  .chain((field) =>
    fc
      .tuple(
        asked[FIELDS[field]?.kind ?? 'keyword'],
        fc.constantFrom('gt' as const, 'gte' as const, 'lt' as const, 'lte' as const),
      )
      .filter(
        ([value]) =>
          (value.kind !== 'wildcard' && !value.text.includes('/')) ||
          (value.kind === 'phrase' && value.text.includes('||')),
      )
      .map(([value, operator]) => ({ type: 'range', field: name(field), operator, value }) as KqlNode),
  );
const exists = fc
  .constantFrom(...known, 'http', 'http.response', 'gone')
  .map((field): KqlNode => ({ type: 'exists', field: name(field) }));
const manyFields = fc
  .tuple(
    fc.constantFrom(['http.', ''], ['', '.name'], ['shop.', '.note'], ['', '']),
    fc.oneof(asked.keyword, asked.long, asked.ip),
  )
  .map(([pieces, value]): KqlNode => ({ type: 'is', field: name(...pieces), value }));
const bare = asked.text.map((value): KqlNode => ({ type: 'is', field: undefined, value }));

const leaf: fc.Arbitrary<KqlNode> = fc.oneof(
  { weight: 6, arbitrary: fieldAndValue },
  { weight: 3, arbitrary: range },
  { weight: 1, arbitrary: exists },
  { weight: 1, arbitrary: manyFields },
  { weight: 1, arbitrary: bare },
  { weight: 1, arbitrary: fc.constant<KqlNode>({ type: 'all' }) },
);

/** Trees that fit FIELDS; `and` and `or` flat, as the parser makes them. */
export const kqlTree: fc.Arbitrary<KqlNode> = fc.letrec<{ tree: KqlNode }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 3, arbitrary: leaf },
    { weight: 1, arbitrary: tie('tree').map((child): KqlNode => ({ type: 'not', child })) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom('and' as const, 'or' as const), fc.array(tie('tree'), { minLength: 2, maxLength: 3 }))
        .map(
          ([type, children]): KqlNode => ({
            type,
            children: children.flatMap((child) => (child.type === type ? child.children : [child])),
          }),
        ),
    },
  ),
})).tree;
