import { type Static, type TSchemaOptions, Type } from 'typebox';
import { EVENT_INDICES } from '../model/indices.ts';

/** Schema of dashboards/*.dashboard.yaml: what a dashboard shows, apart from the tool that shows it. */

const closed = { additionalProperties: false };
const kql = (description: string) => Type.String({ description: `${description}, in KQL` });

/** What panels read. Ids and index patterns become Kibana data views. */
export const DATA_VIEWS = {
  logs: { id: 'logmill-logs', title: EVENT_INDICES, name: 'logmill: logs' },
  dead_letters: { id: 'logmill-dead-letters', title: 'logs-logmill.dead_letter-*', name: 'logmill: rejected lines' },
  alerts: { id: 'logmill-alerts', title: 'logs-logmill.alert-*', name: 'logmill: alerts' },
  own: { id: 'logmill-own', title: 'logs-logmill.log-*', name: 'logmill: own log' },
} as const;
export type DataViewName = keyof typeof DATA_VIEWS;

/** The field all of them carry. */
export const TIME_FIELD = '@timestamp';

function oneOf<const Name extends string>(names: readonly Name[], options: TSchemaOptions) {
  return Type.Unsafe<Name>(
    Type.Union(
      names.map((name) => Type.Literal(name)),
      options,
    ),
  );
}

export const METRIC_OPS = ['count', 'distinct', 'min', 'max', 'avg', 'sum', 'percentile', 'latest', 'share'] as const;
export const FORMATS = ['number', 'percent', 'bytes', 'nanoseconds'] as const;
export const PANEL_KINDS = ['metric', 'series', 'bars', 'table', 'donut', 'treemap', 'lines'] as const;

const MetricSchema = Type.Object(
  {
    label: Type.String({ minLength: 1 }),
    op: oneOf(METRIC_OPS, { default: 'count', description: 'share: the part of all events that `of` picks' }),
    field: Type.Optional(Type.String()),
    filter: Type.Optional(kql('counts only these')),
    of: Type.Optional(kql('only of share: what is a part of the whole')),
    percent: Type.Optional(Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 100, description: 'of percentile' })),
    format: Type.Optional(oneOf(FORMATS, { description: 'how the number is shown' })),
  },
  closed,
);

const SplitSchema = Type.Object(
  {
    label: Type.Optional(Type.String({ minLength: 1 })),
    terms: Type.Optional(Type.String({ description: 'field whose most frequent values make a row or colour each' })),
    size: Type.Integer({ minimum: 1, maximum: 1000, default: 10 }),
    filters: Type.Optional(
      Type.Array(Type.Object({ label: Type.String(), query: kql('what belongs to it') }, closed), { minItems: 1 }),
    ),
  },
  closed,
);

const GridSchema = Type.Object(
  {
    x: Type.Integer({ minimum: 0, maximum: 47 }),
    y: Type.Integer({ minimum: 0 }),
    w: Type.Integer({ minimum: 1, maximum: 48 }),
    h: Type.Integer({ minimum: 1 }),
  },
  { ...closed, description: 'place on a grid 48 wide' },
);

export const PanelSchema = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z0-9-]+$', description: 'stable, unique in the dashboard' }),
    title: Type.String({ minLength: 1 }),
    kind: oneOf(PANEL_KINDS, {}),
    data: oneOf(Object.keys(DATA_VIEWS) as DataViewName[], { default: 'logs' }),
    filter: Type.String({ default: '', description: 'which events, in KQL' }),
    shape: oneOf(['bar', 'line', 'area'], { default: 'bar', description: 'of a series' }),
    metrics: Type.Array(MetricSchema, { default: [{ label: 'Events' }] }),
    splits: Type.Array(SplitSchema, { default: [] }),
    columns: Type.Optional(Type.Array(Type.String(), { minItems: 1, description: 'fields that `lines` shows' })),
    grid: GridSchema,
  },
  closed,
);

export const DashboardSchema = Type.Object(
  {
    id: Type.String({ pattern: '^logmill-[a-z0-9-]+$', description: 'stable: importing again replaces it' }),
    title: Type.String({ minLength: 1 }),
    description: Type.String({ default: '' }),
    time: Type.Object(
      { from: Type.String({ default: 'now-24h' }), to: Type.String({ default: 'now' }) },
      { ...closed, default: {} },
    ),
    refresh: Type.Integer({ minimum: 0, default: 60, description: 'seconds between looks; 0 never looks again' }),
    panels: Type.Array(PanelSchema, { minItems: 1, maxItems: 100 }),
  },
  closed,
);

export type DashboardSpec = Static<typeof DashboardSchema>;
export type PanelSpec = Static<typeof PanelSchema>;
export type MetricSpec = Static<typeof MetricSchema>;
export type SplitSpec = Static<typeof SplitSchema>;

/** The data view of a panel. */
export function dataViewOf(panel: Pick<PanelSpec, 'data'>): (typeof DATA_VIEWS)[DataViewName] {
  return DATA_VIEWS[panel.data];
}
