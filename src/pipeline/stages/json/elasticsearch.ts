import { levelOfWord } from '../../../model/log-level.ts';
import { setUrl } from '../http/fields.ts';
import { GENERIC_TAKES } from './generic.ts';
import { type Convention, type Take, takeText } from './mapper.ts';
import { levelByTable, takeMilliseconds, takeSource, takeStack } from './takes.ts';

/** Elasticsearch's own levels stand right above and below WARN: its class DeprecationLogger, "Level CRITICAL". */
const LEVELS: Readonly<Record<string, string>> = { DEPRECATION: 'warn', CRITICAL: 'warn' };
const level = levelByTable((word) => LEVELS[word] ?? levelOfWord(word));

/** The audit log has the path and the query of a request in two keys, in this order. */
const path: Take = ({ event }, value) => {
  if (typeof value !== 'string' || event['url.original'] !== undefined) return false;
  setUrl(event, value);
  return true;
};

const query: Take = ({ event }, value) => {
  if (typeof value !== 'string') return false;
  event['url.query'] = value;
  const original = event['url.original'];
  if (typeof original === 'string') event['url.original'] = `${original}?${value}`;
  return true;
};

/** `[index/id][shard]`, all that slow logs have for a message; the line itself then stays the message. */
const shard: Take = (into, value) => {
  if (typeof value !== 'string') return false;
  const match = /^\[([^\]/[]{1,255})(?:\/([^\]]{1,64}))?\](?:\[(\d{1,9})\])?$/.exec(value);
  if (match === null) return false;
  const { event, dataset } = into;
  event[`${dataset}.index.name`] = match[1]!;
  if (match[2] !== undefined) event[`${dataset}.index.id`] = match[2];
  if (match[3] !== undefined) event[`${dataset}.shard.id`] = Number(match[3]);
  return true;
};

const logMessage: Take = (into, value) => shard(into, value) || GENERIC_TAKES['message']!(into, value);

/** What the slow log calls a number is a number, though Elasticsearch 7 writes it as text. */
const count: Take = (into, value) => {
  if (typeof value !== 'string' || !/^\d{1,15}$/.test(value)) return false;
  into.event[into.own] = Number(value);
  return true;
};

const took: Take = (into, value) => {
  takeMilliseconds(into, value);
  return count(into, value);
};

/** Of queries in ES|QL in nanoseconds, which stay under the product too: elastic.co, "ES|QL Query log". */
const tookNanos: Take = ({ event, own }, value) => {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) return false;
  event['event.duration'] ??= value;
  event[own] = value;
  return true;
};

/** The kind of a request (`rest`, `transport`, `ip_filter`) is no event.type of ECS. */
const layer: Take = ({ event, dataset }, value) => {
  event[`${dataset}.layer`] = value;
  return true;
};

function slowlog(prefix: string): Record<string, Take> {
  return { [`${prefix}took_millis`]: took, [`${prefix}total_shards`]: count };
}

/**
 * Elasticsearch's JSON logs of 6 (audit), 7 (all) and 8 (ECS). Keys outside ECS are called by their name without the
 * product's: `elasticsearch.node.name` of 8 and `node.name` of 7 are one field.
 */
export const ELASTICSEARCH: Convention = {
  ownName: (name) => name.replace(/^elasticsearch\.(?:(?:server|deprecation|slowlog|audit|gc)\.)?/, ''),
  takes: {
    ...GENERIC_TAKES,
    level,
    'log.level': level,
    message: logMessage,
    'elasticsearch.slowlog.message': shard,
    component: takeText('log.logger'),
    stacktrace: takeStack,
    ...slowlog(''),
    ...slowlog('elasticsearch.slowlog.'),
    'elasticsearch.querylog.took': tookNanos,
    'event.type': layer,
    'origin.address': takeSource,
    'url.path': path,
    'url.query': query,
    'request.method': takeText('http.request.method'),
    'request.body': takeText('http.request.body.content'),
    'request.id': takeText('http.request.id'),
  },
};
