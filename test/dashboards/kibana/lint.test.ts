import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { buildDashboards } from '../../../src/dashboards/build.ts';
import { lintNdjson } from '../../../src/dashboards/kibana/lint.ts';

/** The parts of an import file that the mutations reach into. */
type Panel = {
  type: string;
  panelIndex: string;
  gridData: { x: number; y: number; w: number; h: number; i: string };
  embeddableConfig: { attributes: Attributes };
};
type Attributes = {
  columns?: string[];
  references: { type: string; id: string; name: string }[];
  kibanaSavedObjectMeta?: { searchSourceJSON: string };
  state: {
    datasourceStates: {
      formBased: { layers: Record<string, { columns: Record<string, Column>; columnOrder: string[] }> };
    };
    visualization: Record<string, unknown>;
  };
};
type Column = {
  scale?: string;
  sourceField?: string;
  operationType: string;
  references?: string[];
  params: Record<string, unknown>;
};
type Line = {
  type: string;
  id: string;
  attributes: Record<string, unknown>;
  references: { type: string; id: string; name: string }[];
  coreMigrationVersion?: string;
  typeMigrationVersion?: string;
};
type File = { lines: Line[]; dashboard: Line; panels: Panel[] };

const built = await buildDashboards(path.join(import.meta.dirname, '..', '..', '..', 'dashboards'));
const source = built.find(({ path: file }) => file.includes('error-aggregation'))?.content ?? '';

function mutated(change: (file: File) => void): string {
  const lines = source
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  const dashboard = lines.find(({ type }) => type === 'dashboard')!;
  const panels = JSON.parse(dashboard.attributes['panelsJSON'] as string) as Panel[];
  const file = { lines, dashboard, panels };
  const before = JSON.stringify(panels);
  change(file);
  if (JSON.stringify(panels) !== before) dashboard.attributes['panelsJSON'] = JSON.stringify(panels);
  return file.lines.map((line) => JSON.stringify(line)).join('\n');
}

const panelOf = ({ panels }: File, id: string) => panels.find(({ panelIndex }) => panelIndex === id)!;
const layerOf = (file: File, id: string) =>
  Object.values(panelOf(file, id).embeddableConfig.attributes.state.datasourceStates.formBased.layers)[0]!;
const columnOf = (file: File, id: string, column: string) => layerOf(file, id).columns[column]!;
const pictureOf = (file: File, id: string) => panelOf(file, id).embeddableConfig.attributes.state.visualization;
const layersOf = (file: File, id: string) => pictureOf(file, id)['layers'] as Record<string, unknown>[];

const MUTATIONS: [what: string, check: string, change: (file: File) => void][] = [
  ['a data view is left out', 'data-view', ({ lines }) => lines.shift()],
  ['the dashboard comes twice', 'unique-ids', ({ lines, dashboard }) => lines.push(dashboard)],
  ['an object is of an unknown type', 'object-type', ({ lines }) => (lines[0]!.type = 'lens')],
  ['the core version is missing', 'versions', ({ dashboard }) => delete dashboard.coreMigrationVersion],
  ['the type version is newer', 'versions', ({ dashboard }) => (dashboard.typeMigrationVersion = '10.9.0')],
  ['the title is missing', 'title', ({ dashboard }) => delete dashboard.attributes['title']],
  ['the panels are not text', 'json-string', (file) => (file.dashboard.attributes['panelsJSON'] = file.panels)],
  ['the options are no JSON', 'json-string', ({ dashboard }) => (dashboard.attributes['optionsJSON'] = '{')],
  ['two panels share an id', 'unique-ids', (file) => Object.assign(panelOf(file, 'errors'), { panelIndex: 'groups' })],
  ['a grid place has another id', 'grid-index', (file) => (panelOf(file, 'errors').gridData.i = 'x')],
  ['a panel is too wide', 'grid-width', (file) => (panelOf(file, 'latest').gridData.w = 60)],
  ['a panel is shifted onto another', 'overlap', (file) => (panelOf(file, 'levels').gridData.y -= 1)],
  [
    'a panel is of a kind that cannot be made any more',
    'panel-type',
    (file) => (panelOf(file, 'errors').type = 'visualization'),
  ],
  ['an outer reference is dropped', 'outer-reference', ({ dashboard }) => dashboard.references.shift()],
  ['an outer reference is left over', 'unused-reference', (file) => file.panels.pop()],
  [
    'an inner reference is dropped',
    'layer-reference',
    (file) => panelOf(file, 'levels').embeddableConfig.attributes.references.pop(),
  ],
  [
    'the log table has no reference',
    'layer-reference',
    (file) => panelOf(file, 'latest').embeddableConfig.attributes.references.pop(),
  ],
  [
    'the log table shows a misspelt field',
    'field-exists',
    (file) => (panelOf(file, 'latest').embeddableConfig.attributes.columns = ['massage']),
  ],
  ['a column is missing in the order', 'column-order', (file) => layerOf(file, 'levels').columnOrder.pop()],
  ['a column is renamed', 'accessor', (file) => renameColumn(file, 'levels', 'metric-0', 'count')],
  ['an accessor names no column', 'accessor', (file) => (pictureOf(file, 'errors')['metricAccessor'] = 'x')],
  [
    'a table shows no column of its own',
    'accessor',
    (file) => (pictureOf(file, 'top-groups')['columns'] = [{ columnId: 'x' }]),
  ],
  ['a picture names another layer', 'layer-id', (file) => (layersOf(file, 'levels')[0]!['layerId'] = 'x')],
  [
    'terms are ordered by no column',
    'order-by',
    (file) => (columnOf(file, 'levels', 'split-0').params['orderBy'] = { type: 'column', columnId: 'x' }),
  ],
  [
    'a formula refers to no column',
    'column-reference',
    (file) => (columnOf(file, 'error-rate', 'metric-0').references = ['x']),
  ],
  ['a count counts a field', 'records-field', (file) => (columnOf(file, 'errors', 'metric-0').sourceField = 'message')],
  ['a scale is missing', 'scale', (file) => delete columnOf(file, 'levels', 'time').scale],
  ['a field is misspelt', 'field-exists', (file) => (columnOf(file, 'levels', 'split-0').sourceField = 'log.levle')],
  ['terms are taken of text', 'field-type', (file) => (columnOf(file, 'levels', 'split-0').sourceField = 'message')],
  [
    'a histogram runs over a number',
    'field-type',
    (file) => (columnOf(file, 'levels', 'time').sourceField = 'event.duration'),
  ],
  [
    'an operation is unknown',
    'operation',
    (file) => (columnOf(file, 'groups', 'metric-0').operationType = 'cardinality'),
  ],
];

function renameColumn(file: File, panel: string, from: string, to: string): void {
  const layer = layerOf(file, panel);
  layer.columns[to] = layer.columns[from]!;
  delete layer.columns[from];
  layer.columnOrder = layer.columnOrder.map((id) => (id === from ? to : id));
}

for (const [what, check, change] of MUTATIONS) {
  test(`the lint notices when ${what} (${check})`, () => {
    const found = lintNdjson(mutated(change)).map((finding) => finding.check);
    assert.ok(found.includes(check), `found only: ${found.join(', ') || 'nothing'}`);
  });
}

test('a line that is no JSON is named', () => {
  assert.deepEqual(
    lintNdjson(`${source}{`).map(({ check }) => check),
    ['json-string'],
  );
});
