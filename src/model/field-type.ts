import ecs from './ecs-fields.generated.json' with { type: 'json' };

/** The mapping types logmill's templates use; each ECS type becomes one of these (docs/contracts.md, "Indices"). */
export type FieldType = 'keyword' | 'text' | 'long' | 'double' | 'boolean' | 'date' | 'ip' | 'geo_point' | 'object';

const OURS: Record<string, FieldType> = {
  keyword: 'keyword',
  wildcard: 'keyword',
  constant_keyword: 'keyword',
  match_only_text: 'text',
  long: 'long',
  integer: 'long',
  float: 'double',
  double: 'double',
  scaled_float: 'double',
  boolean: 'boolean',
  date: 'date',
  ip: 'ip',
  geo_point: 'geo_point',
  object: 'object',
  flattened: 'object',
  nested: 'object',
};

/** Fields of logmill's own that are not ECS but always mapped. */
const OWN: Record<string, FieldType> = {
  'log.offset': 'long',
  'error.grouping_key': 'keyword',
  'error.culprit': 'keyword',
  'logmill.error.frames': 'keyword',
  'logmill.dead_letter.reason': 'keyword',
  'logmill.dead_letter.field': 'keyword',
  'logmill.dead_letter.detail': 'text',
  'logmill.dead_letter.pipeline': 'keyword',
  'logmill.dead_letter.line': 'keyword',
  'logmill.dead_letter.line_base64': 'keyword',
  'logmill.dead_letter.length': 'long',
  'logmill.dead_letter.sha256': 'keyword',
  'logmill.quarantined.field': 'keyword',
  'logmill.quarantined.reason': 'keyword',
  'logmill.quarantined.value': 'keyword',
  'logmill.stage_errors.detail': 'keyword',
  'logmill.stage_errors.field': 'keyword',
  'logmill.stage_errors.reason': 'keyword',
  'logmill.stage_errors.stage': 'keyword',
  'logmill.alert.id': 'keyword',
  'logmill.alert.severity': 'keyword',
  'logmill.alert.group': 'keyword',
  'logmill.alert.state': 'keyword',
  'logmill.alert.status': 'keyword',
  'logmill.alert.value': 'double',
  'logmill.alert.threshold': 'keyword',
  'logmill.alert.window.start': 'date',
  'logmill.alert.window.end': 'date',
  'logmill.alert.started_at': 'date',
  'logmill.alert.ended_at': 'date',
  'logmill.alert.evidence': 'keyword',
  'logmill.alert.evidence_index': 'keyword',
  'logmill.alert.sample': 'text',
  'logmill.alert.runbook': 'keyword',
  'logmill.alert.note': 'text',
  'logmill.alert.by': 'keyword',
  // one line a minute in logmill's own log: what passed in that minute, and where it stands
  'logmill.stats.lines_in': 'long',
  'logmill.stats.lines_out': 'long',
  'logmill.stats.rejected': 'long',
  'logmill.stats.dropped': 'long',
  'logmill.stats.retries': 'long',
  'logmill.stats.lag_bytes': 'long',
  'logmill.stats.in_flight_bytes': 'long',
};

const types = new Map<string, FieldType>(Object.entries(OWN));
for (const [ecsType, names] of Object.entries(ecs.types)) {
  const ours = OURS[ecsType];
  if (ours === undefined) continue;
  for (const name of names) if (!types.has(name)) types.set(name, ours);
}
// ECS lists a second, analysed form of some keywords as `NAME.text`; an event has no such key and we map none.
for (const [name, type] of types) {
  const holder = name.endsWith('.text') ? types.get(name.slice(0, -'.text'.length)) : undefined;
  if (type === 'text' && holder !== undefined && holder !== 'object') types.delete(name);
}
const arrays = new Set(ecs.arrays);

/** Mapping type of an ECS field or one of logmill's own; undefined for a field only its source knows. */
export function fieldType(name: string): FieldType | undefined {
  return types.get(name);
}

/** Dynamic templates map strings of these names so, wherever they stand (`nginx.upstream_ip`, `shop.message`). */
const NAMED_TYPES: readonly (readonly [RegExp, FieldType])[] = [
  [/(?:^|[._])ip$/, 'ip'],
  [/(?:^|[._])message$/, 'text'],
];

/** The type as the store maps the field: `fieldType`, else what its name says; undefined where only its values tell. */
export function storedType(name: string): FieldType | undefined {
  return types.get(name) ?? NAMED_TYPES.find(([pattern]) => pattern.test(name))?.[1];
}

/** Whether ECS normalises the field to an array (`event.category`, `tags` …). */
export function isArrayField(name: string): boolean {
  return arrays.has(name);
}

/** All known fields with their types, ECS and own. */
export function knownFields(): IterableIterator<[string, FieldType]> {
  return types.entries();
}
