import { EsError } from '../../route.ts';
import { type Json, objectOf, parsingError } from '../body.ts';
import type { Relation } from '../relation.ts';
import { composite } from './composite.ts';
import type { AggregationType, Global, Node } from './contract.ts';
import { filter, filters, missing } from './filters.ts';
import { dateHistogram, histogram } from './histograms.ts';
import {
  average,
  cardinality,
  extendedStats,
  maximum,
  minimum,
  percentiles,
  stats,
  total,
  valueCount,
} from './metrics.ts';
import { dateRange, range } from './ranges.ts';
import { terms } from './terms.ts';
import { topHits } from './top-hits.ts';

/** Every aggregation the embedded store answers. */
const TYPES: Readonly<Record<string, AggregationType>> = {
  avg: average,
  cardinality,
  composite,
  date_histogram: dateHistogram,
  date_range: dateRange,
  extended_stats: extendedStats,
  filter,
  filters,
  global: (): Global => ({ kind: 'global' }),
  histogram,
  max: maximum,
  min: minimum,
  missing,
  percentiles,
  range,
  stats,
  sum: total,
  terms,
  top_hits: topHits,
  value_count: valueCount,
};
const DEEPEST = 20;

/** Reads an aggregation tree; columns it needs are asked of the relation. Throws EsError 400. */
export function readAggregations(body: unknown, relation: Relation, depth = 0): Node[] {
  if (body === undefined || body === null) return [];
  if (depth > DEEPEST) throw parsingError('aggregations are nested too deeply');
  return Object.entries(objectOf(body, 'aggs')).map(([name, definition]) => {
    if (/[[\]>]/.test(name)) {
      throw parsingError(`Invalid aggregation name [${name}]. Aggregation names cannot contain '[', ']' and '>'`);
    }
    return readNode(name, objectOf(definition, name), relation, depth);
  });
}

function readNode(name: string, definition: Json, relation: Relation, depth: number): Node {
  const { aggs, aggregations, meta, ...rest } = definition;
  const [entry, second] = Object.entries(rest);
  if (entry === undefined) throw parsingError(`Missing definition for aggregation [${name}]`);
  if (second !== undefined) {
    throw parsingError(`Found two aggregation type definitions in [${name}]: [${entry[0]}] and [${second[0]}]`);
  }
  const type = Object.hasOwn(TYPES, entry[0]) ? TYPES[entry[0]] : undefined;
  if (type === undefined) {
    throw new EsError(400, 'parsing_exception', `Unknown aggregation type [${entry[0]}]`, {
      caused_by: { type: 'named_object_not_found_exception', reason: `unknown field [${entry[0]}]` },
    });
  }
  const aggregator = type(objectOf(entry[1], entry[0]), { name, relation });
  if (aggregator.kind === 'global') {
    if (depth > 0) throw parsingError(`Aggregator [${name}] of type [global] can only be defined at the top level`);
    // Its children see another relation: see runAggregations.
    return { name, meta, aggregator, children: [], inner: aggs ?? aggregations };
  }
  const children = readAggregations(aggs ?? aggregations, relation, depth + 1);
  if (children.length > 0 && aggregator.kind !== 'buckets') {
    throw new EsError(
      400,
      'aggregation_initialization_exception',
      `Aggregator [${name}] of type [${entry[0]}] cannot accept sub-aggregations`,
    );
  }
  return { name, meta, aggregator, children };
}
