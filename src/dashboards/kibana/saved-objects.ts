import { DATA_VIEWS, type DashboardSpec, type DataViewName, dataViewOf, type PanelSpec, TIME_FIELD } from '../spec.ts';
import { lensOf, type Reference } from './lens.ts';

/** One line of an import file. */
export type SavedObject = {
  readonly type: 'index-pattern' | 'dashboard';
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly references: readonly Reference[];
  readonly coreMigrationVersion: string;
  readonly typeMigrationVersion: string;
};

/** Without these Kibana would run every migration since 7.x over objects that are new already. Safe for 8.19 and 9.x. */
export const VERSIONS = { core: '8.8.0', dashboard: '10.2.0', dataView: '8.0.0' } as const;

/** A dashboard with its data views first, ready for POST /api/saved_objects/_import. Stable byte for byte. */
export function kibanaNdjson(spec: DashboardSpec): string {
  return savedObjects(spec)
    .map((object) => `${JSON.stringify(object)}\n`)
    .join('');
}

export function savedObjects(spec: DashboardSpec): SavedObject[] {
  const used = new Set(spec.panels.map(({ data }) => data));
  const views = (Object.keys(DATA_VIEWS) as DataViewName[]).filter((name) => used.has(name));
  return [...views.map(dataViewObject), dashboardObject(spec)];
}

function dataViewObject(name: DataViewName): SavedObject {
  const { id, title, name: shown } = DATA_VIEWS[name];
  return {
    type: 'index-pattern',
    id,
    attributes: { title, timeFieldName: TIME_FIELD, name: shown },
    references: [],
    coreMigrationVersion: VERSIONS.core,
    typeMigrationVersion: VERSIONS.dataView,
  };
}

function dashboardObject(spec: DashboardSpec): SavedObject {
  const panels = spec.panels.map(panelOf);
  const query = { query: { query: '', language: 'kuery' }, filter: [] };
  const options = {
    useMargins: true,
    syncColors: true,
    syncCursor: true,
    syncTooltips: false,
    hidePanelTitles: false,
  };
  return {
    type: 'dashboard',
    id: spec.id,
    attributes: {
      title: spec.title,
      description: spec.description,
      // These are JSON inside strings; the import takes nothing else.
      panelsJSON: JSON.stringify(panels.map(({ panel }) => panel)),
      optionsJSON: JSON.stringify(options),
      kibanaSavedObjectMeta: { searchSourceJSON: JSON.stringify(query) },
      version: 1,
      timeRestore: true,
      timeFrom: spec.time.from,
      timeTo: spec.time.to,
      refreshInterval: { pause: spec.refresh === 0, value: spec.refresh * 1000 },
    },
    references: panels.flatMap(({ references }) => references),
    coreMigrationVersion: VERSIONS.core,
    typeMigrationVersion: VERSIONS.dashboard,
  };
}

/** A panel, and its references once more for the dashboard, their names behind the panel's id. */
function panelOf(spec: PanelSpec) {
  const attributes = spec.kind === 'lines' ? linesOf(spec) : lensOf(spec);
  const panel = {
    type: spec.kind === 'lines' ? 'search' : 'lens',
    panelIndex: spec.id,
    gridData: { ...spec.grid, i: spec.id },
    title: spec.title,
    embeddableConfig: { attributes, enhancements: {}, hidePanelTitles: false },
  };
  const references = attributes.references.map((reference) => ({ ...reference, name: `${spec.id}:${reference.name}` }));
  return { panel, references };
}

const SEARCH_INDEX = 'kibanaSavedObjectMeta.searchSourceJSON.index';

/** A table of the newest events themselves: a search saved inside its panel. */
function linesOf(spec: PanelSpec) {
  const source = { query: { query: spec.filter, language: 'kuery' }, filter: [], indexRefName: SEARCH_INDEX };
  const references: Reference[] = [{ type: 'index-pattern', id: dataViewOf(spec).id, name: SEARCH_INDEX }];
  return {
    title: spec.title,
    description: '',
    columns: spec.columns ?? [],
    sort: [[TIME_FIELD, 'desc']],
    grid: {},
    hideChart: false,
    isTextBasedQuery: false,
    timeRestore: false,
    kibanaSavedObjectMeta: { searchSourceJSON: JSON.stringify(source) },
    references,
  };
}
