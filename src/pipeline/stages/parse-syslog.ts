import { Type } from 'typebox';
import { type Event, removeField } from '../../model/event.ts';
import { levelOfSyslog } from '../../model/log-level.ts';
import { Rejected } from '../../model/rejected.ts';
import { defineStage } from '../stage.ts';
import { FACILITIES, SEVERITIES } from './syslog/names.ts';
import { readHeadless, readSyslog, type SyslogLine } from './syslog/read-line.ts';
import { compileTime, type TimeReader } from './time/format.ts';
import { isoOf } from './time/iso.ts';

const options = Type.Object(
  {
    field: Type.String({ minLength: 1, default: 'message', description: 'field with the line' }),
    format: Type.Enum(['auto', 'rfc3164', 'rfc5424'], {
      default: 'auto',
      description: 'the layout; auto tries RFC 5424, then RFC 3164',
    }),
    otherwise: Type.Enum(['reject', 'pass', 'message'], {
      default: 'reject',
      description:
        'what becomes of a line that is no syslog: it is rejected, passed on as it is, or taken as a message without time and host, as relays do (RFC 3164, 4.3.3)',
    }),
  },
  { additionalProperties: false },
);

function setPriority(event: Event, priority: number): void {
  const facility = priority >> 3;
  event['log.syslog.priority'] = priority;
  event['log.syslog.facility.code'] = facility;
  event['log.syslog.facility.name'] = FACILITIES[facility]!;
  setSeverity(event, priority & 7);
}

function setSeverity(event: Event, severity: number): void {
  event['log.syslog.severity.code'] = severity;
  event['log.syslog.severity.name'] = SEVERITIES[severity]!;
  event['log.level'] = levelOfSyslog(severity)!;
}

function fill(event: Event, line: SyslogLine): void {
  if (line.priority !== undefined) setPriority(event, line.priority);
  else if (line.severity !== undefined) setSeverity(event, line.severity);
  if (line.version !== undefined) event['log.syslog.version'] = String(line.version);
  if (line.host !== undefined) {
    event['host.name'] = line.host;
    event['host.hostname'] = line.host;
  }
  if (line.app !== undefined) event['process.name'] = line.app;
  if (line.tag !== undefined) event['log.syslog.appname'] = line.tag;
  if (line.processId !== undefined) {
    if (/^\d{1,15}$/.test(line.processId)) event['process.pid'] = Number(line.processId);
    else event['log.syslog.procid'] = line.processId;
  }
  if (line.messageId !== undefined) event['log.syslog.msgid'] = line.messageId;
  for (const [name, value] of line.data) event[`log.syslog.structured_data.${name}`] = value;
  event['message'] = line.message;
}

const CLOCKS = ['HH:mm:ss', 'HH:mm:ss.S', 'HH:mm:ss yyyy', 'HH:mm:ss.S yyyy'];
/** Most common first. */
const PATTERNS = ['MMM d HH:mm:ss', 'ISO8601', 'MMM d HH:mm:ss.S', 'MMM d yyyy HH:mm:ss', 'MMM d yyyy HH:mm:ss.S'];
const MORE_PATTERNS = ['MMM d HH:mm:ss yyyy', 'MMM d HH:mm:ss.S yyyy', 'yyyy MMM d HH:mm:ss', 'UNIX'];
const ZONED = [
  ...CLOCKS.map((clock) => `MMM d ${clock} z`),
  'MMM d yyyy HH:mm:ss z',
  'MMM d yyyy HH:mm:ss.S z',
  'yyyy-MM-dd HH:mm:ss z',
  'yyyy-MM-dd HH:mm:ss.S z',
];
const ZONE = / [A-Z]{3,5}$/;

/** Makes the reader of a line's time, ms; the abbreviation of a zone that nobody knows is left out. */
function timeReader(timezone: string, sourceTime: () => number): (text: string) => number {
  const compile = (patterns: readonly string[]) =>
    patterns.map((pattern) => compileTime(pattern, { timezone, sourceTime }));
  const plain = compile([...PATTERNS, ...MORE_PATTERNS]);
  const zoned = compile(ZONED);
  const first = (times: readonly TimeReader[], text: string) => {
    for (let index = 0; index < times.length; index++) {
      const ms = times[index]!(text);
      if (!Number.isNaN(ms)) return ms;
    }
    return Number.NaN;
  };
  return (text) => {
    const ms = first(plain, text);
    if (!Number.isNaN(ms) || !ZONE.test(text)) return ms;
    const inZone = first(zoned, text);
    return Number.isNaN(inZone) ? first(plain, text.replace(ZONE, '')) : inZone;
  };
}

/** Times without a year take the one nearest to the file's time. Files usually hold no priority; then there is no level. */
export const parseSyslog = defineStage({
  name: 'parse-syslog',
  summary: 'reads syslog lines of RFC 3164 and RFC 5424, as sent and as syslog daemons write them to files',
  form: 'map',
  options,
  examples: [
    {
      title: 'a line of /var/log/auth.log',
      options: {},
      in: { message: 'Feb 21 21:56:12 web-1 sshd[3430]: Invalid user test from 10.0.2.2' },
      out: {
        message: 'Invalid user test from 10.0.2.2',
        'host.name': 'web-1',
        'host.hostname': 'web-1',
        'process.name': 'sshd',
        'process.pid': 3430,
        '@timestamp': '2026-02-21T21:56:12.000Z',
      },
    },
    {
      title: 'RFC 5424 with structured data',
      options: {},
      in: { message: '<165>1 2026-10-11T22:14:15.003Z db app 7 ID47 [x@32473 a="1" b="\\"q\\""] started' },
      out: {
        message: 'started',
        'log.syslog.priority': 165,
        'log.syslog.facility.code': 20,
        'log.syslog.facility.name': 'local4',
        'log.syslog.severity.code': 5,
        'log.syslog.severity.name': 'Notice',
        'log.level': 'info',
        'log.syslog.version': '1',
        'host.name': 'db',
        'host.hostname': 'db',
        'process.name': 'app',
        'process.pid': 7,
        'log.syslog.msgid': 'ID47',
        'log.syslog.structured_data.x@32473.a': '1',
        'log.syslog.structured_data.x@32473.b': '"q"',
        '@timestamp': '2026-10-11T22:14:15.003Z',
      },
    },
    {
      title: 'what a device sends with no more than a priority',
      options: { otherwise: 'message' },
      in: { message: '<28>dnsmasq[7]: no servers' },
      out: {
        message: 'no servers',
        'log.syslog.priority': 28,
        'log.syslog.facility.code': 3,
        'log.syslog.facility.name': 'daemon',
        'log.syslog.severity.code': 4,
        'log.syslog.severity.name': 'Warning',
        'log.level': 'warn',
        'process.name': 'dnsmasq',
        'process.pid': 7,
      },
    },
    {
      title: 'a line of another kind is rejected',
      options: {},
      in: { message: 'hello' },
      rejected: { reason: 'unparsable', field: 'message' },
    },
  ],
  create({ field, format, otherwise }, { timezone, sourceTime }) {
    const readTime = timeReader(timezone, sourceTime);
    const refused = new Rejected('unparsable', 'the line is no syslog', field);
    return (event) => {
      const text = event[field];
      if (typeof text !== 'string') return event;
      const line = readSyslog(text, format) ?? (otherwise === 'message' ? readHeadless(text) : undefined);
      if (line === undefined) return otherwise === 'pass' ? event : refused;
      const ms = line.time === undefined ? Number.NaN : readTime(line.time);
      if (line.time !== undefined && Number.isNaN(ms)) {
        return new Rejected('invalid_time', `${JSON.stringify(line.time)} is no time`, field);
      }
      if (field !== 'message') removeField(event, field);
      fill(event, line);
      if (!Number.isNaN(ms)) event['@timestamp'] = isoOf(ms);
      return event;
    };
  },
});
