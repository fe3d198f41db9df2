import { GENERIC_TAKES } from '../json/generic.ts';
import { type Convention, takeInteger, takeMessage, takeText, takeTime } from '../json/mapper.ts';
import { WINDOWS } from '../json/windows.ts';

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
