import { levelOfWord } from '../../../../model/log-level.ts';
import { GENERIC_TAKES } from '../generic.ts';
import { type Convention, type Take, takeInteger, takeMessage, takeText, takeTime } from '../mapper.ts';
import { levelByTable, spellings, takeStack } from '../takes.ts';
import { levelOfNumber } from './words.ts';

/** docs.python.org, logging, "Logging Levels": the numbers are not pino's. */
const STEPS = [
  [0, 'trace'],
  [10, 'debug'],
  [20, 'info'],
  [30, 'warn'],
  [40, 'error'],
  [50, 'fatal'],
] as const;

/** `exception` is the method that logs one; the library's level for it is error. */
const level = levelByTable((word) => {
  if (/^\d{1,3}$/.test(word)) return levelOfNumber(Number(word), STEPS);
  return word.toLowerCase() === 'exception' ? 'error' : levelOfWord(word);
});

/** A call's stack (stack_info) is no exception, so it stays under the product. */
const { stack: _stack, exception: _exception, ...GENERIC } = GENERIC_TAKES;

/** The number of a process or thread; a text there is its name. */
function numberOrName(number: string, name: string): Take {
  const takeNumber = takeInteger(number);
  const takeName = takeText(name);
  return (into, value) => takeNumber(into, value) || takeName(into, value);
}

const PYTHON: Readonly<Record<string, Take>> = {
  ...GENERIC,
  ...spellings(level, 'level', 'levelname', 'log_level', 'severity'),
  asctime: takeTime(5),
  created: takeTime(6),
  process: numberOrName('process.pid', 'process.name'),
  thread: numberOrName('process.thread.id', 'process.thread.name'),
  ...spellings(takeText('process.name'), 'processName', 'process_name'),
  ...spellings(takeText('process.thread.name'), 'threadName', 'thread_name'),
  ...spellings(takeText('log.origin.file.name'), 'pathname', 'filename'),
  ...spellings(takeInteger('log.origin.file.line'), 'lineno', 'line'),
  ...spellings(takeText('log.origin.function'), 'funcName', 'func_name', 'function'),
};

/** python-json-logger with any fields of a LogRecord; the text of exc_info stays for the grouping of errors. */
export const PYTHON_JSON_LOGGER: Convention = { takes: { ...PYTHON, name: takeText('log.logger') } };

/** structlog's JSONRenderer: the event is the message, an exception a text, or the frames of dict_tracebacks. */
export const STRUCTLOG: Convention = {
  takes: {
    ...PYTHON,
    event: takeMessage(-1),
    exception: (into, value) => typeof value === 'string' && takeStack(into, value),
  },
};
