import { setClient, setStatus, setUrl } from '../../http/fields.ts';
import { JAVA_TAKES } from '../log4j2.ts';
import { type Convention, type Take, takeInteger, takeMessage, takeText } from '../mapper.ts';
import { takeMilliseconds } from '../takes.ts';

/** Of a request the method is HTTP's, of a line of code the caller's. */
const method: Take = (into, value) =>
  takeText(/^[A-Z]{3,10}$/.test(String(value)) ? 'http.request.method' : 'log.origin.function')(into, value);

/** `GET /a?b=1 HTTP/1.1`. */
const requestLine: Take = ({ event, own }, value) => {
  if (typeof value !== 'string') return false;
  event[own] = value;
  const target = /^\S{1,20} (\S{1,16000})(?: HTTP\/\d(?:\.\d)?)?$/.exec(value)?.[1];
  if (target !== undefined) setUrl(event, target);
  return true;
};

/** The encoder's requests (LogstashAccessEncoder): github.com/logfellow/logstash-logback-encoder, "AccessEvent fields". */
const ACCESS: Readonly<Record<string, Take>> = {
  method,
  requested_url: requestLine,
  requested_uri: (into, value) => {
    into.event[into.own] = value;
    return takeText('url.path')(into, value) || true;
  },
  status_code: ({ event }, value) => typeof value === 'number' && setStatus(event, value),
  remote_host: ({ event }, value) => typeof value === 'string' && setClient(event, value),
  remote_user: takeText('user.name'),
  content_length: takeInteger('http.response.body.bytes'),
  elapsed_time: takeMilliseconds,
};

/**
 * logstash-logback-encoder, logback's own JsonEncoder (1.3.8, 1.5 and later) and logback-contrib's JsonLayout. The
 * encoder has the template in `message` and what it makes of it in `formattedMessage`.
 */
export const LOGBACK: Convention = {
  takes: {
    ...JAVA_TAKES,
    ...ACCESS,
    formattedMessage: takeMessage(-1),
    sequenceNumber: takeInteger('event.sequence'),
    HOSTNAME: takeText('host.name'),
    'mdc.traceId': takeText('trace.id'),
    'mdc.trace_id': takeText('trace.id'),
    'mdc.spanId': takeText('span.id'),
    'mdc.span_id': takeText('span.id'),
  },
};
