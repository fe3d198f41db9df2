import type { TProperties } from 'typebox';
import { BYTES_PATTERN, DURATION_PATTERN } from '../model/units.ts';

type Shown = {
  readonly type?: string;
  readonly const?: unknown;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly default?: unknown;
  readonly items?: Shown;
  readonly anyOf?: readonly Shown[];
  readonly properties?: Readonly<Record<string, Shown>>;
  readonly patternProperties?: Readonly<Record<string, Shown>>;
};

/** The keys of a schema as a Markdown table, for reference pages; those of objects and of lists of them have rows of their own. */
export function optionTable(properties: TProperties): string {
  const rows = rowsOf(properties as Readonly<Record<string, unknown>> as Readonly<Record<string, Shown>>, '');
  return ['| key | type | default | meaning |', '|---|---|---|---|', ...rows].join('\n');
}

function rowsOf(properties: Readonly<Record<string, Shown>>, above: string): string[] {
  return Object.entries(properties).flatMap(([key, shown]) => {
    const fallback = shown.default === undefined ? ('~optional' in shown ? '' : '**required**') : code(shown.default);
    const name = `${above}${key}`;
    const row = `| \`${name}\` | ${typeOf(shown)} | ${fallback} | ${cell(shown.description ?? '')} |`;
    const below = shown.type === 'array' ? rowsOf(shown.items?.properties ?? {}, `${name}[].`) : [];
    return [row, ...below, ...rowsOf(shown.properties ?? {}, `${name}.`)];
  });
}

function code(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text === '' ? 'empty' : `\`${cell(text)}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

/** One of several forms: of a mapping its keys, for it has no rows of its own. */
function alternative(schema: Shown): string {
  const keys = Object.keys(schema.properties ?? {});
  return keys.length === 0 ? typeOf(schema) : `\`{ ${keys.join(', ')} }\``;
}

function typeOf(schema: Shown): string {
  if (schema.anyOf !== undefined) {
    const types = [...new Set(schema.anyOf.map(alternative))];
    return types.join(types.every((type) => type.startsWith('`')) ? ', ' : ' or ');
  }
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.pattern === DURATION_PATTERN) return 'duration';
  if (schema.pattern === BYTES_PATTERN) return 'size';
  if (schema.type === 'array') return `list of ${typeOf(schema.items ?? {})}`;
  if (schema.type === 'integer') return 'whole number';
  const [values] = Object.values(schema.patternProperties ?? {});
  if (values !== undefined) return `mapping to ${typeOf(values)}`;
  return { string: 'text', object: 'mapping' }[schema.type ?? ''] ?? schema.type ?? 'any value';
}
