import { isIP } from 'node:net';
import type { JsonValue } from '../../../model/event.ts';
import { type FieldType, fieldType, knownFields } from '../../../model/field-type.ts';
import { isoOf, isWritable, parseIso } from '../time/iso.ts';

/** Names the runner, the store or logmill itself own: a line that carries them must not overwrite them. */
const RESERVED =
  /^(@timestamp|event\.(dataset|ingested)|data_stream\..*|ecs\.version|log\.offset|log\.file\.path|logmill\..*)$/;
const LONG_LIMIT = 2n ** 63n;

const parents = new Set<string>();
for (const [name] of knownFields()) {
  for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1)) parents.add(name.slice(0, dot));
}

/** Type of an ECS field that lines may fill themselves; undefined for any other name. */
export function ecsType(name: string): FieldType | undefined {
  return RESERVED.test(name) || parents.has(name) ? undefined : fieldType(name);
}

/** The value as the field's type wants it; undefined when it does not fit. */
export function fit(value: JsonValue, type: FieldType): JsonValue | undefined {
  if (value === null) return undefined;
  if (Array.isArray(value) && type !== 'object' && type !== 'geo_point') return fitAll(value, type);
  switch (type) {
    case 'keyword':
    case 'text':
      if (typeof value === 'string') return value;
      return typeof value === 'object' ? undefined : String(value);
    case 'long':
      return fitLong(value);
    case 'double':
      return fitDouble(value);
    case 'boolean':
      if (typeof value === 'boolean') return value;
      return value === 'true' ? true : value === 'false' ? false : undefined;
    case 'date':
      return fitDate(value);
    case 'ip':
      return typeof value === 'string' && isIP(value) !== 0 ? value : undefined;
    case 'geo_point':
    case 'object':
      return typeof value === 'object' ? value : undefined;
  }
}

function fitAll(values: readonly JsonValue[], type: FieldType): JsonValue | undefined {
  const fitted: JsonValue[] = [];
  for (const value of values) {
    const one = Array.isArray(value) ? undefined : fit(value, type);
    if (one === undefined) return undefined;
    fitted.push(one);
  }
  return fitted;
}

function fitLong(value: JsonValue): JsonValue | undefined {
  if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) < 2 ** 63 ? value : undefined;
  if (typeof value !== 'string' || !/^-?\d{1,19}$/.test(value)) return undefined;
  if (value.length <= 15) return Number(value);
  const exact = BigInt(value);
  return exact < LONG_LIMIT && exact >= -LONG_LIMIT ? value : undefined;
}

function fitDouble(value: JsonValue): JsonValue | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d{1,300}(\.\d+)?$/.test(value) ? Number(value) : undefined;
}

/** Only times that say their zone: guessing one for a secondary field would be wrong as often as right. */
function fitDate(value: JsonValue): JsonValue | undefined {
  if (typeof value !== 'string') return undefined;
  const ms = parseIso(value, () => Number.NaN);
  return isWritable(ms) ? isoOf(ms) : undefined;
}
