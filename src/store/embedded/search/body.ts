import { EsError } from '../route.ts';

export type Json = Readonly<Record<string, unknown>>;

/** A request Elasticsearch's parser would refuse. */
export function parsingError(reason: string): EsError {
  return new EsError(400, 'parsing_exception', reason);
}

/** A value Elasticsearch would refuse. */
export function illegal(reason: string): EsError {
  return new EsError(400, 'illegal_argument_exception', reason);
}

/** A search every shard would fail, in the shape Elasticsearch gives it. */
export function shardError(type: string, reason: string): EsError {
  const cause = { type, reason };
  return new EsError(400, 'search_phase_execution_exception', 'all shards failed', {
    root_cause: [cause],
    phase: 'query',
    grouped: true,
    failed_shards: [{ shard: 0, index: null, reason: cause }],
    caused_by: cause,
  });
}

/** The value as an object. Throws parsing_exception. */
export function objectOf(value: unknown, what: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw parsingError(`[${what}] expected an object but found ${describe(value)}`);
  }
  return value as Json;
}

/** The object's only member. Throws parsing_exception when there are none or several. */
export function onlyEntry(value: unknown, what: string): [string, unknown] {
  const entries = Object.entries(objectOf(value, what));
  if (entries.length !== 1) {
    throw parsingError(
      entries.length === 0
        ? `[${what}] malformed query, expected [END_OBJECT] but found none`
        : `[${what}] query doesn't support multiple fields, found [${entries[0]![0]}] and [${entries[1]![0]}]`,
    );
  }
  return entries[0]!;
}

/** Refuses members nobody reads, so that nothing is approximated in silence. */
export function onlyKeys(value: Json, known: readonly string[], what: string): void {
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) throw parsingError(`[${what}] query does not support [${key}]`);
  }
}

/** The value as a list; a single value is a list of one. */
export function listOf(value: unknown): readonly unknown[] {
  return value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
}

/** The value as a text. Throws parsing_exception. */
export function textOf(value: unknown, what: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  throw parsingError(`[${what}] expected a text but found ${describe(value)}`);
}

/** The value as a boolean. Throws parsing_exception. */
export function flagOf(value: unknown, otherwise: boolean, what: string): boolean {
  if (value === undefined || value === null) return otherwise;
  if (value === true || value === 'true' || value === '') return true;
  if (value === false || value === 'false') return false;
  throw illegal(`Failed to parse value [${String(value)}] of [${what}] as only [true] or [false] are allowed.`);
}

/** The value as a whole number of at least `least`. Throws illegal_argument_exception. */
export function countOf(value: unknown, otherwise: number, what: string, least = 0): number {
  if (value === undefined || value === null) return otherwise;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) {
    throw illegal(`Failed to parse [${what}] with value [${String(value)}]`);
  }
  if (number < least) throw illegal(`[${what}] must be greater than or equal to ${least}, found [${number}]`);
  return Math.trunc(number);
}

/** What a value is, for messages. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return '[VALUE_NULL]';
  if (Array.isArray(value)) return '[START_ARRAY]';
  if (typeof value === 'object') return '[START_OBJECT]';
  return `[${String(value)}]`;
}
