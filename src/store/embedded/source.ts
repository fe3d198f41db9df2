import { EsError } from './route.ts';

/** Where a number's exact text matters: more digits than a double keeps. */
const LONG_INTEGER = /\d{16}/;

type Reviver = (this: unknown, key: string, value: unknown, context: { source: string }) => unknown;

/**
 * A document's JSON as an object; integers that a double would round come as bigint.
 * Throws EsError 400 document_parsing_exception for anything but a JSON object.
 */
export function parseDocument(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = LONG_INTEGER.test(text)
      ? JSON.parse(text, keepLongIntegers as Parameters<typeof JSON.parse>[1])
      : JSON.parse(text);
  } catch (cause) {
    const reason = `[1:1] failed to parse: ${(cause as Error).message}`;
    throw new EsError(400, 'document_parsing_exception', reason);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new EsError(400, 'document_parsing_exception', '[1:1] failed to parse: a document must be an object');
}

const keepLongIntegers: Reviver = (_key, value, context) =>
  typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context.source)
    ? BigInt(context.source)
    : value;

/** The JSON of what `parseDocument` gave, perhaps changed. Throws EsError 400 for anything but an object. */
export function stringifyDocument(document: unknown): string {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new EsError(400, 'document_parsing_exception', 'a document must be an object');
  }
  return toExactJson(document);
}

/** The beginning of a value's JSON, for messages. */
export function previewOf(value: unknown): string {
  return toExactJson(value).slice(0, 100);
}

function toExactJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'bigint' ? (JSON as unknown as RawJson).rawJSON(String(part)) : part,
  );
}

/** Not yet in TypeScript's own declarations. */
type RawJson = { rawJSON(text: string): unknown };
