import type { JsonValue } from '../../../model/event.ts';
import { GENERIC_TAKES, takeError, takeLevel } from './generic.ts';
import { setThrowable, type ThrowableNames } from './java-trace.ts';
import { type Convention, type Take, takeInteger, takeMessage, takeText, takeTime } from './mapper.ts';
import { spellings, takeStack } from './takes.ts';

const THROWN: ThrowableNames = {
  type: 'name',
  message: 'message',
  frames: 'extendedStackTrace',
  type_of_frame: 'class',
  method: 'method',
  file: 'file',
  line: 'line',
};

/** JsonLayout's `thrown`: frames as a list of objects, or the trace as text (stacktraceAsString). */
const thrown: Take = (into, value) => {
  if (typeof value === 'string') return takeStack(into, value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { extendedStackTrace: trace, ...rest } = value as Record<string, JsonValue>;
  if (typeof trace === 'string') {
    takeStack(into, trace);
    return takeError(into, rest);
  }
  return setThrowable(into.event, value, THROWN);
};

/** `instant` of JsonLayout: seconds and nanoseconds. */
const instant: Take = (into, value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return takeTime(0)(into, value);
  const { epochSecond: seconds, nanoOfSecond: nanos } = value as Record<string, JsonValue>;
  if (typeof seconds !== 'number' || typeof nanos !== 'number') return false;
  return takeTime(0)(into, seconds * 1000 + Math.floor(nanos / 1e6));
};

/** Spark's structured log: `exception` with its frames, of other names. */
const SPARK: ThrowableNames = { ...THROWN, type: 'class', message: 'msg', frames: 'stacktrace' };
/** LogstashJsonEventLayoutV1: the trace is text. */
const exception: Take = (into, value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return takeStack(into, value);
  const { exception_class: type, exception_message: message, stacktrace, ...rest } = value as Record<string, JsonValue>;
  if (Array.isArray(stacktrace)) return setThrowable(into.event, value, SPARK);
  return takeError(into, {
    ...rest,
    ...(type !== undefined && { type }),
    ...(message !== undefined && { message }),
    ...(stacktrace !== undefined && { stacktrace }),
  });
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
    level: takeLevel,
    'logEvent.message': takeMessage(0),
    thrown,
    exception,
    ...spellings(takeText('log.logger'), '_logger'),
    ...spellings(takeText('process.thread.name'), '_thread'),
    short_message: takeMessage(3),
  },
};
