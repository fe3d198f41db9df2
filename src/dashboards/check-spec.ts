import { LogmillError, type Where } from '../errors.ts';
import { parseKql } from '../kql/parse.ts';
import { kqlToDsl } from '../kql/to-dsl.ts';
import { type FieldType, storedType } from '../model/field-type.ts';
import type { DashboardSpec, MetricSpec, PanelSpec, SplitSpec } from './spec.ts';

type Path = readonly (string | number)[];
type Report = (path: Path, detail: string) => void;

/** Types whose values can be counted, grouped or put in order. */
const GROUPED: readonly FieldType[] = ['keyword', 'ip', 'long', 'double', 'boolean'];
const NUMBERS: readonly FieldType[] = ['long', 'double'];
const FITTING: Readonly<Record<string, readonly FieldType[]>> = {
  distinct: GROUPED,
  min: [...NUMBERS, 'date'],
  max: [...NUMBERS, 'date'],
  avg: NUMBERS,
  sum: NUMBERS,
  percentile: NUMBERS,
  latest: [...GROUPED, 'text', 'date'],
};
/** How many metrics and splits a kind of panel shows: [least, most]. */
const SHAPES: Readonly<Record<string, { metrics: readonly [number, number]; splits: readonly [number, number] }>> = {
  metric: { metrics: [1, 1], splits: [0, 0] },
  series: { metrics: [1, 4], splits: [0, 1] },
  bars: { metrics: [1, 4], splits: [1, 1] },
  table: { metrics: [1, 10], splits: [1, 4] },
  donut: { metrics: [1, 1], splits: [1, 2] },
  treemap: { metrics: [1, 1], splits: [1, 2] },
  lines: { metrics: [1, 1], splits: [0, 0] },
};

/** What the schema cannot say: KQL, fields of a fitting type, panels that overlap or ask for what their kind has not. */
export function checkSpec(spec: DashboardSpec, locate: (path: Path) => Where): LogmillError[] {
  const faults: LogmillError[] = [];
  const report: Report = (path, detail) => {
    const where = locate(path);
    faults.push(new LogmillError('DASHBOARD_INVALID', { detail }, where));
  };
  const ids = new Map<string, number>();
  spec.panels.forEach((panel, index) => {
    const at = (...rest: (string | number)[]): Path => ['panels', index, ...rest];
    const same = ids.get(panel.id);
    if (same === undefined) ids.set(panel.id, index);
    else report(at('id'), `"${panel.id}" is the id of ${locate(['panels', same]).key} already`);
    checkPanel(panel, at, report);
    spec.panels.slice(0, index).forEach((other, earlier) => {
      if (overlap(panel.grid, other.grid))
        report(at('grid'), `covers part of ${locate(['panels', earlier]).key} ("${other.title}")`);
    });
  });
  return faults;
}

function checkPanel(panel: PanelSpec, at: (...rest: (string | number)[]) => Path, report: Report): void {
  const { metrics, splits, grid, kind } = panel;
  if (grid.x + grid.w > 48) report(at('grid'), `ends at ${grid.x + grid.w}; the grid is 48 wide`);
  checkKql(panel.filter, at('filter'), report);
  const shape = SHAPES[kind];
  if (shape !== undefined) {
    checkCount('metrics', metrics.length, shape.metrics, at('metrics'), kind, report);
    checkCount('splits', splits.length, shape.splits, at('splits'), kind, report);
  }
  if (kind === 'lines' && panel.columns === undefined) report(at(), 'lines need columns');
  if (kind !== 'lines' && panel.columns !== undefined) report(at('columns'), 'only lines have columns');
  panel.columns?.forEach((field, index) => {
    if (storedType(field) === undefined) report(at('columns', index), `there is no field "${field}"`);
  });
  metrics.forEach((metric, index) => {
    checkMetric(metric, (key) => at('metrics', index, key), report);
  });
  splits.forEach((split, index) => {
    checkSplit(split, (...rest) => at('splits', index, ...rest), report);
  });
  const ranked = splits.some(({ terms }) => terms !== undefined);
  if (ranked && rankingMetric(metrics) === undefined) report(at('metrics'), 'nothing to order the terms by');
}

function checkCount(
  what: string,
  count: number,
  [least, most]: readonly [number, number],
  path: Path,
  kind: string,
  report: Report,
): void {
  const wanted = least === most ? String(least) : `${least} to ${most}`;
  if (count < least || count > most) report(path, `a ${kind} panel takes ${wanted} ${what}, here are ${count}`);
}

function checkMetric(metric: MetricSpec, at: (key: string) => Path, report: Report): void {
  const { op, field, filter, of, percent } = metric;
  if (filter !== undefined) checkKql(filter, at('filter'), report);
  if (of !== undefined) checkKql(of, at('of'), report);
  if ((op === 'share') !== (of !== undefined)) report(at('of'), 'goes with share, and share with it');
  if ((op === 'percentile') !== (percent !== undefined))
    report(at('percent'), 'goes with percentile, and it with that');
  const fitting = FITTING[op];
  if (fitting === undefined) {
    if (field !== undefined) report(at('field'), `${op} takes no field`);
  } else if (field === undefined) report(at('field'), `${op} needs a field`);
  else checkField(field, fitting, at('field'), op, report);
}

function checkSplit(split: SplitSpec, at: (...rest: (string | number)[]) => Path, report: Report): void {
  const { terms, filters } = split;
  if ((terms === undefined) === (filters === undefined)) report(at(), 'a split has either terms or filters');
  if (terms !== undefined) checkField(terms, GROUPED, at('terms'), 'terms', report);
  filters?.forEach(({ query }, index) => {
    checkKql(query, at('filters', index, 'query'), report);
  });
}

function checkField(field: string, fitting: readonly FieldType[], path: Path, op: string, report: Report): void {
  const type = storedType(field);
  if (type === undefined) report(path, `there is no field "${field}"`);
  else if (!fitting.includes(type)) report(path, `${op} does not work on "${field}", which is ${type}`);
}

function checkKql(query: string, path: Path, report: Report): void {
  try {
    kqlToDsl(parseKql(query));
  } catch (error) {
    if (!(error instanceof LogmillError)) throw error;
    report(path, `is no valid KQL: ${error.message}`);
  }
}

/** The metric that terms are ordered by: the first that Kibana can order by. */
export function rankingMetric(metrics: readonly MetricSpec[]): number | undefined {
  const found = metrics.findIndex(({ op }) => op !== 'share' && op !== 'latest');
  return found === -1 ? undefined : found;
}

function overlap(a: PanelSpec['grid'], b: PanelSpec['grid']): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}
