import type { TProperties } from 'typebox';
import { BYTES_PATTERN, DURATION_PATTERN } from '../model/units.ts';

type Shown = {
  readonly type?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly default?: unknown;
  readonly items?: Shown;
  readonly anyOf?: readonly Shown[];
};

/** The keys of a schema as a Markdown table, for reference pages. */
export function optionTable(properties: TProperties): string {
  const rows = Object.entries(properties).map(([key, schema]) => {
    const shown = schema as Shown;
    const optional = '~optional' in schema;
    const fallback = shown.default === undefined ? (optional ? '' : '**required**') : code(shown.default);
    return `| \`${key}\` | ${typeOf(shown)} | ${fallback} | ${(shown.description ?? '').replaceAll('|', '\\|')} |`;
  });
  return ['| key | type | default | meaning |', '|---|---|---|---|', ...rows].join('\n');
}

function code(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text === '' ? 'empty' : `\`${text.replaceAll('|', '\\|')}\``;
}

function typeOf(schema: Shown): string {
  if (schema.anyOf !== undefined) return 'text or `{ file: PATH }`';
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (schema.pattern === DURATION_PATTERN) return 'duration';
  if (schema.pattern === BYTES_PATTERN) return 'size';
  if (schema.type === 'array') return `list of ${typeOf(schema.items ?? {})}`;
  if (schema.type === 'integer') return 'whole number';
  return schema.type === 'string' || schema.type === undefined ? 'text' : schema.type;
}
