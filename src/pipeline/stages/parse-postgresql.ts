import { Type } from 'typebox';
import type { Event } from '../../model/event.ts';
import { Rejected } from '../../model/rejected.ts';
import { defineStage, optionFault } from '../stage.ts';
import { splitAddress } from './http/endpoint.ts';
import { readAnyPrefix } from './postgresql/any-prefix.ts';
import { compilePrefix, type Prefix } from './postgresql/prefix.ts';
import { severityOf } from './postgresql/severity.ts';

/**
 * The default of PostgreSQL, those of Debian, Red Hat, Azure, Amazon RDS, Cloud SQL and of pgBadger's manual, and what is
 * common besides. The first whose end is followed by a severity counts, so the fuller ones come first.
 */
const COMMON: readonly string[] = [
  '%m [%p-%l] %q%u@%d/%a ',
  '%m [%p-%l] %q%u@%d ',
  '%m [%p] %q%u@%d/%a ',
  '%m [%p] %q[%a] %u@%d ',
  '%m [%p] %q%u@%d ',
  '%t [%p-%l] %q%u@%d ',
  '%t [%p] %q%u@%d ',
  '%m [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ',
  '%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ',
  '%m [%p]: user=%u,db=%d,app=%a,client=%h ',
  '%t [%p]: user=%u,db=%d,app=%a,client=%h ',
  '%m [%p]: db=%d,user=%u,app=%a,client=%h ',
  '%t [%p]: db=%d,user=%u,app=%a,client=%h ',
  '%m [%p] %quser=%u,db=%d,app=%a,client=%h ',
  '%t [%p] %quser=%u,db=%d,app=%a,client=%h ',
  '%m [%p]: [%l-1] db=%d,user=%u,app=%a,client=%h ',
  '%t [%p]: [%l-1] db=%d,user=%u,app=%a,client=%h ',
  '%m [%p]: [%l-1] db=%d,user=%u ',
  '%t [%p]: [%l-1] db=%d,user=%u ',
  '%m [%p]: [%l-1] user=%u,db=%d ',
  '%t [%p]: [%l-1] user=%u,db=%d ',
  '%m [%p]: [%l-1] %q%u@%d ',
  '%t [%p]: [%l-1] %q%u@%d ',
  '%t:%r:%u@%d:[%p]:',
  '%m:%r:%u@%d:[%p]:',
  '%t:%r:%u@%d:[%p]:%l:%e:%s:%v:%x:%c:%q%a:',
  '%m:%r:%u@%d:[%p]:%l:%e:%s:%v:%x:%c:%q%a:',
  '%t-%c-',
  '%m-%c-',
  '%t [%p] [%c] %u@%d %h ',
  '%m [%p] %u@%d %h ',
  '%h %m [%p] %q%u@%d ',
  '%t [%p]: [%l-1] %c %x %d %u %a %h ',
  '%m [%p]: [%l-1] %c %x %d %u %a %h ',
  '%m [%p] %r %u@%d ',
  '%m %u@%d %r [%p] ',
  '%t %u@%d %r [%p] ',
  '%m %u@%d [%p] ',
  '%t %u@%d [%p] ',
  '%m,%u,%d,%p,%r,',
  '%t,%u,%d,%p,%r,',
  '%m [%p] %e ',
  '%m [%p] %c ',
  '%m [%p:%l] ',
  '%m %d %u [%p]',
  '%t %d %u [%p]',
  '%m [%p]: ',
  '%t [%p]: ',
  '%m [%p] ',
  '%t [%p] ',
  '%n [%p] ',
  '%m ',
  '%t ',
  '%n ',
  '[%p] ',
  '',
];

const options = Type.Object(
  {
    field: Type.String({ minLength: 1, default: 'message', description: 'field with the line' }),
    prefixes: Type.Array(Type.String(), {
      default: [],
      description: 'log_line_prefix of the server, as its configuration has it; tried before the common ones',
    }),
    line: Type.Optional(Type.String({ minLength: 1, description: 'field that gets the line as it came' })),
  },
  { additionalProperties: false },
);

/** Any language's word, two blanks (one in some translations), the text. */
const REPORT = /^ ?([\p{Lu}\p{Lo}ー][\p{Lu}\p{Lo}ー\d]{0,19})[ \u00a0]?: {1,2}([\s\S]*)$/u;
/** What log_error_verbosity = verbose puts before a text; every class or code of SQLSTATE has a digit. */
const STATE = /^(?=.{0,4}\d)([0-9A-Z]{5}): /;

const ECS: Readonly<Record<string, string>> = { user: 'user.name', pid: 'process.pid' };
const NUMBERS = new Set(['pid', 'leader_pid', 'session_line', 'transaction_id']);

type Compiled = Prefix & { readonly fields: readonly { readonly name: string; readonly field: string }[] };

function compile(prefix: string, dataset: string, isGuess: boolean): Compiled {
  const compiled = compilePrefix(prefix, isGuess);
  return {
    ...compiled,
    fields: compiled.groups.map((name) => ({ name, field: ECS[name] ?? `${dataset}.${name}` })),
  };
}

function fill(event: Event, { fields }: Compiled, match: RegExpExecArray, dataset: string): void {
  for (let index = 0; index < fields.length; index++) {
    const { name, field } = fields[index]!;
    fillOne(event, name, field, match[index + 1], dataset);
  }
}

function fillOne(event: Event, name: string, field: string, text: string | undefined, dataset: string): void {
  if (text === undefined || text === '') return;
  if (name === 'remote' || name === 'host') fillRemote(event, text, dataset);
  else if (NUMBERS.has(name)) event[field] = Number(text);
  else event[field] = text === '[unknown]' ? 'unknown' : text;
}

/** Level and text of what follows a prefix; false where no severity does. */
function fillReport(event: Event, rest: string, dataset: string): boolean {
  const report = REPORT.exec(rest);
  if (report === null) return false;
  const { level, part } = severityOf(report[1]!);
  event['log.level'] = level;
  event[`${dataset}.level`] = report[1]!;
  if (part !== undefined) event[`${dataset}.part`] = part;
  const state = STATE.exec(report[2]!);
  if (state !== null) event[`${dataset}.sql_state`] = state[1]!;
  event['message'] = state === null ? report[2]! : report[2]!.slice(7);
  return true;
}

/** `10.0.0.7(4711)`, `::1(4711)`, `[local]`. */
function fillRemote(event: Event, text: string, dataset: string): void {
  if (text === '[local]' || text === 'local' || text === '[unknown]') {
    event[`${dataset}.remote`] = text;
    return;
  }
  const match = /^(.{1,255})\((\d{1,5})\)$/.exec(text);
  const { host, ip } = splitAddress(match?.[1] ?? text);
  event['source.address'] = host;
  event[ip ? 'source.ip' : 'source.domain'] = host;
  if (match !== null) event['source.port'] = Number(match[2]);
}

/**
 * A line is a prefix, the severity with a colon, and a text. The time stays as text under the dataset (`time`, or `epoch`
 * of %n), for parse-time.
 */
export const parsePostgresql = defineStage({
  name: 'parse-postgresql',
  summary: 'reads lines of PostgreSQL’s text log with any common log_line_prefix',
  form: 'map',
  options,
  examples: [
    {
      title: 'Debian’s prefix, in a session',
      options: {},
      in: { message: '2017-07-31 13:36:43.557 CEST [4983] bob@shop ERROR:  relation "x" does not exist' },
      out: {
        message: 'relation "x" does not exist',
        'example.log.time': '2017-07-31 13:36:43.557 CEST',
        'process.pid': 4983,
        'user.name': 'bob',
        'example.log.database': 'shop',
        'log.level': 'error',
        'example.log.level': 'ERROR',
      },
    },
    {
      title: 'a prefix of one’s own',
      options: { prefixes: ['<%u on %d from %r> '] },
      in: { message: '<bob on shop from 10.0.0.7(4711)> HINT:  try again' },
      out: {
        message: 'try again',
        'user.name': 'bob',
        'example.log.database': 'shop',
        'source.address': '10.0.0.7',
        'source.ip': '10.0.0.7',
        'source.port': 4711,
        'log.level': 'hint',
        'example.log.level': 'HINT',
        'example.log.part': 'hint',
      },
    },
    {
      title: 'a prefix that is none of the common ones: what it says by its shape',
      options: {},
      in: { message: '2017-07-31 13:36:43.557 CEST|4983|bob@shop|10.0.0.7(4711)|LOG:  checkpoint starting: time' },
      out: {
        message: 'checkpoint starting: time',
        'example.log.time': '2017-07-31 13:36:43.557 CEST',
        'example.log.prefix': '2017-07-31 13:36:43.557 CEST|4983|bob@shop|10.0.0.7(4711)|',
        'user.name': 'bob',
        'example.log.database': 'shop',
        'source.address': '10.0.0.7',
        'source.ip': '10.0.0.7',
        'source.port': 4711,
        'log.level': 'info',
        'example.log.level': 'LOG',
      },
    },
    {
      title: 'a line without a severity is rejected',
      options: {},
      in: { message: '\tORDER BY 1;' },
      rejected: { reason: 'unparsable', field: 'message' },
    },
  ],
  create({ field, prefixes, line }, { dataset }) {
    const compiled = [...prefixes, ...COMMON].map((prefix, index) => {
      try {
        return compile(prefix, dataset, index >= prefixes.length);
      } catch (error) {
        if (error instanceof RangeError) throw optionFault(`prefixes[${index}]`, error.message);
        throw error;
      }
    });
    return (event) => {
      const text = event[field];
      if (typeof text !== 'string') return event;
      for (const one of compiled) {
        const match = one.regex.exec(text);
        if (match === null || !fillReport(event, text.slice(match[0].length), dataset)) continue;
        if (line !== undefined) event[line] = text;
        fill(event, one, match, dataset);
        return event;
      }
      const any = readAnyPrefix(text);
      if (any !== undefined && fillReport(event, text.slice(any.length), dataset)) {
        if (line !== undefined) event[line] = text;
        for (const [name, value] of any.values) fillOne(event, name, ECS[name] ?? `${dataset}.${name}`, value, dataset);
        return event;
      }
      return new Rejected('unparsable', 'no common log_line_prefix and severity begin the line', field);
    };
  },
});
