import type { JsonValue } from '../../model/event.ts';

/** Types of JSON Schema that a field may have. */
export type JsonType = 'string' | 'integer' | 'number' | 'boolean' | 'object' | 'array' | 'null';

/** What a contract says of one field. Other keywords of JSON Schema may stand beside these. */
export type FieldContract = {
  readonly type?: JsonType | readonly JsonType[];
  readonly format?: string;
  readonly enum?: readonly JsonValue[];
  readonly items?: FieldContract;
  /** Of an object, by key. */
  readonly properties?: Readonly<Record<string, FieldContract>>;
  readonly description?: string;
  readonly [keyword: string]: unknown;
};

/** The contract of a data stream: a JSON Schema of the flat event, `properties` having full dotted names. */
export type Contract = {
  readonly $schema: string;
  readonly $comment?: string;
  readonly title: string;
  readonly type: 'object';
  readonly required?: readonly string[];
  readonly properties: Readonly<Record<string, FieldContract>>;
  readonly additionalProperties?: boolean | FieldContract;
  readonly [keyword: string]: unknown;
};

export const DIALECT = 'http://json-schema.org/draft-07/schema#';

/** The types of a field as a list; none where the contract leaves it open. */
export function typesOf({ type }: FieldContract): readonly JsonType[] {
  if (type === undefined) return [];
  return typeof type === 'string' ? [type] : type;
}

export function jsonTypeOf(value: JsonValue): JsonType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value as 'string' | 'boolean' | 'object';
}

/** What every document of every stream has, also where no stage sets it. */
export const ALWAYS: readonly string[] = ['@timestamp', 'ecs.version', 'event.dataset', 'host.name', 'message'];
