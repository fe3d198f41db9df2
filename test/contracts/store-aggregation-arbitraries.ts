import fc from 'fast-check';
import { anyField, type Json, keywordField, optional, query, zone } from './store-arbitraries.ts';

const numeric = fc.constantFrom('status', 'took');
const metric: fc.Arbitrary<Json> = fc.oneof(
  fc
    .tuple(fc.constantFrom('min', 'max', 'avg', 'sum', 'stats'), fc.constantFrom('status', 'took', 'ok'))
    .map(([type, field]) => ({ [type]: { field } })),
  numeric.map((field) => ({ extended_stats: { field } })),
  fc.constantFrom('min', 'max', 'stats').map((type) => ({ [type]: { field: '@timestamp' } })),
  anyField.filter((field) => field !== 'message').map((field) => ({ value_count: { field } })),
  anyField.filter((field) => field !== 'message').map((field) => ({ cardinality: { field } })),
  fc
    .tuple(numeric, fc.boolean())
    .map(([field, keyed]) => ({ percentiles: { field, percents: [5, 50, 95, 99.9], keyed } })),
  fc.constantFrom(1, 2).map((size) => ({
    top_hits: {
      size,
      sort: [{ '@timestamp': 'desc' }, { took: 'asc' }, { status: 'asc' }, { 'host.name': 'asc' }],
      _source: ['status', 'host.*'],
    },
  })),
);

const dateInterval = fc.oneof(
  fc.constantFrom('30m', '1h', '6h', '12h', '1d').map((fixed_interval) => ({ fixed_interval })),
  fc.constantFrom('hour', 'day', '1w', 'month', 'quarter', '1y').map((calendar_interval) => ({ calendar_interval })),
);
const termsOrder = fc.constantFrom<Json | undefined>(undefined, { _key: 'asc' }, { _key: 'desc' }, { _count: 'asc' });

const bucketing: fc.Arbitrary<Json> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('host.name', 'tags', 'status', 'took', 'ok', 'client.ip', '@timestamp', 'nowhere'),
      fc.constantFrom(1, 3, 50),
      termsOrder,
      fc.constantFrom(1, 2),
    )
    .map(([field, size, order, least]) => ({
      // Elasticsearch only guesses what it left out when it cuts before it counts.
      terms: { field, size, min_doc_count: size < 50 ? 1 : least, ...(order === undefined ? {} : { order }) },
    })),
  keywordField.map((field) => ({ terms: { field, missing: 'none', include: '[a-z].*' } })),
  fc
    .tuple(dateInterval, optional(zone), fc.constantFrom(0, 1), optional(fc.constantFrom('+1h', '-30m')))
    .map(([interval, time_zone, least, offset]) => ({
      date_histogram: {
        field: '@timestamp',
        ...interval,
        min_doc_count: least,
        ...(time_zone === undefined ? {} : { time_zone }),
        ...(offset === undefined ? {} : { offset }),
      },
    })),
  dateInterval.map((interval) => ({
    date_histogram: {
      field: '@timestamp',
      ...interval,
      format: 'yyyy-MM-dd HH:mm',
      extended_bounds: { min: '2026-10-24 00:00', max: '2026-10-28 00:00' },
    },
  })),
  fc
    .tuple(numeric, fc.constantFrom(0.5, 7, 100), fc.constantFrom(0, 1))
    .map(([field, interval, least]) => ({ histogram: { field, interval, min_doc_count: least } })),
  fc.tuple(numeric, fc.boolean()).map(([field, keyed]) => ({
    range: { field, keyed, ranges: [{ to: 1 }, { from: 0.25, to: 250 }, { key: 'high', from: 200 }] },
  })),
  fc.constant({
    date_range: {
      field: '@timestamp',
      ranges: [{ to: '2026-10-25' }, { from: '2026-10-25||/d', to: '2026-10-25||+1d' }],
    },
  }),
  query.map((filter) => ({ filter })),
  fc.tuple(query, query, fc.boolean()).map(([one, two, other]) => ({
    filters: { filters: { one, two }, ...(other ? { other_bucket_key: 'rest' } : {}) },
  })),
  fc.tuple(query, query).map((filters) => ({ filters: { filters } })),
  anyField.filter((field) => field !== 'message').map((field) => ({ missing: { field } })),
);

// Not `status`: asked for one value of a number with several, Elasticsearch leaves out the buckets of the others.
const composite: fc.Arbitrary<Json> = fc
  .tuple(fc.constantFrom('host.name', 'tags', 'took'), dateInterval, fc.constantFrom('asc', 'desc'), fc.boolean())
  .map(([field, interval, order, missing_bucket]) => ({
    composite: {
      size: 5,
      sources: [
        { one: { terms: { field, order, missing_bucket } } },
        { two: { date_histogram: { field: '@timestamp', ...interval } } },
      ],
    },
  }));

/** An aggregation tree, up to three bucketings deep. */
export const aggregations: fc.Arbitrary<Json> = fc
  .letrec<{ tree: Json; bucket: Json }>((tie) => ({
    bucket: fc.tuple(bucketing, tie('tree')).map(([outer, aggs]) => ({ ...outer, aggs })),
    tree: fc.oneof(
      { maxDepth: 2 },
      { weight: 2, arbitrary: metric.map((one) => ({ one })) },
      { weight: 2, arbitrary: fc.tuple(metric, tie('bucket')).map(([one, two]) => ({ one, two })) },
      { weight: 1, arbitrary: composite.map((pages) => ({ pages })) },
    ),
  }))
  .tree.map(withoutInnerComposite);

/** Elasticsearch allows composite only at the top. */
function withoutInnerComposite(tree: Json): Json {
  const strip = (aggs: Json): Json => {
    const kept = Object.entries(aggs).filter(([name]) => name !== 'pages');
    return Object.fromEntries(kept.map(([name, body]) => [name, deeper(body as Json)]));
  };
  const deeper = (body: Json): Json => {
    if (body.aggs === undefined) return body;
    const { aggs, ...rest } = body;
    const inner = strip(aggs as Json);
    return Object.keys(inner).length === 0 ? rest : { ...rest, aggs: inner };
  };
  return Object.fromEntries(Object.entries(tree).map(([name, body]) => [name, deeper(body as Json)]));
}
