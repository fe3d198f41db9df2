import { isIP } from 'node:net';
import { Type } from 'typebox';
import type { Event } from '../../model/event.ts';
import { Rejected } from '../../model/rejected.ts';
import { defineStage } from '../stage.ts';
import { type AccessLine, type Relayed, readAccessLine } from './clf/read-line.ts';
import { isNone, setHost, setRequestLine, setSource, setStatus } from './http/fields.ts';

const options = Type.Object(
  {
    field: Type.String({ minLength: 1, default: 'message', description: 'field with the line; it stays as it is' }),
    format: Type.Enum(['common', 'combined', 'vhost_combined', 'any'], {
      default: 'any',
      description: 'the layout; any takes each of the three',
    }),
    complete: Type.Boolean({
      default: false,
      description:
        'whether related.ip and related.user are filled here, where the line names one address and no host: complete-ecs, which does it for any event, takes as long as this stage, and with its option completed next to nothing. A stage that cuts or hides addresses has to name related.ip',
    }),
  },
  { additionalProperties: false },
);

const PRIVATE = /^(10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|::1$|f[cd]|fe80:)/i;

/** The address a chain of proxies speaks for: the first public one, else the first that is one (`unknown` is none). */
function clientOf(addresses: readonly string[]): string {
  if (addresses.length === 1) return addresses[0]!;
  const known = addresses.filter((address) => isIP(address) !== 0);
  return known.find((address) => !PRIVATE.test(address)) ?? known[0] ?? addresses[0]!;
}

/** Names under the dataset, made once: a name made for every line is looked up anew for every line. */
type Names = Readonly<Record<'list' | 'identity' | 'request' | 'status' | 'extra' | 'time', string>>;

/** nginx writes 000, and Apache `-`, where the client left before there was an answer. */
function setNoStatus(event: Event, name: string, status: string): void {
  event[name] = status;
  event['event.category'] = ['web'];
  event['event.type'] = ['access'];
  event['event.outcome'] = 'unknown';
}

/** The host and port that were asked for are also those of the server, by name or by address. */
function setVhost(event: Event, vhost: string): void {
  setHost(event, vhost);
  const host = event['url.domain'];
  if (typeof host !== 'string') return;
  const plain = host.startsWith('[') ? host.slice(1, -1) : host;
  event['destination.address'] = plain;
  event[isIP(plain) === 0 ? 'destination.domain' : 'destination.ip'] = plain;
  const port = event['url.port'];
  if (port !== undefined) event['destination.port'] = port;
}

/** What ECS derives; of one value the document writer makes the list that ECS wants. Lines with more are left as they are. */
function complete(event: Event): void {
  const ip = event['source.ip'];
  if (ip === undefined || event['url.domain'] !== undefined) return;
  event['related.ip'] = ip;
  const user = event['user.name'];
  if (user !== undefined) event['related.user'] = user;
}

function setRelayed(event: Event, { host, program, pid }: Relayed): void {
  event['host.name'] = host;
  event['process.name'] = program;
  if (pid !== undefined) event['process.pid'] = pid;
}

function fill(event: Event, line: AccessLine, names: Names): void {
  setSource(event, clientOf(line.addresses));
  if (line.addresses.length > 1) event[names.list] = line.addresses;
  if (line.relayed !== undefined) setRelayed(event, line.relayed);
  if (line.vhost !== undefined) setVhost(event, line.vhost);
  if (!isNone(line.identity)) event[names.identity] = line.identity;
  if (!isNone(line.user) && line.user !== '""') event['user.name'] = line.user;
  if (!isNone(line.request) && !setRequestLine(event, line.request)) event[names.request] = line.request;
  if (!setStatus(event, Number(line.status))) setNoStatus(event, names.status, line.status);
  event['http.response.body.bytes'] = line.bytes;
  if (line.referrer !== undefined && !isNone(line.referrer)) event['http.request.referrer'] = line.referrer;
  if (line.agent !== undefined && !isNone(line.agent)) event['user_agent.original'] = line.agent;
  if (line.extra !== '' && line.extra !== '"-"') event[names.extra] = line.extra;
  // Last, so that the stage that reads the time takes it off again at no cost.
  event[names.time] = line.time;
}

/** `-` and empty values are left out. The time stays as text under the dataset, for parse-time. */
export const parseClf = defineStage({
  name: 'parse-clf',
  summary: 'reads access log lines of Apache and nginx: common, combined, and combined with the virtual host in front',
  form: 'map',
  options,
  examples: [
    {
      title: 'a combined line',
      options: { format: 'combined' },
      in: {
        message:
          '2001:db8::7 - bob [17/May/2015:10:05:03 +0000] "GET /a%20b?q=1 HTTP/1.1" 404 209 "-" "say \\"hi\\" \\xc3\\xa9"',
      },
      out: {
        message:
          '2001:db8::7 - bob [17/May/2015:10:05:03 +0000] "GET /a%20b?q=1 HTTP/1.1" 404 209 "-" "say \\"hi\\" \\xc3\\xa9"',
        'source.address': '2001:db8::7',
        'source.ip': '2001:db8::7',
        'user.name': 'bob',
        'http.request.method': 'GET',
        'url.original': '/a%20b?q=1',
        'url.path': '/a%20b',
        'url.query': 'q=1',
        'http.version': '1.1',
        'http.response.status_code': 404,
        'event.category': ['web'],
        'event.type': ['access'],
        'event.outcome': 'failure',
        'http.response.body.bytes': 209,
        'user_agent.original': 'say "hi" é',
        'example.log.time': '17/May/2015:10:05:03 +0000',
      },
    },
    {
      title: 'what ECS derives is filled, too',
      options: { complete: true },
      in: { message: '10.0.0.7 - bob [17/May/2015:10:05:03 +0000] "GET /a.png HTTP/1.1" 200 5' },
      out: {
        message: '10.0.0.7 - bob [17/May/2015:10:05:03 +0000] "GET /a.png HTTP/1.1" 200 5',
        'source.address': '10.0.0.7',
        'source.ip': '10.0.0.7',
        'user.name': 'bob',
        'http.request.method': 'GET',
        'url.original': '/a.png',
        'url.path': '/a.png',
        'http.version': '1.1',
        'http.response.status_code': 200,
        'event.category': ['web'],
        'event.type': ['access'],
        'event.outcome': 'success',
        'http.response.body.bytes': 5,
        'example.log.time': '17/May/2015:10:05:03 +0000',
        'related.ip': '10.0.0.7',
        'related.user': 'bob',
      },
    },
    {
      title: 'a line cut off in its user agent is rejected',
      options: { format: 'combined' },
      in: { message: '::1 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 1 "-" "Mozilla/5.0 (X11' },
      rejected: { reason: 'unparsable', field: 'message' },
    },
  ],
  create({ field, format, complete: isCompleted }, { dataset }) {
    const names = {
      list: `${dataset}.remote_ip_list`,
      identity: `${dataset}.identity`,
      request: `${dataset}.request`,
      status: `${dataset}.status`,
      extra: `${dataset}.extra`,
      time: `${dataset}.time`,
    };
    return (event) => {
      const text = event[field];
      if (typeof text !== 'string') return event;
      const line = readAccessLine(text, format);
      if (typeof line === 'string') return new Rejected('unparsable', line, field);
      fill(event, line, names);
      if (isCompleted) complete(event);
      return event;
    };
  },
});
