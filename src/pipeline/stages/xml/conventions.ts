import { asObject } from '../errors/fields.ts';
import { GENERIC_TAKES } from '../json/generic.ts';
import { type Convention, type Take, takeInteger, takeMessage, takeText, takeTime } from '../json/mapper.ts';
import { WINDOWS } from '../json/windows.ts';

const takeError = GENERIC_TAKES['exception']!;

/** java.util.logging has the whole head of what was thrown for its message: `java.lang.Error: boom`. */
const exception: Take = (into, value) => {
  const { message } = asObject(value) ?? {};
  const match =
    typeof message === 'string'
      ? /^([A-Za-z_$][\w$]{0,100}(?:\.[\w$]{1,100}){1,20}):? ?([\s\S]*)$/.exec(message)
      : null;
  if (match === null) return takeError(into, value);
  return takeError(into, { type: match[1]!, ...asObject(value), message: match[2]! });
};

/** What loggers that write XML mean: log4j's XMLLayout, java.util.logging's XMLFormatter and others. */
export const XML_GENERIC: Convention = {
  takes: {
    ...GENERIC_TAKES,
    instant: takeTime(1),
    // log4j 2 writes names of elements in capitals, and two times.
    timeMillis: takeTime(1),
    Message: takeMessage(0),
    'Thrown.name': takeText('error.type'),
    'Thrown.message': takeText('error.message'),
    'Source.file': takeText('log.origin.file.name'),
    'Source.line': takeInteger('log.origin.file.line'),
    'Source.method': takeText('log.origin.function'),
    'locationInfo.file': takeText('log.origin.file.name'),
    'locationInfo.line': takeInteger('log.origin.file.line'),
    'locationInfo.method': takeText('log.origin.function'),
    exception,
    // The date of java.util.logging is in the zone of its machine, without a name; the milliseconds are exact.
    millis: takeTime(1),
    date: takeTime(4),
    thread: takeText('process.thread.name'),
    throwable: takeText('error.stack_trace'),
    method: takeText('log.origin.function'),
  },
};

/** An event of Windows whose XML also has the text that a person is shown. */
export const XML_WINDOWS: Convention = {
  ...WINDOWS,
  takes: { ...WINDOWS.takes, 'Event.RenderingInfo.Message': takeMessage(0) },
};
