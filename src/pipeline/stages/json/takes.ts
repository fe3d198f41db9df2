import type { Event, JsonValue } from '../../../model/event.ts';
import { splitAddress } from '../http/endpoint.ts';
import { keep, type Take } from './mapper.ts';

/** Every spelling of a key takes the same way. */
export function spellings(take: Take, ...keys: readonly string[]): Record<string, Take> {
  return Object.fromEntries(keys.map((key) => [key, take]));
}

/** A level by a table of the source's own words (in small letters) or numbers; the word itself stays under the product. */
export function levelByTable(levelOf: (word: string) => string | undefined): Take {
  return (into, value) => {
    if ((typeof value !== 'string' && typeof value !== 'number') || value === '') return false;
    if (into.event['log.level'] !== undefined) return false;
    const level = levelOf(String(value));
    if (level === undefined) return false;
    into.event['log.level'] = level;
    keep(into.event, `${into.dataset}.level`, String(value));
    return true;
  };
}

/** Milliseconds, numbers or their text, kept in nanoseconds as ECS counts. */
export const takeMilliseconds: Take = ({ event }, value) => setDuration(event, value, 1e6);

function setDuration(event: Event, value: JsonValue, unit: number): boolean {
  const amount = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof amount !== 'number' || !(amount >= 0 && amount < 1e12) || event['event.duration'] !== undefined)
    return false;
  event['event.duration'] = Math.round(amount * unit);
  return true;
}

/** A stack trace: a text, or a list of its lines. */
export const takeStack: Take = ({ event }, value) => setStack(event, value);

export function setStack(event: Event, value: JsonValue): boolean {
  if (event['error.stack_trace'] !== undefined) return false;
  const text = Array.isArray(value) && value.every((line) => typeof line === 'string') ? value.join('\n') : value;
  if (typeof text !== 'string' || text === '') return false;
  event['error.stack_trace'] = text;
  return true;
}

/** Address and port of the other side: `[::1]:61598` is source.ip ::1 and source.port 61598; source.address stays whole. */
export const takeSource: Take = ({ event }, value) => {
  if (typeof value !== 'string' || value === '' || event['source.address'] !== undefined) return false;
  const { host, port, ip } = splitAddress(value);
  event['source.address'] = value;
  if (ip) event['source.ip'] = host;
  else event['source.domain'] = host;
  if (port !== undefined) event['source.port'] = port;
  return true;
};

/** `dir/file.go:42` into log.origin.file. */
export const takeCaller: Take = ({ event }, value) => {
  if (typeof value !== 'string' || event['log.origin.file.name'] !== undefined) return false;
  const colon = value.lastIndexOf(':');
  const line = colon > 0 ? value.slice(colon + 1) : '';
  if (!/^\d{1,9}$/.test(line)) return false;
  event['log.origin.file.name'] = value.slice(0, colon);
  event['log.origin.file.line'] = Number(line);
  return true;
};
