import type { JsonValue } from '../../../model/event.ts';
import { levelOfSyslog } from '../../../model/log-level.ts';
import { TRACE_TAKES } from '../json/generic.ts';
import { type Convention, type Take, takeInteger, takeMessage, takeText, takeTime } from '../json/mapper.ts';

/** A severity of syslog, 0 to 7. */
const level: Take = ({ event, dataset }, value: JsonValue) => {
  const known = typeof value === 'number' ? levelOfSyslog(value) : undefined;
  if (known === undefined) return false;
  event['log.level'] = known;
  event['log.syslog.severity.code'] = value;
  event[`${dataset}.level`] = String(value);
  return true;
};

const TAKES: Readonly<Record<string, Take>> = {
  host: takeText('host.name'),
  short_message: takeMessage(0),
  timestamp: takeTime(0),
  level,
  file: takeText('log.origin.file.name'),
  line: takeInteger('log.origin.file.line'),
  // Written by the libraries of Java, .NET and Python.
  _logger: takeText('log.logger'),
  _LoggerName: takeText('log.logger'),
  _logger_name: takeText('log.logger'),
  _thread: takeText('process.thread.name'),
  _thread_name: takeText('process.thread.name'),
  _pid: takeInteger('process.pid'),
  _process_id: takeInteger('process.pid'),
  _function: takeText('log.origin.function'),
  _stack_trace: takeText('error.stack_trace'),
  _stackTrace: takeText('error.stack_trace'),
  _exception_message: takeText('error.message'),
};

/** Graylog Extended Log Format 1.1: what is not its own has an underscore before its name. */
export const GELF: Convention = {
  takes: {
    ...TAKES,
    ...Object.fromEntries(Object.entries(TRACE_TAKES).map(([key, take]) => [`_${key}`, take])),
  },
  ownName: withoutUnderscore,
  ecsName: withoutUnderscore,
};

function withoutUnderscore(path: string): string {
  return path.length > 1 && path.startsWith('_') ? path.slice(1) : path;
}
