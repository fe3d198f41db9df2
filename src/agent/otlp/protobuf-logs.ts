import type { JsonValue } from '../../model/event.ts';
import {
  type Attributes,
  DEEPEST,
  doubleValue,
  integerValue,
  type LogRecord,
  OtlpFault,
  type Scope,
  withoutUnset,
} from '../../model/otlp/log-record.ts';
import { WireFault, WireReader } from './wire.ts';

// Field numbers are those of opentelemetry/proto: collector/logs/v1, logs/v1, resource/v1 and common/v1.

/** The log records of an ExportLogsServiceRequest in protobuf. Throws OtlpFault. */
export function readProtobufLogs(bytes: Buffer): LogRecord[] {
  try {
    const records: LogRecord[] = [];
    const request = new WireReader(bytes);
    while (request.next()) {
      if (request.field === 1) readResourceLogs(request.message(), records);
      else request.skip();
    }
    return records;
  } catch (error) {
    if (error instanceof WireFault) throw new OtlpFault(error.message);
    throw error;
  }
}

function readResourceLogs(message: WireReader, into: LogRecord[]): void {
  let resource: Attributes | undefined;
  const scopes: Buffer[] = [];
  while (message.next()) {
    if (message.field === 1) resource = attributesOf(message.message(), 1);
    else if (message.field === 2) scopes.push(message.bytes());
    else message.skip();
  }
  // The resource may come after what belongs to it.
  for (const scope of scopes) readScopeLogs(new WireReader(scope), resource, into);
}

function readScopeLogs(message: WireReader, resource: Attributes | undefined, into: LogRecord[]): void {
  let scope: Scope | undefined;
  const records: Buffer[] = [];
  while (message.next()) {
    if (message.field === 1) scope = scopeOf(message.bytes());
    else if (message.field === 2) records.push(message.bytes());
    else message.skip();
  }
  for (const record of records) into.push(recordOf(new WireReader(record), scope, resource));
}

function scopeOf(bytes: Buffer): Scope {
  const message = new WireReader(bytes);
  let name: string | undefined;
  let version: string | undefined;
  while (message.next()) {
    if (message.field === 1) name = message.text();
    else if (message.field === 2) version = message.text();
    else message.skip();
  }
  const attributes = attributesOf(new WireReader(bytes), 3);
  return withoutUnset({ name, version, attributes } as LogRecord) as Scope;
}

function recordOf(message: WireReader, scope: Scope | undefined, resource: Attributes | undefined): LogRecord {
  const record: { -readonly [Key in keyof LogRecord]: LogRecord[Key] } = {
    timeUnixNano: undefined,
    observedTimeUnixNano: undefined,
    severityNumber: undefined,
    severityText: undefined,
    eventName: undefined,
    body: undefined,
    traceId: undefined,
    spanId: undefined,
    flags: undefined,
    attributes: undefined,
    scope,
    resource,
  };
  const attributes: Record<string, JsonValue> = {};
  while (message.next()) {
    switch (message.field) {
      case 1:
        record.timeUnixNano = String(message.fixed64());
        break;
      case 2:
        record.severityNumber = Number(message.integer());
        break;
      case 3:
        record.severityText = message.text();
        break;
      case 5:
        record.body = anyValue(message.message(), 0);
        break;
      case 6:
        addAttribute(message.message(), attributes, 0);
        break;
      case 8:
        record.flags = message.fixed32();
        break;
      case 9:
        record.traceId = message.bytes().toString('hex');
        break;
      case 10:
        record.spanId = message.bytes().toString('hex');
        break;
      case 11:
        record.observedTimeUnixNano = String(message.fixed64());
        break;
      case 12:
        record.eventName = message.text();
        break;
      default:
        message.skip();
    }
  }
  return withoutUnset({ ...record, attributes });
}

/** The repeated KeyValue in one field of a message. */
function attributesOf(message: WireReader, field: number, depth = 0): Attributes {
  const attributes: Record<string, JsonValue> = {};
  while (message.next()) {
    if (message.field === field) addAttribute(message.message(), attributes, depth);
    else message.skip();
  }
  return attributes;
}

function addAttribute(message: WireReader, into: Record<string, JsonValue>, depth: number): void {
  let key = '';
  let value: JsonValue = null;
  while (message.next()) {
    if (message.field === 1) key = message.text();
    else if (message.field === 2) value = anyValue(message.message(), depth);
    else message.skip();
  }
  Object.defineProperty(into, key, { value, enumerable: true, configurable: true, writable: true });
}

/** An AnyValue; null where nothing in it is set. */
function anyValue(message: WireReader, depth: number): JsonValue {
  if (depth > DEEPEST) throw new OtlpFault(`a value is nested deeper than ${DEEPEST}`);
  let value: JsonValue = null;
  while (message.next()) {
    switch (message.field) {
      case 1:
        value = message.text();
        break;
      case 2:
        value = message.integer() !== 0n;
        break;
      case 3:
        value = integerValue(message.integer());
        break;
      case 4:
        value = doubleValue(message.double());
        break;
      case 5:
        value = listOf(message.message(), depth + 1);
        break;
      case 6:
        value = attributesOf(message.message(), 1, depth + 1);
        break;
      case 7:
        value = message.bytes().toString('base64');
        break;
      default:
        message.skip();
    }
  }
  return value;
}

function listOf(message: WireReader, depth: number): JsonValue[] {
  const values: JsonValue[] = [];
  while (message.next()) {
    if (message.field === 1) values.push(anyValue(message.message(), depth));
    else message.skip();
  }
  return values;
}
