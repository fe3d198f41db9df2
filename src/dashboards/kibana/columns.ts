import { storedType } from '../../model/field-type.ts';
import { rankingMetric } from '../check-spec.ts';
import { type MetricSpec, type PanelSpec, type SplitSpec, TIME_FIELD } from '../spec.ts';

/** A column of a form-based Lens layer, as Kibana saves it. */
export type LensColumn = {
  readonly label: string;
  readonly customLabel: boolean;
  readonly dataType: 'number' | 'string' | 'date' | 'ip' | 'boolean';
  readonly operationType: string;
  readonly isBucketed: boolean;
  readonly scale: 'ratio' | 'interval' | 'ordinal';
  readonly sourceField?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly filter?: { readonly query: string; readonly language: 'kuery' };
  readonly references?: readonly string[];
};

/** The records themselves, which `count` counts. */
export const RECORDS = '___records___';

export type LensColumns = {
  readonly columns: Readonly<Record<string, LensColumn>>;
  /** Buckets from the outside in, then metrics with what they are computed from before them. */
  readonly order: readonly string[];
  readonly buckets: readonly string[];
  readonly metrics: readonly string[];
  readonly time: string | undefined;
};

const OPERATIONS: Readonly<Record<string, string>> = {
  count: 'count',
  distinct: 'unique_count',
  min: 'min',
  max: 'max',
  avg: 'average',
  sum: 'sum',
  percentile: 'percentile',
  latest: 'last_value',
};

/** The columns of a panel. Ids come from their places, so that two builds are the same byte for byte. */
export function columnsOf(panel: PanelSpec): LensColumns {
  const metrics = panel.metrics.map((_, index) => `metric-${index}`);
  const ranking = metrics[rankingMetric(panel.metrics) ?? 0] ?? '';
  const columns: Record<string, LensColumn> = {};
  const buckets: string[] = [];
  panel.splits.forEach((split, index) => {
    const id = `split-${index}`;
    columns[id] = splitColumn(split, ranking, panel);
    buckets.push(id);
  });
  const time = panel.kind === 'series' ? 'time' : undefined;
  if (time !== undefined) columns[time] = timeColumn();
  const inner: string[] = [];
  panel.metrics.forEach((metric, index) => {
    for (const [id, column] of metricColumns(metric, `metric-${index}`)) {
      columns[id] = column;
      inner.push(id);
    }
  });
  const order = [...buckets, ...(time === undefined ? [] : [time]), ...inner];
  return { columns, order, buckets, metrics, time };
}

function timeColumn(): LensColumn {
  return {
    label: TIME_FIELD,
    customLabel: false,
    dataType: 'date',
    operationType: 'date_histogram',
    isBucketed: true,
    scale: 'interval',
    sourceField: TIME_FIELD,
    params: { interval: 'auto', includeEmptyRows: true, dropPartials: false },
  };
}

function splitColumn(split: SplitSpec, ranking: string, { kind }: PanelSpec): LensColumn {
  const base = { customLabel: true, isBucketed: true, scale: 'ordinal' as const };
  if (split.filters !== undefined) {
    const filters = split.filters.map(({ label, query }) => ({ label, input: { query, language: 'kuery' } }));
    const label = split.label ?? 'Filters';
    return { ...base, label, dataType: 'string', operationType: 'filters', params: { filters } };
  }
  const field = split.terms ?? '';
  return {
    ...base,
    label: split.label ?? field,
    dataType: dataTypeOf(field),
    operationType: 'terms',
    sourceField: field,
    params: {
      size: split.size,
      orderBy: { type: 'column', columnId: ranking },
      orderDirection: 'desc',
      otherBucket: kind === 'series' || kind === 'donut',
      missingBucket: false,
      parentFormat: { id: 'terms' },
      include: [],
      exclude: [],
      includeIsRegex: false,
      excludeIsRegex: false,
    },
  };
}

/** A metric's column, after the ones it is computed from. */
function metricColumns(metric: MetricSpec, id: string): [string, LensColumn][] {
  if (metric.op === 'share') return shareColumns(metric, id);
  const { label, op, field, filter, percent } = metric;
  const latest = op === 'latest';
  const dataType = latest || op === 'min' || op === 'max' ? dataTypeOf(field ?? '') : 'number';
  // Kibana asks for the latest value only among documents that have one.
  const condition = latest && filter === undefined ? `"${field}": *` : filter;
  const params = {
    ...(op === 'count' || op === 'distinct' || op === 'sum' ? { emptyAsNull: false } : {}),
    ...(percent === undefined ? {} : { percentile: percent }),
    ...(latest ? { sortField: TIME_FIELD, showArrayValues: true } : {}),
    ...formatOf(metric.format),
  };
  const column: LensColumn = {
    label,
    customLabel: true,
    dataType,
    operationType: OPERATIONS[op] ?? op,
    isBucketed: false,
    scale: latest && dataType === 'string' ? 'ordinal' : 'ratio',
    sourceField: field ?? RECORDS,
    params,
    ...(condition === undefined ? {} : { filter: { query: condition, language: 'kuery' } }),
  };
  return [[id, column]];
}

/** `count(kql='…') / count()`, with the columns that Lens makes of such a formula. */
function shareColumns({ label, of = '', filter, format }: MetricSpec, id: string): [string, LensColumn][] {
  const whole = filter === undefined ? 'count()' : `count(kql=${quoted(filter)})`;
  const part = `count(kql=${quoted(filter === undefined ? of : `(${of}) and (${filter})`)})`;
  const formula = `${part} / ${whole}`;
  const count = (query: string | undefined): LensColumn => ({
    label: `Part of ${label}`,
    customLabel: true,
    dataType: 'number',
    operationType: 'count',
    isBucketed: false,
    scale: 'ratio',
    sourceField: RECORDS,
    params: { emptyAsNull: false },
    ...(query === undefined ? {} : { filter: { query, language: 'kuery' } }),
  });
  const [above, below, division] = [`${id}X0`, `${id}X1`, `${id}X2`];
  const tinymathAst = {
    type: 'function',
    name: 'divide',
    args: [above, below],
    location: { min: 0, max: formula.length },
    text: formula,
  };
  const computed = { customLabel: true, dataType: 'number', isBucketed: false, scale: 'ratio' } as const;
  return [
    [above, count(filter === undefined ? of : `(${of}) and (${filter})`)],
    [below, count(filter)],
    [
      division,
      {
        ...computed,
        label: `Part of ${label}`,
        operationType: 'math',
        params: { tinymathAst },
        references: [above, below],
      },
    ],
    [
      id,
      {
        ...computed,
        label,
        operationType: 'formula',
        params: { formula, isFormulaBroken: false, ...formatOf(format ?? 'percent') },
        references: [division],
      },
    ],
  ];
}

function quoted(query: string): string {
  return `'${query.replace(/['\\]/g, '\\$&')}'`;
}

function formatOf(format: string | undefined): { format?: object } {
  switch (format) {
    case 'percent':
      return { format: { id: 'percent', params: { decimals: 1 } } };
    case 'bytes':
      return { format: { id: 'bytes', params: { decimals: 1 } } };
    case 'nanoseconds':
      return { format: { id: 'duration', params: { decimals: 0, fromUnit: 'nanoseconds', toUnit: 'asMilliseconds' } } };
    case 'number':
      return { format: { id: 'number', params: { decimals: 0 } } };
    default:
      return {};
  }
}

function dataTypeOf(field: string): LensColumn['dataType'] {
  const type = storedType(field);
  if (type === 'long' || type === 'double') return 'number';
  return type === 'date' || type === 'ip' || type === 'boolean' ? type : 'string';
}
