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

function number(value: JsonValue): number {
  return typeof value === 'string' && value.trim() !== ''
    ? Number(value)
    : typeof value === 'number'
      ? value
      : Number.NaN;
}

const status: Take = ({ event }, value) => setStatus(event, number(value));

const bytes: Take = ({ event }, value) => {
  // As in the text formats, `-` means none were sent.
  const size = value === '-' ? 0 : number(value);
  if (!Number.isSafeInteger(size) || size < 0) return false;
  event['http.response.body.bytes'] = size;
  return true;
};

/** Seconds with milliseconds, as nginx writes $request_time. */
const seconds: Take = ({ event }, value) => {
  const duration = number(value);
  if (!(duration >= 0 && duration < 1e6)) return false;
  event['event.duration'] = Math.round(duration * 1e9);
  return true;
};

const source = text(setSource);
const user = text((event, name) => {
  event['user.name'] = name;
});
const referrer = text((event, value) => {
  event['http.request.referrer'] = value;
});
const agent = text((event, value) => {
  event['user_agent.original'] = value;
});
const method = text((event, value) => {
  event['http.request.method'] = value;
});
const protocol = text((event, value) => {
  event['http.version'] = value.startsWith('HTTP/') ? value.slice(5) : value;
});
const url = text((event, value) => {
  if (event['url.original'] === undefined) setUrl(event, value);
});

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
    remote_user: user,
    request: text(setRequestLine),
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
    host: text(setHost),
    http_host: text(setHost),
    server_name: text(setHost),
    request_time: seconds,
    request_id: takeText('http.request.id'),
  },
};
