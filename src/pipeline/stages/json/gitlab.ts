import { setUrl } from '../http/fields.ts';
import { also, alsoSource, asText } from './audit-takes.ts';
import { takeError, takeLevel } from './generic.ts';
import { type Convention, type Take, takeMessage, takeText, takeTime } from './mapper.ts';
import { takeMilliseconds, takeStack } from './takes.ts';

/** A status of HTTP, number or text. */
const status: Take = ({ event }, value) => {
  const code = Number(value);
  if (!Number.isInteger(code) || code < 100 || code > 999) return false;
  event['http.response.status_code'] = code;
  event['event.outcome'] = code >= 400 ? 'failure' : 'success';
  return true;
};

const seconds: Take = ({ event }, value) => {
  if (typeof value !== 'number' || !(value >= 0 && value < 1e9)) return false;
  event['event.duration'] = Math.round(value * 1e9);
  return true;
};

const path: Take = ({ event }, value) => {
  if (typeof value !== 'string' || value === '') return false;
  setUrl(event, value);
  return true;
};

const COMMON: Readonly<Record<string, Take>> = {
  time: takeTime(0),
  created_at: takeTime(1),
  severity: takeLevel,
  message: takeMessage(0),
  correlation_id: takeText('http.request.id'),
  'meta.remote_ip': alsoSource,
  'meta.user': also('user.name'),
  'exception.class': takeText('error.type'),
  'exception.message': takeText('error.message'),
  'exception.backtrace': takeStack,
  error: takeError,
};

/** GitLab's audit_json.log. */
export const GITLAB_AUDIT: Convention = {
  ecsName: () => '',
  takes: {
    ...COMMON,
    author_name: also('user.name'),
    author_id: also('user.id'),
    ip_address: alsoSource,
    event_name: also('event.action'),
    details: asText,
  },
};

/** GitLab's production_json.log and api_json.log: a request a line. */
export const GITLAB_REQUEST: Convention = {
  ecsName: () => '',
  takes: {
    ...COMMON,
    method: takeText('http.request.method'),
    path,
    status,
    remote_ip: alsoSource,
    ip: alsoSource,
    username: also('user.name'),
    user_id: also('user.id'),
    ua: takeText('user_agent.original'),
    host: takeText('url.domain'),
    duration_s: seconds,
    duration: takeMilliseconds,
    params: asText,
  },
};
