import { removeField } from '../../../model/event.ts';
import { levelOfWord } from '../../../model/log-level.ts';
import { setHost, setSource, setStatus, setUrl } from '../http/fields.ts';
import { GENERIC_TAKES, takeLevel } from './generic.ts';
import { type Convention, type Take, takeInteger, takeText } from './mapper.ts';
import { spellings, takeMilliseconds } from './takes.ts';

const LEVELS = new Set(['trace', 'debug', 'info', 'warn', 'error', 'fatal']);

/** Up to 7 the level is one of the tags, unless a key says it; they stay as they are. */
const tags: Take = ({ event }, value) => {
  if (!Array.isArray(value) || event['log.level'] !== undefined) return false;
  const level = value.map((tag) => levelOfWord(String(tag))).find((word) => LEVELS.has(word));
  if (level !== undefined) event['log.level'] = level;
  return false;
};

/** What a key says goes before a tag, which leaves no word of the level under the product. */
const level: Take = (into, value) => {
  if (into.event[`${into.dataset}.level`] === undefined) removeField(into.event, 'log.level');
  return takeLevel(into, value);
};

const url: Take = ({ event }, value) => {
  if (typeof value !== 'string' || value === '') return false;
  setUrl(event, value);
  return true;
};

/** Up to 7 the path of an error's request has its query. */
const path: Take = (into, value) => {
  if (typeof value === 'string' && value.includes('?')) return url(into, value);
  return takeText('url.path')(into, value);
};

const address: Take = ({ event }, value) => {
  if (typeof value !== 'string' || value === '') return false;
  setSource(event, value);
  return true;
};

const status: Take = ({ event }, value) =>
  typeof value === 'number' && (event['http.response.status_code'] === value || setStatus(event, value));

/** Said twice in a line, the same both times. */
function once(field: string): Take {
  const take = takeText(field);
  return (into, value) => into.event[field] === value || take(into, value);
}

const host: Take = ({ event, own }, value) => {
  if (typeof value !== 'string') return false;
  setHost(event, value);
  event[own] = value;
  return true;
};

/**
 * Kibana's log: of 5 to 7 `type: log` and `type: response` with the request below `req`, of 7.10 and later by loggers
 * (`context`), of 8 and 9 in ECS.
 */
export const KIBANA: Convention = {
  // What events of its audit log say of themselves: `kibana.space_id`.
  ownName: (name) => name.replace(/^kibana\./, ''),
  takes: {
    ...GENERIC_TAKES,
    tags,
    level,
    context: takeText('log.logger'),
    ...spellings(once('http.request.method'), 'method', 'req.method'),
    ...spellings(status, 'statusCode', 'res.statusCode'),
    ...spellings(once('http.request.referrer'), 'req.referer', 'req.headers.referer'),
    'req.url': url,
    'url.path': path,
    'req.remoteAddress': address,
    'req.headers.user-agent': takeText('user_agent.original'),
    'req.headers.host': host,
    ...spellings(takeMilliseconds, 'res.responseTime', 'http.response.responseTime'),
    'res.contentLength': takeInteger('http.response.body.bytes'),
  },
};
