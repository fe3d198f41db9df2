import type { PanelSpec, SplitSpec } from '../../src/dashboards/spec.ts';
import { parseKql } from '../../src/kql/parse.ts';
import { kqlToPredicate } from '../../src/kql/to-predicate.ts';
import type { Event } from '../../src/model/event.ts';
import { addressKey } from '../../src/model/ip-address.ts';

export type Row = Record<string, string | number | null>;
type Metric = PanelSpec['metrics'][number];

const meets = (kql: string) => kqlToPredicate(parseKql(kql));
const timeOf = (event: Event) => Date.parse(String(event['@timestamp']));
const valuesOf = (event: Event, field: string) => [event[field] ?? []].flat() as (string | number)[];

/** The rows of a panel, counted from the events themselves: no store, no aggregation, no compiled panel. */
export function plainRows(panel: PanelSpec, events: readonly Event[], intervalMs: number): Row[] {
  const chosen = events.filter(meets(panel.filter));
  return rowsBelow(panel, panel.splits, chosen, intervalMs, 0);
}

function rowsBelow(
  panel: PanelSpec,
  splits: readonly SplitSpec[],
  events: readonly Event[],
  intervalMs: number,
  level: number,
): Row[] {
  const [split, ...rest] = splits;
  if (split === undefined) {
    if (panel.kind !== 'series') return [metricsRow(panel, events)];
    const bars = groupBy(events, (event) => [Math.floor(timeOf(event) / intervalMs) * intervalMs]);
    return [...bars.entries()]
      .toSorted(([a], [b]) => Number(a) - Number(b))
      .map(([time, inside]) => ({ time, ...metricsRow(panel, inside) }));
  }
  return groupsOf(panel, split, events).flatMap(([key, inside]) =>
    rowsBelow(panel, rest, inside, intervalMs, level + 1).map((row) => ({ [`split-${level}`]: key, ...row })),
  );
}

function groupsOf(panel: PanelSpec, split: SplitSpec, events: readonly Event[]): [string | number, Event[]][] {
  if (split.filters !== undefined) return split.filters.map(({ label, query }) => [label, events.filter(meets(query))]);
  const groups = [...groupBy(events, (event) => valuesOf(event, split.terms ?? '')).entries()];
  const ranking = panel.metrics.find(({ op }) => op !== 'share' && op !== 'latest')!;
  const rank = ([, inside]: [string | number, Event[]]) => Number(metricOf(ranking, inside));
  const order = (key: string | number) => addressKey(String(key)) ?? String(key);
  return groups.toSorted((a, b) => rank(b) - rank(a) || (order(a[0]) < order(b[0]) ? -1 : 1)).slice(0, split.size);
}

function groupBy(
  events: readonly Event[],
  keysOf: (event: Event) => (string | number)[],
): Map<string | number, Event[]> {
  const groups = new Map<string | number, Event[]>();
  for (const event of events)
    for (const key of new Set(keysOf(event))) groups.set(key, [...(groups.get(key) ?? []), event]);
  return groups;
}

function metricsRow(panel: PanelSpec, events: readonly Event[]): Row {
  return Object.fromEntries(panel.metrics.map((metric, index) => [`metric-${index}`, metricOf(metric, events)]));
}

function metricOf({ op, field = '', filter = '', of = '' }: Metric, all: readonly Event[]): string | number | null {
  const events = all.filter(meets(filter));
  const numbers = events.flatMap((event) =>
    field === '@timestamp' ? [timeOf(event)] : valuesOf(event, field).map(Number),
  );
  const sum = numbers.reduce((total, number) => total + number, 0);
  switch (op) {
    case 'count':
      return events.length;
    case 'share':
      return events.length === 0 ? null : events.filter(meets(of)).length / events.length;
    case 'distinct':
      return new Set(events.flatMap((event) => valuesOf(event, field))).size;
    case 'sum':
      return sum;
    case 'avg':
      return numbers.length === 0 ? null : sum / numbers.length;
    case 'min':
      return numbers.length === 0 ? null : Math.min(...numbers);
    case 'max':
      return numbers.length === 0 ? null : Math.max(...numbers);
    case 'latest':
      return latest(events, field);
    default:
      throw new Error(`no shipped panel uses ${op}`);
  }
}

function latest(events: readonly Event[], field: string): string | number | null {
  const having = events.filter((event) => valuesOf(event, field).length > 0);
  const [newest] = having.toSorted((a, b) => timeOf(b) - timeOf(a));
  return newest === undefined ? null : (valuesOf(newest, field)[0] ?? null);
}
