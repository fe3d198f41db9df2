import type { JsonValue } from '../event.ts';
import {
  type Attributes,
  DEEPEST,
  doubleValue,
  integerValue,
  type LogRecord,
  OtlpFault,
  type Scope,
  withoutUnset,
} from './log-record.ts';

type JsonObject = { readonly [key: string]: unknown };

/**
 * The log records of an ExportLogsServiceRequest in JSON, as OTLP writes it: ids in hexadecimal, 64-bit integers as text
 * or numbers, unknown keys ignored. Throws OtlpFault.
 */
export function readJsonLogs(bytes: Buffer): LogRecord[] {
  const records: LogRecord[] = [];
  for (const resourceLogs of objectsIn(parse(bytes), 'resourceLogs')) {
    const resource = attributesOf(objectIn(resourceLogs, 'resource'));
    for (const scopeLogs of objectsIn(resourceLogs, 'scopeLogs')) {
      const scope = scopeOf(objectIn(scopeLogs, 'scope'));
      for (const record of objectsIn(scopeLogs, 'logRecords')) records.push(recordOf(record, scope, resource));
    }
  }
  return records;
}

function parse(bytes: Buffer): JsonObject {
  try {
    // Integers that JSON.parse would round come as text by the specification; those as numbers are as exact as they are.
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (isObject(value)) return value;
  } catch (error) {
    throw new OtlpFault((error as Error).message);
  }
  throw new OtlpFault('the body is no JSON object');
}

function scopeOf(scope: JsonObject): Scope {
  const { name, version } = scope;
  return withoutUnset({
    name: textOf(name, 'scope.name'),
    version: textOf(version, 'scope.version'),
    attributes: attributesOf(scope),
  } as LogRecord) as Scope;
}

function recordOf(record: JsonObject, scope: Scope, resource: Attributes): LogRecord {
  return withoutUnset({
    timeUnixNano: nanoseconds(record['timeUnixNano'], 'timeUnixNano'),
    observedTimeUnixNano: nanoseconds(record['observedTimeUnixNano'], 'observedTimeUnixNano'),
    severityNumber: wholeNumber(record['severityNumber'], 'severityNumber'),
    severityText: textOf(record['severityText'], 'severityText'),
    eventName: textOf(record['eventName'], 'eventName'),
    body: isObject(record['body']) ? anyValue(record['body'], 0) : undefined,
    traceId: textOf(record['traceId'], 'traceId')?.toLowerCase(),
    spanId: textOf(record['spanId'], 'spanId')?.toLowerCase(),
    flags: wholeNumber(record['flags'], 'flags'),
    attributes: attributesOf(record),
    scope,
    resource,
  });
}

function attributesOf(holder: JsonObject, depth = 0, key = 'attributes'): Attributes {
  return Object.fromEntries(
    objectsIn(holder, key).map((pair) => {
      const { value } = pair;
      return [textOf(pair['key'], 'key') ?? '', isObject(value) ? anyValue(value, depth) : null];
    }),
  );
}

/** An AnyValue; null where nothing in it is set. */
function anyValue(value: JsonObject, depth: number): JsonValue {
  if (depth > DEEPEST) throw new OtlpFault(`a value is nested deeper than ${DEEPEST}`);
  const { stringValue, boolValue, intValue, doubleValue: double, arrayValue, kvlistValue, bytesValue } = value;
  if (stringValue !== undefined) return textOf(stringValue, 'stringValue') ?? null;
  if (typeof boolValue === 'boolean') return boolValue;
  if (intValue !== undefined) return integer(intValue);
  if (typeof double === 'number') return doubleValue(double);
  if (double !== undefined) return textOf(double, 'doubleValue') ?? null;
  if (isObject(arrayValue)) return objectsIn(arrayValue, 'values').map((one) => anyValue(one, depth + 1));
  if (isObject(kvlistValue)) return attributesOf(kvlistValue, depth + 1, 'values');
  return textOf(bytesValue, 'bytesValue') ?? null;
}

function integer(value: unknown): JsonValue {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && /^-?\d{1,20}$/.test(value)) return integerValue(BigInt(value));
  throw new OtlpFault('intValue is no whole number');
}

function nanoseconds(value: unknown, key: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return BigInt(value).toString();
  if (typeof value === 'string' && /^\d{1,20}$/.test(value)) return value.replace(/^0+(?=\d)/, '');
  throw new OtlpFault(`${key} is no number of nanoseconds`);
}

function wholeNumber(value: unknown, key: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw new OtlpFault(`${key} is no whole number`);
}

function textOf(value: unknown, key: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw new OtlpFault(`${key} is no text`);
}

function objectIn(holder: JsonObject, key: string): JsonObject {
  const value = holder[key];
  if (value === undefined || value === null) return {};
  if (isObject(value)) return value;
  throw new OtlpFault(`${key} is no object`);
}

function objectsIn(holder: JsonObject, key: string): JsonObject[] {
  const list = holder[key];
  if (list === undefined || list === null) return [];
  if (Array.isArray(list) && list.every(isObject)) return list;
  throw new OtlpFault(`${key} is no list of objects`);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
