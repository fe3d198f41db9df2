import { isIP } from 'node:net';
import { Type } from 'typebox';
import type { Event } from '../../model/event.ts';
import { Rejected } from '../../model/rejected.ts';
import { defineStage, type StageContext } from '../stage.ts';
import { readSlowQuery, readValue, type SlowQuery } from './mysql/slow-query.ts';
import { compileTime } from './time/format.ts';
import { isoOf } from './time/iso.ts';

const options = Type.Object(
  { field: Type.String({ minLength: 1, default: 'message', description: 'field with the block; it stays as it is' }) },
  { additionalProperties: false },
);

/** Names of one thing in several versions; others are called by their key in small letters. */
const NAMES: Readonly<Record<string, string>> = {
  Id: 'thread_id',
  QC_hit: 'query_cache_hit',
  QC_Hit: 'query_cache_hit',
  Lock_time: 'lock_time.sec',
  Errno: 'last_errno',
  Created_tmp_tables: 'tmp_tables',
  Created_tmp_disk_tables: 'tmp_disk_tables',
};
const TEXTS = new Set(['Schema', 'InnoDB_trx_id', 'Stored_routine', 'Log_slow_rate_type']);
const MOMENTS: Readonly<Record<string, string>> = { Start: 'event.start', End: 'event.end' };
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

function timeReader({ timezone, sourceTime }: StageContext): (text: string) => number {
  const settings = { timezone, sourceTime };
  const readers = ['ISO8601', 'yyMMdd H:mm:ss', 'yyMMdd H:mm:ss.S'].map((format) => compileTime(format, settings));
  return (text) => {
    for (const read of readers) {
      const ms = read(text);
      if (!Number.isNaN(ms)) return ms;
    }
    return Number.NaN;
  };
}

function fillAccount(event: Event, { user, login, domain, ip }: NonNullable<SlowQuery['account']>, dataset: string) {
  const name = user === '' ? login : user;
  if (name !== '') event['user.name'] = name;
  if (login !== '') event[`${dataset}.current_user`] = login;
  if (domain !== '') event['source.domain'] = domain;
  if (ip !== '') event[isIP(ip) === 0 ? `${dataset}.ip` : 'source.ip'] = ip;
  const address = ip === '' ? domain : ip;
  if (address !== '') event['source.address'] = address;
}

function fillPair(event: Event, key: string, text: string, dataset: string): void {
  const moment = Object.hasOwn(MOMENTS, key) ? MOMENTS[key] : undefined;
  if (moment !== undefined && MOMENT.test(text)) {
    event[moment] = text;
    return;
  }
  if (key === 'Query_time' && /^\d{1,9}(?:\.\d{1,9})?$/.test(text)) {
    event['event.duration'] = Math.round(Number(text) * 1e9);
    return;
  }
  const name = Object.hasOwn(NAMES, key) ? NAMES[key]! : key.toLowerCase();
  const value = TEXTS.has(key) ? text : readValue(text);
  if (value !== undefined && value !== '') event[`${dataset}.${name}`] = value;
}

/**
 * `@timestamp` is the beginning of the statement where the block says it (SET timestamp), else its "# Time". A block that
 * is nothing but its "# Time" gives that time and `<dataset>.part: time`, the lines a server writes when it opens the file
 * `<dataset>.part: start`. Formats: the manuals of MySQL and MariaDB, "The Slow Query Log", and of Percona Server.
 */
export const parseSlowQuery = defineStage({
  name: 'parse-slow-query',
  summary: 'reads blocks of the slow query log of MySQL, MariaDB and Percona Server',
  form: 'map',
  options,
  examples: [
    {
      title: 'a block of MySQL 5.7',
      options: {},
      in: {
        message:
          '# User@Host: root[root] @ db1 [10.0.0.7]  Id:  7234\n# Query_time: 15.000223  Lock_time: 0.000061 Rows_sent: 1  Rows_examined: 0\nSET timestamp=1533630467;\nselect sleep(15);',
      },
      out: {
        message:
          '# User@Host: root[root] @ db1 [10.0.0.7]  Id:  7234\n# Query_time: 15.000223  Lock_time: 0.000061 Rows_sent: 1  Rows_examined: 0\nSET timestamp=1533630467;\nselect sleep(15);',
        'user.name': 'root',
        'example.log.current_user': 'root',
        'source.domain': 'db1',
        'source.ip': '10.0.0.7',
        'source.address': '10.0.0.7',
        'example.log.thread_id': 7234,
        'event.duration': 15_000_223_000,
        'example.log.lock_time.sec': 0.000061,
        'example.log.rows_sent': 1,
        'example.log.rows_examined': 0,
        'example.log.query': 'select sleep(15);',
        '@timestamp': '2018-08-07T08:27:47.000Z',
      },
    },
    {
      title: 'the line with the time, which MySQL writes once a second and before the block',
      options: {},
      in: { message: '# Time: 180613 11:04:36' },
      out: { message: '# Time: 180613 11:04:36', '@timestamp': '2018-06-13T11:04:36.000Z', 'example.log.part': 'time' },
    },
    {
      title: 'another kind of text is rejected',
      options: {},
      in: { message: 'select 1;' },
      rejected: { reason: 'unparsable', field: 'message' },
    },
  ],
  create({ field }, context) {
    const { dataset } = context;
    const readTime = timeReader(context);
    return (event) => {
      const text = event[field];
      if (typeof text !== 'string') return event;
      const block = readSlowQuery(text);
      if (block === undefined) {
        if (!/^[^\n]{1,1000}, Version: [^\n]{1,1000}started with:/.test(text))
          return new Rejected('unparsable', 'it is no block of a slow query log', field);
        event[`${dataset}.part`] = 'start';
        return event;
      }
      return fill(event, block, dataset, readTime);
    };
  },
});

function fill(event: Event, block: SlowQuery, dataset: string, readTime: (text: string) => number): Event | Rejected {
  const { time, account, pairs, notes, schema, timestamp, query } = block;
  const ms = timestamp === undefined ? (time === undefined ? undefined : readTime(time)) : timestamp * 1000;
  if (Number.isNaN(ms)) return new Rejected('invalid_time', `${JSON.stringify(time)} is no known time`, 'message');
  if (ms !== undefined) event['@timestamp'] = isoOf(ms);
  if (account === undefined && query === '') {
    event[`${dataset}.part`] = 'time';
    return event;
  }
  if (time !== undefined && timestamp !== undefined) event[`${dataset}.time`] = time;
  if (account !== undefined) fillAccount(event, account, dataset);
  for (const [key, value] of pairs) fillPair(event, key, value, dataset);
  if (schema !== undefined) event[`${dataset}.schema`] = schema;
  if (notes.length > 0) event[`${dataset}.notes`] = notes;
  if (query !== '') event[`${dataset}.query`] = query;
  return event;
}
