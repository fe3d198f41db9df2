import type { JsonValue } from '../../../model/event.ts';
import { GENERIC_TAKES } from './generic.ts';
import { type Convention, type Take, takeInteger, takeMessage, takeText, takeTime } from './mapper.ts';
import { spellings, takeStack } from './takes.ts';

/** `instant` of JsonLayout: seconds and nanoseconds. */
const instant: Take = (into, value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return takeTime(0)(into, value);
  const { epochSecond: seconds, nanoOfSecond: nanos } = value as Record<string, JsonValue>;
  if (typeof seconds !== 'number' || typeof nanos !== 'number') return false;
  return takeTime(0)(into, seconds * 1000 + Math.floor(nanos / 1e6));
};

/** What holds of every Java logger's JSON: who logged, in which thread, where in the source. */
export const JAVA_TAKES: Readonly<Record<string, Take>> = {
  ...GENERIC_TAKES,
  ...spellings(takeText('log.logger'), 'loggerName', 'logger_name', 'logger'),
  ...spellings(takeText('process.thread.name'), 'thread', 'thread_name', 'threadName'),
  ...spellings(takeInteger('process.thread.id'), 'threadId', 'thread_id'),
  ...spellings(takeText('log.origin.file.name'), 'source.file', 'caller_file_name', 'file'),
  ...spellings(takeInteger('log.origin.file.line'), 'source.line', 'caller_line_number', 'line_number', 'line'),
  ...spellings(takeText('log.origin.function'), 'source.method', 'caller_method_name', 'method'),
};

/**
 * log4j 2: JsonLayout, JsonTemplateLayout with its ready-made templates, Logstash's logEvent and Spark's structured log,
 * which are log4j's with keys of their own.
 */
export const LOG4J2: Convention = {
  takes: {
    ...JAVA_TAKES,
    instant,
    timeMillis: takeTime(1),
    'logEvent.message': takeMessage(0),
    ...spellings(takeText('trace.id'), 'contextMap.traceId', 'contextMap.trace_id', 'mdc.traceId', 'mdc.trace_id'),
    ...spellings(takeText('span.id'), 'contextMap.spanId', 'contextMap.span_id', 'mdc.spanId', 'mdc.span_id'),
    ...spellings(takeText('log.logger'), '_logger'),
    ...spellings(takeText('process.thread.name'), '_thread'),
    short_message: takeMessage(3),
    // The template of Google's cloud.
    '_exception.class': takeText('error.type'),
    '_exception.message': takeText('error.message'),
    '_exception.stackTrace': takeStack,
  },
};
