import type { JsonObject } from './mapping.ts';
import { EsError } from './route.ts';

type Rule = {
  readonly matchesType: (type: string) => boolean;
  readonly matchesName: (name: string, path: string) => boolean;
  readonly definition: JsonObject;
};

const DEFAULTS: Readonly<Record<string, JsonObject>> = {
  string: { type: 'text', fields: { keyword: { type: 'keyword', ignore_above: 256 } } },
  long: { type: 'long' },
  double: { type: 'float' },
  boolean: { type: 'boolean' },
  date: { type: 'date' },
};

/** Elasticsearch's default `dynamic_date_formats`. */
const LOOKS_LIKE_DATE = /^\d{4}([-/]\d{2}([-/]\d{2}(T\d{2}(:\d{2}(:\d{2}([.,]\d{1,9})?)?)?(Z|[+-]\d{2}:?\d{2})?)?)?)?$/;

/** How fields that the mapping does not name are mapped: `dynamic`, `dynamic_templates`, `date_detection`. */
export class DynamicRules {
  readonly #mode: string;
  readonly #dates: boolean;
  readonly #rules: readonly Rule[];

  constructor(root: JsonObject) {
    this.#mode = String(root['dynamic'] ?? 'true');
    this.#dates = root['date_detection'] !== false;
    const templates = root['dynamic_templates'];
    this.#rules = (Array.isArray(templates) ? templates : []).flatMap((entry: JsonObject) =>
      Object.values(entry).map((rule) => compileRule(rule as JsonObject)),
    );
  }

  /** Definition for a new field that holds `value`. Throws EsError 400 under `dynamic: strict`. */
  define(path: string, value: unknown): JsonObject | 'ignored' {
    if (this.#mode === 'strict') {
      const reason = `mapping set to strict, dynamic introduction of [${path}] within [_doc] is not allowed`;
      throw new EsError(400, 'strict_dynamic_mapping_exception', reason);
    }
    if (this.#mode !== 'true') return 'ignored';
    const type = this.#typeOf(value);
    const name = path.slice(path.lastIndexOf('.') + 1);
    const rule = this.#rules.find((each) => each.matchesType(type) && each.matchesName(name, path));
    const fallback = DEFAULTS[type]!;
    if (rule === undefined) return fallback;
    const filled = substitute(rule.definition, name, String(fallback['type']));
    return filled['type'] === undefined ? { type: fallback['type'], ...filled } : filled;
  }

  #typeOf(value: unknown): string {
    switch (typeof value) {
      case 'boolean':
        return 'boolean';
      case 'bigint':
        return 'long';
      case 'number':
        return Number.isInteger(value) ? 'long' : 'double';
      default:
        return this.#dates && typeof value === 'string' && LOOKS_LIKE_DATE.test(value) && !/^\d{4}$/.test(value)
          ? 'date'
          : 'string';
    }
  }
}

function compileRule(rule: JsonObject): Rule {
  const types = listOf(rule['match_mapping_type']);
  const tests: ((name: string, path: string) => boolean)[] = [];
  const regex = rule['match_pattern'] === 'regex';
  const add = (key: string, wanted: boolean, pick: (name: string, path: string) => string) => {
    const patterns = listOf(rule[key]).map((text) =>
      regex && !key.startsWith('path') ? new RegExp(text) : glob(text),
    );
    if (patterns.length > 0)
      tests.push((name, path) => patterns.some((each) => each.test(pick(name, path))) === wanted);
  };
  add('match', true, (name) => name);
  add('unmatch', false, (name) => name);
  add('path_match', true, (_, path) => path);
  add('path_unmatch', false, (_, path) => path);
  return {
    matchesType: (type) => types.length === 0 || types.includes('*') || types.includes(type),
    matchesName: (name, path) => tests.every((test) => test(name, path)),
    definition: (rule['mapping'] ?? {}) as JsonObject,
  };
}

function substitute(definition: JsonObject, name: string, dynamicType: string): JsonObject {
  const text = JSON.stringify(definition);
  if (!text.includes('{name}') && !text.includes('{dynamic_type}')) return definition;
  const fill = (value: string) => JSON.stringify(value).slice(1, -1);
  return JSON.parse(
    text.replaceAll('{name}', () => fill(name)).replaceAll('{dynamic_type}', () => fill(dynamicType)),
  ) as JsonObject;
}

function listOf(value: unknown): string[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map(String);
}

/** A pattern in which `*` stands for anything. */
export function glob(pattern: string): RegExp {
  return new RegExp(`^${pattern.split('*').map(escapeRegex).join('.*')}$`, 's');
}

function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
