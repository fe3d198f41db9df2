import { dataViewOf, type PanelSpec } from '../spec.ts';
import { columnsOf, type LensColumn, type LensColumns } from './columns.ts';

export type Reference = { readonly type: string; readonly id: string; readonly name: string };

/** A Lens visualization saved inside its panel ("by value"). */
export type LensAttributes = {
  readonly title: string;
  readonly type: 'lens';
  readonly visualizationType: 'lnsMetric' | 'lnsXY' | 'lnsDatatable' | 'lnsPie';
  readonly references: readonly Reference[];
  readonly state: {
    readonly datasourceStates: { readonly formBased: { readonly layers: Readonly<Record<string, LensLayer>> } };
    readonly visualization: Readonly<Record<string, unknown>>;
    readonly query: { readonly query: string; readonly language: 'kuery' };
    readonly filters: readonly unknown[];
    readonly internalReferences: readonly unknown[];
    readonly adHocDataViews: Readonly<Record<string, unknown>>;
  };
};

export type LensLayer = {
  readonly columns: Readonly<Record<string, LensColumn>>;
  readonly columnOrder: readonly string[];
  readonly incompleteColumns: Readonly<Record<string, unknown>>;
};

const LAYER = 'layer';

/** The Lens visualization of a panel of any kind but `lines`. */
export function lensOf(panel: PanelSpec): LensAttributes {
  const columns = columnsOf(panel);
  const [visualizationType, visualization] = visualizationOf(panel, columns);
  const layer = { columns: columns.columns, columnOrder: columns.order, incompleteColumns: {} };
  return {
    title: panel.title,
    type: 'lens',
    visualizationType,
    references: [{ type: 'index-pattern', id: dataViewOf(panel).id, name: `indexpattern-datasource-layer-${LAYER}` }],
    state: {
      datasourceStates: { formBased: { layers: { [LAYER]: layer } } },
      visualization,
      query: { query: panel.filter, language: 'kuery' },
      filters: [],
      internalReferences: [],
      adHocDataViews: {},
    },
  };
}

type Visualization = readonly [LensAttributes['visualizationType'], Readonly<Record<string, unknown>>];
const DATA_LAYER = { layerId: LAYER, layerType: 'data' };

function visualizationOf(panel: PanelSpec, columns: LensColumns): Visualization {
  switch (panel.kind) {
    case 'metric':
      return ['lnsMetric', { ...DATA_LAYER, metricAccessor: columns.metrics[0] }];
    case 'table':
      return [
        'lnsDatatable',
        { ...DATA_LAYER, columns: tableColumns(columns), rowHeight: 'auto', headerRowHeight: 'auto' },
      ];
    case 'donut':
    case 'treemap':
      return ['lnsPie', pie(panel.kind, columns)];
    case 'bars':
      return ['lnsXY', xy('bar_horizontal', columns.buckets[0] ?? '', undefined, columns)];
    default:
      return ['lnsXY', xy(seriesType(panel), columns.time ?? '', columns.buckets[0], columns)];
  }
}

function seriesType({ shape }: PanelSpec): string {
  if (shape === 'line') return 'line';
  return shape === 'area' ? 'area_stacked' : 'bar_stacked';
}

function xy(seriesType: string, xAccessor: string, splitAccessor: string | undefined, { metrics }: LensColumns) {
  const layer = {
    ...DATA_LAYER,
    seriesType,
    xAccessor,
    accessors: metrics,
    ...(splitAccessor === undefined ? {} : { splitAccessor }),
    position: 'top',
    showGridlines: false,
  };
  return {
    preferredSeriesType: seriesType,
    legend: { isVisible: true, position: 'right', showSingleSeries: metrics.length > 1 },
    valueLabels: 'hide',
    fittingFunction: 'None',
    layers: [layer],
  };
}

function tableColumns({ buckets, metrics }: LensColumns) {
  return [...buckets, ...metrics].map((columnId) => ({ columnId, isTransposed: false }));
}

function pie(shape: 'donut' | 'treemap', { buckets, metrics }: LensColumns) {
  const layer = {
    ...DATA_LAYER,
    primaryGroups: buckets,
    metrics,
    numberDisplay: 'percent',
    categoryDisplay: 'default',
    legendDisplay: 'default',
    nestedLegend: false,
  };
  return { shape, layers: [layer] };
}
