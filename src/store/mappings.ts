import { type FieldType, fieldType, knownFields } from '../model/field-type.ts';
import ofContracts from './contract-types.generated.json' with { type: 'json' };

/** Mapping bodies of the index templates, the same for both homes. */

/** Field sets whose every field is mapped: what shipped pipelines emit comes from these. */
const WHOLE_SETS = new Set([
  '@timestamp',
  'ecs',
  'error',
  'event',
  'http',
  'log',
  'logmill',
  'message',
  'network',
  'related',
  'rule',
  'span',
  'tags',
  'trace',
  'transaction',
  'url',
  'user_agent',
]);
/** Field sets of which only the plain fields are mapped; their nested ones (`process.parent.*` …) come as they come. */
const PLAIN_SETS = new Set([
  'agent',
  'client',
  'container',
  'data_stream',
  'destination',
  'file',
  'group',
  'host',
  'labels',
  'observer',
  'orchestrator',
  'package',
  'process',
  'server',
  'service',
  'source',
  'user',
]);
const PLAIN_BELOW = new Set(['as', 'geo', 'os', 'user', 'group', 'image', 'thread', 'hash', 'organization']);

/** Longest keyword that is indexed, in characters; longer ones stay in `_source`. */
const IGNORE_ABOVE = 1024;
/** For fields that are long by nature; Lucene's limit is 32,766 bytes of up to four per character. */
const IGNORE_ABOVE_LONG = 8191;
const LONG = new Set([
  'error.stack_trace',
  'event.original',
  'http.request.body.content',
  'http.response.body.content',
  'logmill.dead_letter.line',
  'logmill.dead_letter.line_base64',
  'logmill.quarantined.value',
  'process.command_line',
  'url.full',
  'url.original',
  'url.path',
  'url.query',
  'user_agent.original',
]);

type Definition = Readonly<Record<string, unknown>>;

/** The mark of what logmill made. In a mapping it stays with the index that was made by it. */
export const MANAGED = { managed_by: 'logmill' };

/** Whether an index with this mapping was made by one of logmill's templates. */
export function isManaged(mappings: { readonly _meta?: Readonly<Record<string, unknown>> } | undefined): boolean {
  return mappings?._meta?.['managed_by'] === MANAGED.managed_by;
}

/** Mapping of event documents: explicit for the fields of ECS that logs carry, rules for the rest. */
export function eventMappings(): Definition {
  const properties: Record<string, unknown> = {};
  for (const [field, type] of knownFields()) {
    const definition = isMapped(field) ? define(field, type) : undefined;
    if (definition !== undefined) place(properties, field, definition);
  }
  // A document without a readable time would be lost to every search by time: refused, and kept as a dead letter.
  place(properties, '@timestamp', { type: 'date', ignore_malformed: false });
  const { dynamic_templates, ...rest } = DYNAMIC;
  return { _meta: MANAGED, ...rest, dynamic_templates: [...rulesOfContracts(), ...dynamic_templates], properties };
}

/** Types of fields that a contract names, by field. */
export type ContractTypes = ReadonlyMap<string, FieldType>;

/** Fields of a contract, and objects that they lie in; what is beyond comes by the rules for the rest. */
const MOST_OF_CONTRACT = 1000;

/** What the contract of a stream adds to the mapping of events: its fields that are not mapped anyway. */
export function contractMappings(types: ContractTypes): Definition {
  const properties: Record<string, unknown> = {};
  const taken = new Set<string>();
  for (const [field, type] of types) {
    if (isMappedByEcs(field)) continue;
    // What lies below an object of ECS is ECS's own matter.
    const definition = type === 'object' && fieldType(field) === undefined ? { type } : define(field, type);
    if (definition === undefined) continue;
    for (let dot = field.length; dot > 0; dot = field.lastIndexOf('.', dot - 1)) taken.add(field.slice(0, dot));
    if (taken.size > MOST_OF_CONTRACT) break;
    place(properties, field, definition);
  }
  return { properties };
}

/** Mapping of `logmill-alerts` and `logmill-state`: text is keyword, times are dates. */
export function stateMappings(): Definition {
  return { ...DYNAMIC, dynamic_templates: [TIMES, ...DYNAMIC.dynamic_templates] };
}

const TIMES = {
  times: { match: ['@timestamp', '*_at', 'start', 'end'], match_mapping_type: 'string', mapping: { type: 'date' } },
};

const DYNAMIC = {
  date_detection: false,
  dynamic_templates: [
    { ip: { match: ['ip', '*_ip'], match_mapping_type: 'string', mapping: { type: 'ip' } } },
    { text: { match: ['message', '*_message'], match_mapping_type: 'string', mapping: { type: 'text' } } },
    { strings: { match_mapping_type: 'string', mapping: { type: 'keyword', ignore_above: IGNORE_ABOVE } } },
    { metrics: { path_match: 'logmill.metric.values.*', match_mapping_type: 'long', mapping: { type: 'double' } } },
    { fractions: { match_mapping_type: 'double', mapping: { type: 'double' } } },
  ],
};

/**
 * What the contracts that ship say of fields where the rules above would take the first value's word for it: a number with a
 * fraction may come as `1` first. Rules cost an index nothing until such a field comes; explicit fields would.
 */
function rulesOfContracts(): Definition[] {
  return Object.entries(ofContracts).flatMap(([type, listed]) => {
    const path_match = listed.filter((field) => !isMappedByEcs(field));
    const match_mapping_type = type === 'double' ? 'long' : 'string';
    return path_match.length === 0
      ? []
      : [{ [`contracts_${type}`]: { path_match, match_mapping_type, mapping: { type } } }];
  });
}

/** A field that another one lies below has no value of its own. */
const objects = new Set<string>();
for (const [field] of knownFields()) {
  for (let dot = field.lastIndexOf('.'); dot > 0; dot = field.lastIndexOf('.', dot - 1))
    objects.add(field.slice(0, dot));
}

function isMapped(field: string): boolean {
  const [set = '', second, third] = field.split('.');
  // ECS lists its text multi-fields as fields: `error.stack_trace.text` is no name a document has.
  if (field.endsWith('.text') && fieldType(field.slice(0, -'.text'.length)) !== undefined) return false;
  if (WHOLE_SETS.has(set)) return true;
  return PLAIN_SETS.has(set) && (third === undefined || (PLAIN_BELOW.has(second!) && field.split('.').length === 3));
}

function isMappedByEcs(field: string): boolean {
  return fieldType(field) !== undefined && isMapped(field);
}

function define(field: string, type: FieldType): Definition | undefined {
  switch (type) {
    case 'object':
      return undefined;
    case 'keyword':
      return { type, ignore_above: LONG.has(field) ? IGNORE_ABOVE_LONG : IGNORE_ABOVE };
    default:
      return { type };
  }
}

function place(properties: Record<string, unknown>, field: string, definition: Definition): void {
  const names = field.split('.');
  const last = names.pop()!;
  let level = properties;
  for (const name of names) {
    level[name] ??= { properties: {} };
    level = (level[name] as { properties: Record<string, unknown> }).properties;
  }
  level[last] = definition;
}
