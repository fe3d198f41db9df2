import { JAVA_TAKES } from '../log4j2.ts';
import { type Convention, takeInteger, takeMessage, takeText } from '../mapper.ts';

/**
 * logstash-logback-encoder, logback's own JsonEncoder (1.3.8, 1.5 and later) and logback-contrib's JsonLayout. The
 * encoder has the template in `message` and what it makes of it in `formattedMessage`.
 */
export const LOGBACK: Convention = {
  takes: {
    ...JAVA_TAKES,
    formattedMessage: takeMessage(-1),
    sequenceNumber: takeInteger('event.sequence'),
    HOSTNAME: takeText('host.name'),
    'mdc.traceId': takeText('trace.id'),
    'mdc.trace_id': takeText('trace.id'),
    'mdc.spanId': takeText('span.id'),
    'mdc.span_id': takeText('span.id'),
  },
};
