import type { JsonValue } from '../../../model/event.ts';
import { fit } from '../json/ecs.ts';
import { plainValue } from '../keyed/write-pairs.ts';

export const CONVERT_TYPES = ['integer', 'long', 'double', 'boolean', 'string', 'ip', 'auto'] as const;
export type ConvertType = (typeof CONVERT_TYPES)[number];

const INTEGER_LIMIT = 2 ** 31;
const TRUTHS: ReadonlyMap<string, boolean> = new Map([
  ...['true', 't', 'yes', 'y', 'on', '1'].map((word) => [word, true] as const),
  ...['false', 'f', 'no', 'n', 'off', '0'].map((word) => [word, false] as const),
]);

/** The value as another type; undefined when it is none. Of a list every part is converted. */
export function toType(value: JsonValue, type: ConvertType): JsonValue | undefined {
  if (!Array.isArray(value)) return value === null ? undefined : single(value, type);
  const list: JsonValue[] = [];
  for (const part of value) {
    const converted = part === null || Array.isArray(part) ? undefined : single(part, type);
    if (converted === undefined) return undefined;
    list.push(converted);
  }
  return list;
}

function single(value: JsonValue, type: ConvertType): JsonValue | undefined {
  switch (type) {
    case 'integer': {
      const whole = toLong(value);
      return typeof whole === 'number' && whole < INTEGER_LIMIT && whole >= -INTEGER_LIMIT ? whole : undefined;
    }
    case 'long':
      return toLong(value);
    case 'double':
      return toDouble(value);
    case 'boolean':
      return typeof value === 'boolean' ? value : TRUTHS.get(String(value).trim().toLowerCase());
    case 'string':
      return typeof value === 'object' ? JSON.stringify(value) : String(value);
    case 'ip':
      return fit(typeof value === 'string' ? value.trim() : value, 'ip');
    case 'auto':
      return plainValue(value);
  }
}

/** Also `0x1f`, `+7`, and a number whose fraction is zero; more than 15 digits stay text, as everywhere. */
function toLong(value: JsonValue): JsonValue | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string') return fit(value, 'long');
  const text = value.trim();
  if (/^[+-]?0x[0-9a-f]{1,13}$/i.test(text)) {
    const size = Number.parseInt(text.replace(/^[+-]/, ''), 16);
    return text.startsWith('-') ? -size : size;
  }
  const match = /^\+?(-?)0*(\d{1,19})(?:\.0{1,20})?$/.exec(text);
  if (match === null) return undefined;
  return match[2] === '0' ? 0 : fit(`${match[1]}${match[2]}`, 'long');
}

function toDouble(value: JsonValue): JsonValue | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string') return fit(value, 'double');
  const text = value.trim();
  if (!/^[+-]?(?:\d{1,300}\.?\d{0,300}|\.\d{1,300})(?:e[+-]?\d{1,3})?$/i.test(text)) return undefined;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}
