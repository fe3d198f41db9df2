import type { JsonValue } from '../event.ts';

export type Attributes = { readonly [key: string]: JsonValue };
export type Scope = { readonly name?: string; readonly version?: string; readonly attributes?: Attributes };

/**
 * One OTLP log record with all that belongs to it, as the line that pipeline `otlp` reads. The same for both encodings:
 * ids in small hexadecimal letters, times in nanoseconds as text, what is not set left out.
 */
export type LogRecord = {
  readonly timeUnixNano?: string;
  readonly observedTimeUnixNano?: string;
  readonly severityNumber?: number;
  readonly severityText?: string;
  readonly eventName?: string;
  readonly body?: JsonValue;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly flags?: number;
  readonly attributes?: Attributes;
  readonly scope?: Scope;
  readonly resource?: Attributes;
};

/** AnyValue may nest; nobody needs more than this. */
export const DEEPEST = 64;

/** Why a request holds no log records; for the sender. */
export class OtlpFault extends Error {}

/** The record without what is not set: empty texts, zero times, empty sets. */
export function withoutUnset(record: LogRecord): LogRecord {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => isSet(value))) as LogRecord;
}

function isSet(value: unknown): boolean {
  if (value === undefined || value === '' || value === 0 || value === '0') return false;
  return typeof value !== 'object' || value === null || Array.isArray(value) || Object.values(value).some(isKept);
}

function isKept(value: unknown): boolean {
  return value !== undefined;
}

/** An integer of 64 bits: a number where that is exact, else its text. */
export function integerValue(value: bigint): JsonValue {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

/** NaN and the infinities are no JSON; their names are, as OTLP has them. */
export function doubleValue(value: number): JsonValue {
  return Number.isFinite(value) ? value : String(value);
}
