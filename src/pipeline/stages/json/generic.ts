import type { Event, JsonValue } from '../../../model/event.ts';
import { levelOfPino, levelOfSyslog, levelOfWord } from '../../../model/log-level.ts';
import {
  type Convention,
  keep,
  type Mapping,
  type Take,
  takeInteger,
  takeMessage,
  takeText,
  takeTime,
} from './mapper.ts';
import { levelByTable, setStack, spellings, takeStack } from './takes.ts';

/** `log.level` from a word or a number (10 and more as pino and bunyan count, 0 to 7 as syslog does). */
export const takeLevel: Take = (into, value) => {
  if (into.event['log.level'] !== undefined) return false;
  const level = levelOf(value);
  if (level === undefined) return false;
  into.event['log.level'] = level;
  keep(into.event, `${into.dataset}.level`, String(value));
  return true;
};

function levelOf(value: JsonValue): string | undefined {
  if (typeof value === 'number') return value >= 10 ? levelOfPino(value) : levelOfSyslog(value);
  if (typeof value !== 'string' || value === '') return undefined;
  return /^\d{2}$/.test(value) ? levelOfPino(Number(value)) : levelOfText(value);
}

/** .NET spells it out. */
function levelOfText(word: string): string {
  return word.toLowerCase() === 'information' ? 'info' : levelOfWord(word);
}

/** What loggers write where there is no error: go-kit's null, Go's <nil>, an empty text. */
const NO_ERROR = /^(?:|null|<nil>|nil|none|undefined)$/i;

/** An error as text, or as an object with the names the common libraries use. */
export const takeError: Take = (into, value) => {
  if (typeof value === 'string') {
    if (into.event['error.message'] !== undefined || NO_ERROR.test(value)) return false;
    into.event['error.message'] = value;
    return true;
  }
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return takeRailsError(into.event, value);
  const { own } = into;
  for (const [key, part] of Object.entries(value)) {
    if (!setErrorPart(into.event, key, part)) keep(into.event, `${own}.${key}`, part);
  }
  return true;
};

/** Rails' payload of an exception: its class and its message. */
function takeRailsError(event: Event, [type, message, ...more]: readonly JsonValue[]): boolean {
  if (typeof type !== 'string' || !/^(?:[A-Z]\w{0,100}::){0,10}[A-Z]\w{0,100}$/.test(type)) return false;
  if (typeof message !== 'string' || more.length > 0 || event['error.type'] !== undefined) return false;
  event['error.type'] = type;
  event['error.message'] ??= message;
  return true;
}

const ERROR_PARTS: Record<string, string> = {
  type: 'error.type',
  name: 'error.type',
  kind: 'error.type',
  class: 'error.type',
  message: 'error.message',
  msg: 'error.message',
  stack: 'error.stack_trace',
  stack_trace: 'error.stack_trace',
  stacktrace: 'error.stack_trace',
  stackTrace: 'error.stack_trace',
  code: 'error.code',
  id: 'error.id',
};

function setErrorPart(event: Event, key: string, value: JsonValue): boolean {
  const field = Object.hasOwn(ERROR_PARTS, key) ? ERROR_PARTS[key]! : undefined;
  if (field === undefined || event[field] !== undefined) return false;
  if (field === 'error.stack_trace' && Array.isArray(value)) return setStack(event, value);
  if (typeof value !== 'string' && typeof value !== 'number') return false;
  event[field] = String(value);
  return true;
}

/** A name that ECS keeps for an object: the text goes to that object's name. */
function takeName(field: string): Take {
  return (into: Mapping, value) => {
    if (typeof value !== 'string' || value === '' || into.event[field] !== undefined) return false;
    into.event[field] = value;
    return true;
  };
}

/** Trace identifiers in the spellings of OpenTelemetry, Elastic, Datadog and hand-made loggers. */
export const TRACE_TAKES: Record<string, Take> = {
  ...spellings(takeText('trace.id'), 'trace_id', 'traceId', 'traceID', 'traceid', 'trace.id', 'dd.trace_id'),
  ...spellings(takeText('span.id'), 'span_id', 'spanId', 'spanID', 'spanid', 'span.id', 'dd.span_id'),
  ...spellings(takeText('transaction.id'), 'transaction_id', 'transactionId', 'transaction.id'),
};

/** A number under such a key may count by any scale. */
const takeLevelWord = levelByTable((word) => (/^\d/.test(word) ? undefined : levelOfText(word)));

/** .NET's console writes whatever format it was given, also an hour alone: only a date says when. */
const takeDate: Take = (into, value) =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\d[T ]\d/.test(value) && takeTime(6)(into, value.trim());

/** `projects/shop/traces/0af7…`. */
const takeCloudTrace: Take = (into, value) =>
  typeof value === 'string' && takeText('trace.id')(into, value.slice(value.lastIndexOf('/') + 1));

const CLOUD = 'logging.googleapis.com/';
/** What Google's cloud reads of a JSON line, whoever writes it: cloud.google.com, "Structured logging". */
const CLOUD_TAKES: Record<string, Take> = {
  [`${CLOUD}trace`]: takeCloudTrace,
  [`${CLOUD}spanId`]: takeText('span.id'),
  [`${CLOUD}sourceLocation.file`]: takeText('log.origin.file.name'),
  [`${CLOUD}sourceLocation.line`]: takeInteger('log.origin.file.line'),
  [`${CLOUD}sourceLocation.function`]: takeText('log.origin.function'),
};

/** Loggers that keep what they say in an object: loguru's `record`, the `fields` of Rust's tracing; Serilog's and .NET's capitals. */
const NESTED_TAKES: Record<string, Take> = {
  'record.name': takeName('log.logger'),
  'record.function': takeName('log.origin.function'),
  'record.line': takeInteger('log.origin.file.line'),
  'record.file.path': takeName('log.origin.file.name'),
  'record.process.id': takeInteger('process.pid'),
  'record.process.name': takeName('process.name'),
  'record.thread.id': takeInteger('process.thread.id'),
  'record.thread.name': takeName('process.thread.name'),
  ...spellings(takeLevelWord, 'record.level.name', 'LogLevel', 'Level', '@l'),
  ...spellings(takeMessage(3), 'record.message', 'fields.message', 'Message'),
  'record.time.timestamp': takeTime(5),
  ...spellings(takeDate, '@t', 'Timestamp'),
  'record.exception.type': takeName('error.type'),
  'record.exception.value': takeName('error.message'),
};

/** What most JSON loggers mean by their keys. */
export const GENERIC_TAKES: Record<string, Take> = {
  ...TRACE_TAKES,
  '@timestamp': takeTime(0),
  timestamp: takeTime(1),
  time: takeTime(2),
  ts: takeTime(3),
  datetime: takeTime(4),
  ...spellings(takeLevel, 'log.level', 'level', 'severity', 'lvl', 'loglevel', 'log_level', 'levelname', 'logLevel'),
  message: takeMessage(0),
  msg: takeMessage(1),
  '@message': takeMessage(2),
  ...NESTED_TAKES,
  ...CLOUD_TAKES,
  ...spellings(takeError, 'error', 'err', 'exception'),
  ...spellings(takeName('error.type'), 'error.kind', 'errorType'),
  errorMessage: takeName('error.message'),
  ...spellings(takeStack, 'exception_backtrace', 'error.stack', 'stack', 'stack_trace', 'stacktrace', 'stackTrace'),
  ...spellings(takeName('host.name'), 'host', 'hostname'),
  user: takeName('user.name'),
  ...spellings(takeName('service.name'), 'service', 'service_name', 'serviceName'),
  ...spellings(takeName('log.logger'), 'logger', 'logger_name', 'loggerName'),
  ...spellings(takeInteger('process.pid'), 'pid', 'process_id'),
  ...spellings(takeText('http.request.id'), 'reqId', 'req_id', 'request_id', 'requestId'),
};

export const GENERIC: Convention = { takes: GENERIC_TAKES };
