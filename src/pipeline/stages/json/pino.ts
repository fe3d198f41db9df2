import type { JsonValue } from '../../../model/event.ts';
import { levelOfPino } from '../../../model/log-level.ts';
import { setClient, setHost, setStatus, setUrl } from '../http/fields.ts';
import { GENERIC_TAKES, takeError, takeLevel } from './generic.ts';
import type { Convention, Take } from './mapper.ts';

/**
 * pino, pino-http and fastify. Each take names its fields as constants: V8 keeps an object fast only while its many
 * keys come from the program text, and every line of a busy service passes here.
 */
const LEVEL_TEXT: Record<number, string> = { 10: '10', 20: '20', 30: '30', 40: '40', 50: '50', 60: '60' };

/** The convention for a dataset; the key of the source's own level is worked out once. */
export function pinoConvention(dataset: string): Convention {
  const ownLevel = `${dataset}.level`;
  const level: Take = (into, value) => {
    if (typeof value !== 'number' || into.event['log.level'] !== undefined) return takeLevel(into, value);
    into.event['log.level'] = levelOfPino(value);
    into.event[ownLevel] = LEVEL_TEXT[value] ?? String(value);
    return true;
  };
  return { takes: { ...GENERIC_TAKES, ...PINO_TAKES, level } };
}

const pid: Take = ({ event }, value) => {
  if (typeof value !== 'number' || !Number.isInteger(value)) return false;
  event['process.pid'] = value;
  return true;
};

const hostname: Take = ({ event }, value) => {
  if (typeof value !== 'string' || value === '') return false;
  event['host.name'] = value;
  return true;
};

/** pino's name is that of the service or of one of its loggers; the first reading is the more useful one. */
const name: Take = ({ event }, value) => {
  if (typeof value !== 'string' || value === '' || event['service.name'] !== undefined) return false;
  event['service.name'] = value;
  return true;
};

const requestId: Take = ({ event }, value) => {
  if ((typeof value !== 'string' && typeof value !== 'number') || event['http.request.id'] !== undefined) return false;
  event['http.request.id'] = typeof value === 'string' ? value : String(value);
  return true;
};

const method: Take = ({ event }, value) => {
  if (typeof value !== 'string') return false;
  event['http.request.method'] = value;
  return true;
};

const url: Take = ({ event }, value) => {
  if (typeof value !== 'string' || value === '') return false;
  setUrl(event, value);
  return true;
};

const remoteAddress: Take = ({ event }, value) => typeof value === 'string' && setClient(event, value);

const remotePort: Take = ({ event }, value) => {
  if (typeof value !== 'number' || !Number.isInteger(value)) return false;
  event['client.port'] = value;
  return true;
};

const host: Take = ({ event }, value) => {
  if (typeof value !== 'string' || value === '' || event['url.domain'] !== undefined) return false;
  setHost(event, value);
  return true;
};

const statusCode: Take = ({ event }, value) => typeof value === 'number' && setStatus(event, value);

/** Milliseconds, kept in nanoseconds as ECS counts. */
const responseTime: Take = ({ event }, value: JsonValue) => {
  if (typeof value !== 'number' || !(value >= 0)) return false;
  event['event.duration'] = Math.round(value * 1e6);
  return true;
};

const userAgent: Take = ({ event }, value) => {
  if (typeof value !== 'string' || value === '') return false;
  event['user_agent.original'] = value;
  return true;
};

const referrer: Take = ({ event }, value) => {
  if (typeof value !== 'string' || value === '') return false;
  event['http.request.referrer'] = value;
  return true;
};

const PINO_TAKES: Record<string, Take> = {
  pid,
  hostname,
  name,
  reqId: requestId,
  'req.id': requestId,
  'req.method': method,
  'req.url': url,
  'req.remoteAddress': remoteAddress,
  'req.remotePort': remotePort,
  'req.hostname': host,
  'req.host': host,
  'req.headers.host': host,
  'req.headers.user-agent': userAgent,
  'req.headers.referer': referrer,
  'res.statusCode': statusCode,
  responseTime,
  err: takeError,
};
