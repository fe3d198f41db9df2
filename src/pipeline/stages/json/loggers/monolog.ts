import type { JsonValue } from '../../../../model/event.ts';
import { levelOfWord } from '../../../../model/log-level.ts';
import { setClient, setHost, setUrl } from '../../http/fields.ts';
import { GENERIC_TAKES } from '../generic.ts';
import { type Convention, type Take, takeInteger, takeText, takeTime } from '../mapper.ts';
import { spellings } from '../takes.ts';
import { levelOfNumber } from './words.ts';

/** RFC 5424's severities as Monolog numbers them: github.com/Seldaek/monolog, "Log Levels". */
const STEPS = [
  [0, 'debug'],
  [200, 'info'],
  [300, 'warn'],
  [400, 'error'],
  [500, 'fatal'],
] as const;

/** The number says what the word beside it says; the word is what stays as the source's own. */
const level: Take = (into, value) => {
  if (typeof value === 'string') return levelName(into, value);
  if (typeof value !== 'number') return false;
  into.event['log.level'] ??= levelOfNumber(value, STEPS);
  into.event[`${into.dataset}.level_value`] = value;
  return true;
};

const levelName: Take = ({ event, dataset }, value) => {
  if (typeof value !== 'string' || value === '') return false;
  event['log.level'] = levelOfWord(value);
  event[`${dataset}.level`] = value;
  return true;
};

/** Version 1 wrote PHP's DateTime as an object: date, timezone_type, timezone. */
const datetime: Take = (into, value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return takeTime(0)(into, value);
  const { date, timezone } = value as Readonly<Record<string, JsonValue>>;
  if (typeof date !== 'string') return false;
  if (typeof timezone !== 'string') return takeTime(0)(into, date);
  if (/^[+-]\d\d:\d\d$/.test(timezone)) return takeTime(0)(into, `${date.replace(' ', 'T')}${timezone}`);
  return takeTime(0)(into, timezone === 'UTC' ? `${date.replace(' ', 'T')}Z` : `${date} ${timezone}`);
};

const text = (set: (event: Parameters<Take>[0]['event'], value: string) => unknown): Take => {
  return ({ event }, value) => typeof value === 'string' && value !== '' && set(event, value) !== false;
};

/** Monolog: JsonFormatter and LogstashFormatter, with what WebProcessor and IntrospectionProcessor add. */
export const MONOLOG: Convention = {
  takes: {
    ...GENERIC_TAKES,
    // LogstashFormatter of 1 has all but the message below @fields.
    ...spellings(level, 'level', 'monolog_level', '@fields.level'),
    level_name: levelName,
    datetime,
    ...spellings(takeText('log.logger'), 'channel', '@fields.channel'),
    'extra.url': text(setUrl),
    'extra.server': text(setHost),
    'extra.ip': text(setClient),
    'extra.http_method': takeText('http.request.method'),
    'extra.referrer': takeText('http.request.referrer'),
    'extra.user_agent': takeText('user_agent.original'),
    'extra.process_id': takeInteger('process.pid'),
    'extra.hostname': takeText('host.name'),
    'extra.file': takeText('log.origin.file.name'),
    'extra.line': takeInteger('log.origin.file.line'),
    'extra.function': takeText('log.origin.function'),
  },
};
