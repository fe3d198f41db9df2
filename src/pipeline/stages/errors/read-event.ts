import type { Event, JsonValue } from '../../../model/event.ts';
import { findBare } from './bare.ts';
import { asObject, asText, traceOfList, traceOfObject } from './fields.ts';
import { findTrace, fromLine } from './find-trace.ts';
import type { Trace } from './trace.ts';

/** An exception as an event holds it. */
export type Found = {
  readonly trace: Trace;
  /** The text of the trace, without what the event says before it; undefined where it came as an object. */
  readonly text: string | undefined;
  /** `error.message` held the whole trace, and is none. */
  readonly inMessage: boolean;
};

/** Parents of exceptions that the JSON mapper took apart into dotted names, and a name that shows that there is one. */
const OBJECTS = [
  ['thrown', 'name'],
  ['thrown', 'message'],
  ['throwable', 'className'],
  ['context.exception', 'class'],
  ['exception', 'exception_class'],
  ['exception', 'exceptionType'],
  ['ExceptionDetail', 'Type'],
  ['Properties.ExceptionDetail', 'Type'],
] as const;

/** Texts with a trace: Serilog, NLog, python-json-logger, zap, GELF, loguru, log4j2's, logstash's, logback's and monolog's as text. */
const TEXTS = [
  '@x',
  'Exception',
  'exc_info',
  'exc_text',
  'errorVerbose',
  'thrown.extendedStackTrace',
  'exception.stacktrace',
  'throwable',
  'context.exception',
  'full_message',
  'text',
] as const;
/** Of these a text without frames is no exception. */
const ANY_TEXT = /\.(?:full_message|text)$/;

/** structlog's frames as objects, and zerolog's; or, of some, a text. */
const LISTS = ['exception', 'stack'] as const;

/** Names whose position is remembered; more than that no event has in the same order. */
const MOST_NAMES = 200;

/** Causes of an error object, which stay as they are. */
const CAUSES = ['err.cause', 'error.cause', 'exception.cause'] as const;

/** Longest text that is kept a second time, as `error.stack_trace`. */
const LONGEST_TRACE = 65_536;

/** What a field may hold of an exception. */
type Place = 'object' | 'text' | 'list' | 'cause';
type Known = { readonly name: string; readonly place: Place | undefined };

/** Makes the function that finds an event's exception, wherever its logger put it. */
export function createReader(dataset: string): (event: Event) => Found | undefined {
  const places = new Map<string, Place>();
  const parents = new Map<string, string>();
  for (const name of TEXTS) places.set(`${dataset}.${name}`, 'text');
  for (const name of LISTS) places.set(`${dataset}.${name}`, 'list');
  for (const name of CAUSES) places.set(`${dataset}.${name}`, 'cause');
  for (const [parent, sign] of OBJECTS) {
    places.set(`${dataset}.${parent}.${sign}`, 'object');
    parents.set(`${dataset}.${parent}.${sign}`, `${dataset}.${parent}.`);
  }
  /** The names of the last event by position: the next event mostly has the same ones in the same order. */
  const names: Known[] = [];

  function suspects(event: Event): Known[] {
    const found: Known[] = [];
    let at = 0;
    for (const name in event) {
      let known = names[at];
      if (known === undefined || known.name !== name) {
        known = { name, place: places.get(name) };
        if (at < MOST_NAMES) names[at] = known;
      }
      at++;
      if (known.place !== undefined) found.push(known);
    }
    return found;
  }

  function inFields(event: Event, found: readonly Known[]): Found | undefined {
    for (const { name, place } of found) {
      const value = event[name];
      if (place === 'cause' || value === undefined) continue;
      if (place === 'text' && !Array.isArray(value)) {
        const text = textOf(value);
        const told = inText(text, false) ?? (ANY_TEXT.test(name) ? undefined : bare(text));
        if (told !== undefined) return told;
        continue;
      }
      const trace =
        place === 'object'
          ? traceOfObject(gather(event, parents.get(name)!))
          : (traceOfList(value) ?? inText(textOf(value), false)?.trace);
      if (trace?.chain.some(({ frames }) => frames.length > 0)) return { trace, text: undefined, inMessage: false };
    }
    return undefined;
  }

  return (event) => {
    const found = suspects(event);
    const told = textOf(event['error.stack_trace']);
    const stack = inText(told, false) ?? bare(told);
    if (stack !== undefined) return withCause(event, stack, found);
    return (
      (found.length === 0 ? undefined : inFields(event, found)) ??
      inText(textOf(event['error.message']), true) ??
      inText(textOf(event['message']), true, false)
    );
  };
}

/** What is called a stack trace is one, also without frames. */
function bare(text: string): Found | undefined {
  const trace = text === '' ? undefined : findBare(text);
  return trace === undefined ? undefined : { trace, text: text.slice(0, LONGEST_TRACE), inMessage: false };
}

/** The causes of an error object go to the end of the chain that its text told of. */
function withCause(event: Event, told: Found, found: readonly Known[]): Found {
  if (told.trace.chain.length > 1) return told;
  for (const { name, place } of found) {
    const cause = place === 'cause' ? asObject(event[name]) : undefined;
    const inner =
      cause === undefined
        ? verbose(name, event[name])
        : (findTrace(asText(cause['stack'] ?? cause['stack_trace'])) ?? traceOfObject(event[name]));
    if (inner === undefined) continue;
    return { ...told, trace: { ...told.trace, chain: [...told.trace.chain, ...inner.chain] } };
  }
  return told;
}

/** zap's own stack is that of the call that logs; where the error comes from stands in this field. */
function verbose(name: string, value: JsonValue | undefined): Trace | undefined {
  return name.endsWith('.errorVerbose') ? findTrace(textOf(value)) : undefined;
}

/** A trace has lines; a list of them is read as one text. */
function textOf(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.filter((line) => typeof line === 'string').join('\n') : '';
}

/** The lines of a text that had to become one: rsyslog writes `#012` for a line break, Apache's error log `\\n`. */
function unescaped(text: string): string {
  if (text.includes('#012')) return text.replaceAll('#012', '\n').replaceAll('#011', '\t');
  return text.includes('\\n') ? text.replaceAll('\\n', '\n').replaceAll('\\t', '\t') : text;
}

/** @param lines whether a text of one line is none. @param inMessage what becomes `Found.inMessage`. */
function inText(told: string, lines: boolean, inMessage = lines): Found | undefined {
  const text = told.includes('\n') ? told : unescaped(told);
  if (text === '' || (lines && !/\n|\[object\] \(/.test(text))) return undefined;
  const trace = findTrace(text);
  return trace === undefined
    ? undefined
    : { trace, text: fromLine(text, trace.first).slice(0, LONGEST_TRACE), inMessage };
}

type Branch = { [key: string]: JsonValue | Branch };

/** The object that dotted names below a parent came from. */
function gather(event: Event, parent: string): JsonValue {
  const root: Branch = {};
  for (const name in event) {
    if (!name.startsWith(parent) || event[name] === undefined) continue;
    const path = name.slice(parent.length).split('.');
    const last = path.pop()!;
    let at = root;
    for (const part of path) {
      const below = at[part];
      if (typeof below === 'object' && below !== null && !Array.isArray(below)) at = below as Branch;
      else {
        const made: Branch = {};
        at[part] = made;
        at = made;
      }
    }
    at[last] = event[name]!;
  }
  return root as JsonValue;
}
