import { type FieldType, storedType } from '../../model/field-type.ts';
import { type LensColumn, RECORDS } from './columns.ts';
import type { LensAttributes, LensLayer, Reference } from './lens.ts';
import { type SavedObject, VERSIONS } from './saved-objects.ts';

/** A broken invariant of an import file: the check's name and what it found. */
export type Finding = { readonly check: string; readonly detail: string };
type Report = (check: string, detail: string) => void;

type Panel = {
  readonly type: string;
  readonly panelIndex: string;
  readonly gridData: { x: number; y: number; w: number; h: number; i: string };
  readonly embeddableConfig: { readonly attributes: LensAttributes & { readonly columns?: readonly string[] } };
};

/** Columns that Lens computes from others instead of from documents. */
const COMPUTED = ['formula', 'math'];
const NUMBERS: readonly FieldType[] = ['long', 'double'];
const GROUPED: readonly FieldType[] = ['keyword', 'ip', 'boolean', ...NUMBERS];
const FITTING: Readonly<Record<string, readonly FieldType[]>> = {
  date_histogram: ['date'],
  terms: GROUPED,
  unique_count: GROUPED,
  average: NUMBERS,
  sum: NUMBERS,
  percentile: NUMBERS,
  min: [...NUMBERS, 'date'],
  max: [...NUMBERS, 'date'],
  last_value: [...GROUPED, 'date', 'text'],
};

/**
 * Checks an import file for what Kibana would refuse, or worse, accept and then show nothing: there is no Kibana to ask.
 * Nothing found means nothing is known to be wrong.
 */
export function lintNdjson(ndjson: string): Finding[] {
  const findings: Finding[] = [];
  const report: Report = (check, detail) => findings.push({ check, detail });
  const objects: SavedObject[] = [];
  for (const [index, line] of ndjson.trimEnd().split('\n').entries()) {
    const object = parseJson<SavedObject>(line, `line ${index + 1}`, report);
    if (object !== undefined) objects.push(object);
  }
  const seen = new Set<string>();
  for (const { type, id } of objects) {
    if (seen.has(`${type}:${id}`)) report('unique-ids', `${type} ${id} comes twice`);
    seen.add(`${type}:${id}`);
  }
  for (const object of objects) {
    lintObject(object, report);
    for (const { type, id, name } of object.references) {
      if (type === 'index-pattern' && !seen.has(`${type}:${id}`))
        report('data-view', `${name}: ${id} is not in the file`);
    }
    if (object.type === 'dashboard') lintDashboard(object, report);
  }
  return findings;
}

function parseJson<T>(text: unknown, where: string, report: Report): T | undefined {
  if (typeof text !== 'string') {
    report('json-string', `${where} is no text`);
    return undefined;
  }
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    report('json-string', `${where}: ${(error as Error).message}`);
    return undefined;
  }
}

function lintObject(object: SavedObject, report: Report): void {
  const wanted = { 'index-pattern': VERSIONS.dataView, dashboard: VERSIONS.dashboard }[object.type];
  if (wanted === undefined) report('object-type', `${String(object.type)} cannot be imported`);
  if (object.coreMigrationVersion !== VERSIONS.core) report('versions', `${object.id}: coreMigrationVersion`);
  if (object.typeMigrationVersion !== wanted) report('versions', `${object.id}: typeMigrationVersion`);
  if (typeof object.attributes?.['title'] !== 'string') report('title', `${object.id} has none`);
}

function lintDashboard({ attributes, references }: SavedObject, report: Report): void {
  parseJson(attributes['optionsJSON'], 'optionsJSON', report);
  const meta = attributes['kibanaSavedObjectMeta'] as { searchSourceJSON?: unknown } | undefined;
  parseJson(meta?.searchSourceJSON, 'searchSourceJSON', report);
  const panels = parseJson<Panel[]>(attributes['panelsJSON'], 'panelsJSON', report) ?? [];
  const used = new Set<string>();
  const ids = new Set<string>();
  panels.forEach((panel, index) => {
    const { panelIndex, gridData } = panel;
    if (ids.has(panelIndex)) report('unique-ids', `panel ${panelIndex} comes twice`);
    ids.add(panelIndex);
    if (gridData.i !== panelIndex) report('grid-index', `${panelIndex}: gridData.i is ${gridData.i}`);
    if (gridData.x < 0 || gridData.x + gridData.w > 48) report('grid-width', panelIndex);
    for (const other of panels.slice(0, index)) {
      if (overlap(gridData, other.gridData)) report('overlap', `${panelIndex} and ${other.panelIndex}`);
    }
    for (const inner of panel.embeddableConfig.attributes.references) {
      const name = `${panelIndex}:${inner.name}`;
      used.add(name);
      if (!has(references, { ...inner, name })) report('outer-reference', name);
    }
    lintPanel(panel, report);
  });
  for (const { name } of references) if (!used.has(name)) report('unused-reference', name);
}

function lintPanel({ type, panelIndex, embeddableConfig }: Panel, report: Report): void {
  const { attributes } = embeddableConfig;
  if (type === 'search') lintSearch(panelIndex, attributes, report);
  else if (type === 'lens') lintLens(panelIndex, attributes, report);
  else report('panel-type', `${panelIndex}: ${type}`);
}

function lintLens(panelIndex: string, attributes: LensAttributes, report: Report): void {
  const { layers } = attributes.state.datasourceStates.formBased;
  for (const [id, layer] of Object.entries(layers)) {
    lintLayer(layer, (check, detail) => report(check, `${panelIndex}: ${detail}`));
    const inner = attributes.references.some(({ name }) => name === `indexpattern-datasource-layer-${id}`);
    if (!inner) report('layer-reference', `${panelIndex}: ${id}`);
  }
  const columns = new Set(Object.values(layers).flatMap((layer) => Object.keys(layer.columns)));
  for (const [key, value] of accessorsIn(attributes.state.visualization)) {
    const known = key === 'layerId' ? value in layers : columns.has(value);
    if (!known) report(key === 'layerId' ? 'layer-id' : 'accessor', `${panelIndex}: ${key} ${value}`);
  }
}

function lintSearch(panel: string, attributes: Panel['embeddableConfig']['attributes'], report: Report): void {
  const meta = (attributes as { kibanaSavedObjectMeta?: { searchSourceJSON?: unknown } }).kibanaSavedObjectMeta;
  const source = parseJson<{ indexRefName?: string }>(meta?.searchSourceJSON, `${panel} searchSourceJSON`, report);
  if (!attributes.references.some(({ name }) => name === source?.indexRefName)) report('layer-reference', panel);
  for (const field of attributes.columns ?? []) {
    if (storedType(field) === undefined) report('field-exists', `${panel}: ${field}`);
  }
}

function lintLayer({ columns, columnOrder }: LensLayer, report: Report): void {
  const ids = Object.keys(columns);
  const sameSet = ids.length === columnOrder.length && ids.every((id) => columnOrder.includes(id));
  if (!sameSet) report('column-order', columnOrder.join(', '));
  for (const [id, column] of Object.entries(columns)) {
    lintColumn(id, column, report);
    for (const other of column.references ?? []) {
      if (columns[other] === undefined) report('column-reference', `${id} of ${other}`);
    }
    const orderBy = column.params?.['orderBy'] as { type?: string; columnId?: string } | undefined;
    if (orderBy?.type === 'column' && columns[orderBy.columnId ?? ''] === undefined) {
      report('order-by', `${id} by ${orderBy.columnId}`);
    }
  }
}

function lintColumn(id: string, { operationType, sourceField, scale }: LensColumn, report: Report): void {
  if (scale === undefined) report('scale', id);
  if (COMPUTED.includes(operationType) || operationType === 'filters') return;
  if (operationType === 'count') {
    if (sourceField !== RECORDS) report('records-field', `${id} counts ${sourceField}`);
    return;
  }
  const type = storedType(sourceField ?? '');
  const fitting = FITTING[operationType];
  if (fitting === undefined) report('operation', `${id}: ${operationType}`);
  else if (type === undefined) report('field-exists', `${id}: ${sourceField}`);
  else if (!fitting.includes(type)) report('field-type', `${id}: ${operationType} of ${sourceField}, which is ${type}`);
}

const ACCESSORS = [
  'layerId',
  'metricAccessor',
  'xAccessor',
  'accessors',
  'splitAccessor',
  'columnId',
  'primaryGroups',
  'metrics',
];

/** Every name of a column or layer that a visualization uses, wherever it stands. */
function accessorsIn(value: unknown): [key: string, id: string][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]): [string, string][] => {
    if (!ACCESSORS.includes(key)) return accessorsIn(inner);
    return [inner].flat().map((id) => [key, String(id)]);
  });
}

function has(references: readonly Reference[], wanted: Reference): boolean {
  return references.some(({ type, id, name }) => type === wanted.type && id === wanted.id && name === wanted.name);
}

function overlap(a: Panel['gridData'], b: Panel['gridData']): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}
