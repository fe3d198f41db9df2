import type { JsonValue } from '../../../model/event.ts';
import { isNone, setHost, setRequestLine, setSource, setStatus, setUrl } from '../http/fields.ts';
import { TRACE_TAKES } from './generic.ts';
import { type Convention, type Take, takeText, takeTime } from './mapper.ts';

/** Keys of web servers' JSON access logs: nginx's usual `log_format` names and its variables' own names. */
type Text = (event: Parameters<Take>[0]['event'], text: string) => unknown;

/** A text; `-` and the empty text say "none" and are left out, as the text formats leave them out. */
function text(set: Text): Take {
  return ({ event }, value) => {
    if (value === null) return true;
    if (typeof value !== 'string' && typeof value !== 'number') return false;
    const plain = String(value);
    return isNone(plain) || set(event, plain) !== false;
  };
}

/**
 * Servers write a thing under several keys, and other things under keys that look alike: the first value is the field's,
 * an equal one says nothing new, another one stays under the product.
 */
function first(field: string, take: Take): Take {
  return (into, value) => {
    const present = into.event[field];
    if (present === undefined || value === null) return take(into, value);
    const text = String(value);
    return isNone(text) || text === present || number(value) === present;
  };
}

/** Not where the line has said otherwise in parts; some write only the path here. */
const requestLine = text((event, line) => {
  if (line.startsWith('/') && event['url.original'] === undefined) return setUrl(event, line);
  const said = [event['http.request.method'], event['url.original'], event['http.version']];
  return said.every((part) => part === undefined || line.includes(String(part))) && setRequestLine(event, line);
});

function number(value: JsonValue): number {
  return typeof value === 'string' && value.trim() !== ''
    ? Number(value)
    : typeof value === 'number'
      ? value
      : Number.NaN;
}

const status = first('http.response.status_code', ({ event }, value) => setStatus(event, number(value)));

const bytes = first('http.response.body.bytes', ({ event }, value) => {
  // As in the text formats, `-` means none were sent.
  const size = value === '-' ? 0 : number(value);
  if (!Number.isSafeInteger(size) || size < 0) return false;
  event['http.response.body.bytes'] = size;
  return true;
});

/** Seconds with milliseconds, as nginx writes $request_time. */
const seconds = first('event.duration', ({ event }, value) => {
  const duration = number(value);
  if (!(duration >= 0 && duration < 1e6)) return false;
  event['event.duration'] = Math.round(duration * 1e9);
  return true;
});

/** A text that is a field as it is. */
function plain(field: string): Take {
  return first(
    field,
    text((event, value) => {
      event[field] = value;
    }),
  );
}

/** A whole number from 0 on, as it is or as a text. */
function whole(field: string): Take {
  return first(field, ({ event }, value) => {
    const size = number(value);
    if (!Number.isSafeInteger(size) || size < 0) return false;
    event[field] = size;
    return true;
  });
}

const source = first('source.address', text(setSource));
const user = plain('user.name');
const referrer = plain('http.request.referrer');
const agent = plain('user_agent.original');
const method = plain('http.request.method');
const version = plain('http.version');
const protocol: Take = (into, value) =>
  version(into, typeof value === 'string' && value.startsWith('HTTP/') ? value.slice(5) : value);
const url = first('url.original', text(setUrl));
const host = first('url.domain', text(setHost));
/** Apache writes it with its question mark. */
const query = first(
  'url.query',
  text((event, value) => {
    if (value !== '?') event['url.query'] = value.startsWith('?') ? value.slice(1) : value;
  }),
);

export const ACCESS: Convention = {
  takes: {
    ...TRACE_TAKES,
    time: takeTime(0),
    time_local: takeTime(1),
    time_iso8601: takeTime(2),
    '@timestamp': takeTime(3),
    timestamp: takeTime(4),
    msec: takeTime(5),
    remote_ip: source,
    remote_addr: source,
    client_ip: source,
    clientip: source,
    remoteIP: source,
    remote_user: user,
    request: requestLine,
    request_method: method,
    method,
    request_uri: url,
    uri: url,
    server_protocol: protocol,
    status,
    response: status,
    bytes,
    body_bytes_sent: bytes,
    bytes_sent: bytes,
    referrer,
    referer: referrer,
    http_referrer: referrer,
    http_referer: referrer,
    agent,
    user_agent: agent,
    http_user_agent: agent,
    userAgent: agent,
    host,
    http_host: host,
    server_name: host,
    vhost: host,
    path: url,
    query,
    query_string: query,
    request_query: query,
    scheme: plain('url.scheme'),
    request_proto: protocol,
    remote_port: whole('source.port'),
    request_length: whole('http.request.bytes'),
    request_time: seconds,
    duration: seconds,
    request_id: takeText('http.request.id'),
  },
};
