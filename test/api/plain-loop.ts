import fc from 'fast-check';
import type { AggregateAnswer, AggregateRequest, Metric, Step } from '../../src/api/contract/aggregate.ts';
import { parseDuration } from '../../src/model/units.ts';
import { type Document, NOW } from './seed.ts';
import { fieldOf, timeOf } from './worlds.ts';

/** A filter in KQL beside the same as a loop's condition. */
export type Filter = { readonly kql: string; means(event: Document): boolean };

export const FILTERS: readonly Filter[] = [
  { kql: '', means: () => true },
  { kql: 'log.level: error', means: (event) => fieldOf(event, 'log.level') === 'error' },
  { kql: 'not service.name: shop', means: (event) => fieldOf(event, 'service.name') !== 'shop' },
  { kql: 'event.duration > 500000000', means: (event) => Number(fieldOf(event, 'event.duration')) > 500_000_000 },
  { kql: 'http.response.status_code: *', means: (event) => fieldOf(event, 'http.response.status_code') !== undefined },
  { kql: 'message: nowhere', means: () => false },
];
const NUMBERS = ['event.duration', 'http.response.status_code', 'log.offset', 'no.such.number'];
const SPLITS = ['service.name', 'log.level', 'http.response.status_code', 'source.ip', 'no.such.field'];
const MINUTE = 60_000;

export const metrics: fc.Arbitrary<Metric | undefined> = fc.oneof(
  fc.constantFrom(undefined, { kind: 'count' } as const),
  fc.record({ kind: fc.constantFrom('avg', 'min', 'max', 'sum'), field: fc.constantFrom(...NUMBERS) }),
  fc.record({ kind: fc.constant('cardinality' as const), field: fc.constantFrom(...NUMBERS, ...SPLITS) }),
  fc.record({
    kind: fc.constant('percentile' as const),
    field: fc.constantFrom(...NUMBERS),
    percent: fc.constantFrom(0.5, 50, 95, 99.9, 100),
  }),
);

/** A request about the hour of the seeded world, or open at one end or both. */
export const requests = fc.record({
  filter: fc.constantFrom(...FILTERS),
  metric: metrics,
  split: fc.option(fc.record({ field: fc.constantFrom(...SPLITS), size: fc.integer({ min: 1, max: 6 }) }), {
    nil: undefined,
  }),
  interval: fc.constantFrom(undefined, 'auto', '30s', '1m', '7m', '1h', '1d'),
  from: fc.option(fc.integer({ min: -70, max: -1 }), { nil: undefined }),
  to: fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined }),
});
export type Asked = typeof requests extends fc.Arbitrary<infer Value> ? Value : never;

/** The request as it is sent. */
export function requestOf({ filter, metric, split, interval, from, to }: Asked, index: string): AggregateRequest {
  const at = (minutes: number) => new Date(NOW + minutes * MINUTE).toISOString();
  return {
    index,
    query: filter.kql,
    ...(metric === undefined ? {} : { metric }),
    ...(split === undefined ? {} : { split }),
    ...(interval === undefined ? {} : { interval }),
    ...(from === undefined ? {} : { from: at(from) }),
    ...(to === undefined ? {} : { to: at(to) }),
  };
}

/** The events a request is about. */
export function selected(events: readonly Document[], { filter, from, to }: Asked): Document[] {
  const [first, end] = [NOW + (from ?? Number.NEGATIVE_INFINITY) * MINUTE, NOW + (to ?? Infinity) * MINUTE];
  return events.filter((event) => timeOf(event) >= first && timeOf(event) < end && filter.means(event));
}

/** Lowest and highest value that counts as the metric over some events; null where there is none. */
export function measure(
  events: readonly Document[],
  metric: Metric = { kind: 'count' },
): readonly [number, number] | null {
  if (metric.kind === 'count') return [events.length, events.length];
  const values = events.map((event) => fieldOf(event, metric.field)).filter((value) => value !== undefined);
  if (metric.kind === 'cardinality') return exactly(new Set(values).size);
  const numbers = values.map(Number).sort((left, right) => left - right);
  const sum = numbers.reduce((total, value) => total + value, 0);
  if (metric.kind === 'sum') return exactly(sum);
  if (numbers.length === 0) return null;
  if (metric.kind === 'avg') return exactly(sum / numbers.length);
  if (metric.kind === 'min') return exactly(numbers[0]!);
  return 'percent' in metric ? between(numbers, metric.percent) : exactly(numbers.at(-1)!);
}

/** Stores differ in how they take a value between two ranks; Elasticsearch's is an estimate. */
function between(numbers: readonly number[], percent: number): [number, number] {
  const rank = (percent / 100) * (numbers.length - 1);
  const [low, high] = [Math.floor(rank) - 1, Math.ceil(rank) + 1];
  return [numbers[Math.max(0, low)]!, numbers[Math.min(numbers.length - 1, high)]!];
}

/** Sums of doubles may differ in their last digits. */
function exactly(value: number): [number, number] {
  const tolerance = Math.abs(value) * 1e-9;
  return [value - tolerance, value + tolerance];
}

/** The groups of a split, largest first and then by key. */
export function groupsOf(events: readonly Document[], field: string): [string, Document[]][] {
  const groups = Map.groupBy(
    events.filter((event) => fieldOf(event, field) !== undefined),
    (event) => String(fieldOf(event, field)),
  );
  return [...groups].sort(([left, some], [right, others]) => others.length - some.length || (left < right ? -1 : 1));
}

/** The events that lie in a step of a series. */
export function inStep(events: readonly Document[], step: Step, width: number): Document[] {
  const begin = Date.parse(step.time);
  return events.filter((event) => timeOf(event) >= begin && timeOf(event) < begin + width);
}

/** Steps must lie on multiples of the width, one after the other, from the first event (or `from`) to the last. */
export function stepFault(series: readonly Step[], answer: AggregateAnswer, asked: Asked): string | undefined {
  const width = answer.interval_ms!;
  const times = series.map(({ time }) => Date.parse(time));
  if (asked.interval !== 'auto' && width !== parseDuration(asked.interval!)) return `the width is ${width}`;
  if (asked.interval === 'auto' && times.length > 61) return `auto made ${times.length} steps`;
  if (times.some((time) => time % width !== 0)) return 'a step does not lie on a multiple of the width';
  if (times.some((time, at) => at > 0 && time - times[at - 1]! !== width)) return 'a step is missing';
  if (asked.from !== undefined && times[0]! > NOW + asked.from * MINUTE) return 'the series begins after the range';
  if (asked.to !== undefined && times.at(-1)! + width < NOW + asked.to * MINUTE) return 'the series ends too soon';
  return undefined;
}
