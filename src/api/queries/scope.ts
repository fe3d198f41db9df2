import type { estypes } from '@elastic/elasticsearch';
import { parseKql } from '../../kql/parse.ts';
import { kqlToDsl } from '../../kql/to-dsl.ts';
import { EVENT_INDICES } from '../../model/indices.ts';
import type { Scope } from '../contract/scope.ts';
import { parseRange, type TimeRange } from './time-range.ts';

type Query = estypes.QueryDslQueryContainer;

export const DEAD_LETTER_INDICES = 'logs-logmill.dead_letter-*';

/** A request's scope in the store's terms. */
export type ResolvedScope = {
  readonly index: string;
  readonly range: TimeRange;
  /** KQL and time range; further conditions are put beside them. */
  readonly filter: readonly Query[];
};

/**
 * Compiles KQL and times.
 * @throws LogmillError KQL_SYNTAX (where.column), TIME_INVALID, TIME_RANGE_EMPTY
 */
export function resolveScope(scope: Scope, now: number): ResolvedScope {
  const range = parseRange(scope, now);
  return {
    index: scope.index ?? EVENT_INDICES,
    range,
    filter: [...kqlFilter(scope.query), ...timeFilter(range)],
  };
}

/** KQL as filters; none for an empty text. */
export function kqlFilter(text: string | undefined): Query[] {
  if (text === undefined || text.trim() === '') return [];
  return [kqlToDsl(parseKql(text)) as Query];
}

/** A range on `@timestamp`; none for all time. */
export function timeFilter({ from, to }: TimeRange): Query[] {
  if (from === undefined && to === undefined) return [];
  const ends = { ...(from === undefined ? {} : { gte: iso(from) }), ...(to === undefined ? {} : { lt: iso(to) }) };
  return [{ range: { '@timestamp': ends } }];
}

/** Filters as one query. */
export function all(filter: readonly Query[], not: readonly Query[] = []): Query {
  return { bool: { filter: [...filter], ...(not.length === 0 ? {} : { must_not: [...not] }) } };
}

export function iso(time: number): string {
  return new Date(time).toISOString();
}
