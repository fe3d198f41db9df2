import type { JsonValue } from '../../../model/event.ts';
import { javaElement } from './java.ts';
import { type Exception, type Frame, frame, type Trace } from './trace.ts';

/** Exceptions that JSON loggers write as objects, each by its own names. */

type JsonObject = { readonly [key: string]: JsonValue };

/** Causes deeper than this are left alone; a logger that runs in a circle ends here as well. */
const DEEPEST = 16;
const MOST_FRAMES = 200;

export function asObject(value: JsonValue | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

function asList(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]).slice(0, MOST_FRAMES) : [];
}

export function asText(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : '';
}

function firstOf(object: JsonObject, ...names: readonly string[]): string {
  for (const name of names) if (asText(object[name]) !== '') return asText(object[name]);
  return '';
}

/**
 * An exception with frames as objects: log4j2 `thrown`, logback `throwable`, monolog `context.exception`, Quarkus'
 * `exception`, Serilog's ExceptionDetail. Undefined for a value that is no such thing.
 */
export function traceOfObject(value: JsonValue | undefined): Trace | undefined {
  const chain: Exception[] = [];
  let language = '';
  let object = asObject(value);
  for (let depth = 0; object !== undefined && depth < DEEPEST; depth++) {
    const read = exceptionOfObject(object);
    if (read === undefined) break;
    language ||= read.language;
    chain.push(read.exception);
    const { exception: inner } = asObject(object['causedBy']) ?? {};
    object = asObject(
      inner ?? object['cause'] ?? object['previous'] ?? object['InnerException'] ?? object['innerException'],
    );
  }
  return chain.length === 0 ? undefined : { language: language === '' ? 'java' : language, first: 0, chain };
}

type Read = { readonly language: string; readonly exception: Exception };

function exceptionOfObject(object: JsonObject): Read | undefined {
  const type = firstOf(
    object,
    'className',
    'class',
    'exception_class',
    'name',
    'type',
    'Type',
    'ClassName',
    'exceptionType',
  );
  const message = firstOf(object, 'message', 'exception_message', 'localizedMessage', 'Message', 'msg');
  if (type === '' && message === '') return undefined;
  const java = asList(object['stepArray'] ?? object['extendedStackTrace'] ?? object['stackTrace'] ?? object['frames']);
  const php = typeof object['file'] === 'string' ? phpFrames(object['file'], asList(object['trace'])) : [];
  const frames = php.length > 0 ? php : java.map(javaFrame).filter((found) => found !== undefined);
  return { language: php.length > 0 ? 'php' : frames.length > 0 ? 'java' : '', exception: { type, message, frames } };
}

function javaFrame(value: JsonValue): Frame | undefined {
  const step = asObject(value);
  if (step === undefined) return undefined;
  const type = firstOf(step, 'className', 'class');
  const line = Number(step['lineNumber'] ?? step['line'] ?? 0);
  const file = firstOf(step, 'fileName', 'file');
  return type === '' ? undefined : javaElement(type, firstOf(step, 'methodName', 'method'), file, line);
}

/** monolog's NormalizerFormatter: `file` is `path:line` of the throw, `trace` a list of the same of its callers. */
function phpFrames(file: string, trace: readonly JsonValue[]): Frame[] {
  return [file, ...trace.map(asText)].flatMap((place) => {
    const match = /^(\S.{0,1000}):(\d+)$/.exec(place);
    return match === null ? [] : [frame('', match[1]!, match[2])];
  });
}

/** A list of exceptions or frames: structlog's `exception`, what was thrown first, or zerolog's `stack`. */
export function traceOfList(value: JsonValue | undefined): Trace | undefined {
  if (!Array.isArray(value)) return undefined;
  return structlogTrace(value as readonly JsonValue[]) ?? zerologTrace(value) ?? javaTrace(value);
}

/** Spark's structured log: a list of `{ class, method, file, line }`, innermost first; type and message stand beside it. */
function javaTrace(value: JsonValue): Trace | undefined {
  const frames = asList(value).flatMap((step) => javaFrame(step) ?? []);
  return frames.length === 0 ? undefined : { language: 'java', first: 0, chain: [{ type: '', message: '', frames }] };
}

/** structlog's dict_tracebacks: a list of `{ exc_type, exc_value, is_cause, frames: [{ filename, lineno, name }] }`. */
function structlogTrace(list: readonly JsonValue[]): Trace | undefined {
  const chain: Exception[] = [];
  for (const value of list.slice(0, DEEPEST)) {
    const one = asObject(value);
    if (one === undefined || asText(one['exc_type']) === '') break;
    const frames = asList(one['frames']).flatMap((step): Frame[] => {
      const { filename, name, lineno } = asObject(step) ?? {};
      return [frame(asText(name), asText(filename), asText(lineno))];
    });
    chain.push({ type: asText(one['exc_type']), message: asText(one['exc_value']), frames: frames.reverse() });
  }
  return chain.length === 0 ? undefined : { language: 'python', first: 0, chain };
}

/** zerolog's `stack` under pkgerrors: a list of `{ func, line, source }`, innermost first. */
function zerologTrace(value: JsonValue): Trace | undefined {
  const frames = asList(value).flatMap((step): Frame[] => {
    const { func, line, source } = asObject(step) ?? {};
    return asText(func) === '' ? [] : [frame(asText(func), asText(source), asText(line))];
  });
  return frames.length === 0 ? undefined : { language: 'go', first: 0, chain: [{ type: '', message: '', frames }] };
}
