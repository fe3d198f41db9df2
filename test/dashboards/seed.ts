import { type Alert, alertEvent } from '../../src/model/alert.ts';
import type { Event, JsonValue } from '../../src/model/event.ts';

/** What the seeded events lie in: two hours. */
export const FROM = Date.parse('2026-11-20T10:00:00Z');
export const TO = Date.parse('2026-11-20T12:00:00Z');

/** An event and the dataset of the stream it goes to. */
export type Seeded = { readonly dataset: string; readonly event: Event };

const HOSTS = ['web-1', 'web-2', 'db-1'];
const SERVICES = ['shop', 'checkout', 'search', 'mail'];
const PATHS = ['/', '/api/cart', '/api/orders', '/api/search', '/login', '/wp-login.php', '/.env', '/health'];
const STATUSES = [200, 200, 200, 204, 301, 304, 400, 401, 404, 404, 500, 502, 503];
const LEVELS = ['debug', 'info', 'info', 'info', 'warn', 'error', 'fatal'];
const ERRORS = ['TypeError', 'RangeError', 'TimeoutError', 'ConnectionError', 'SyntaxError'];
const USERS = ['root', 'admin', 'bob', 'eve', 'git'];
const ADDRESSES = ['10.0.0.5', '10.0.0.17', '203.0.113.9', '203.0.113.77', '2001:db8::9', '198.51.100.4'];
const REASONS = ['unparsable', 'invalid', 'mapping', 'too_long'];

/** Events of every kind that the dashboards look at, the same at every call; no two at the same time. */
export function seededEvents(): Seeded[] {
  const pick = picker(7);
  const seeded: Seeded[] = [];
  const makers = [applicationLine, request, request, login, privilege, account, deadLetter, alert, stats, complaint];
  const step = Math.floor((TO - FROM) / 1200);
  for (let count = 0; count < 1200; count += 1) {
    const at = new Date(FROM + count * step + 1).toISOString();
    const { dataset, event } = makers[Math.floor(pick.number() * makers.length)]!(pick, at, count);
    seeded.push({
      dataset,
      event: {
        '@timestamp': at,
        'event.dataset': dataset,
        'ecs.version': '9.5.0',
        'host.name': pick.one(HOSTS),
        ...event,
      },
    });
  }
  return seeded;
}

type Picker = { number(): number; one<T>(values: readonly T[]): T };
type Maker = (pick: Picker, at: string, count: number) => Seeded;

function picker(seed: number): Picker {
  let state = seed;
  const number = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  // Earlier values are likelier, so that ranks differ.
  return { number, one: (values) => values[Math.floor(number() ** 1.5 * values.length)]! };
}

const applicationLine: Maker = (pick) => {
  const level = pick.one(LEVELS.toReversed());
  const failed = level === 'error' || level === 'fatal';
  const type = pick.one(ERRORS);
  const error: Event = failed
    ? { 'error.type': type, 'error.message': `${type} in a call`, 'error.grouping_key': `key-${type}` }
    : {};
  const message = failed ? `call failed: ${type}` : 'all is well';
  return { dataset: 'pino', event: { message, 'log.level': level, 'service.name': pick.one(SERVICES), ...error } };
};

const request: Maker = (pick) => {
  const path = pick.one(PATHS);
  const status = pick.one(STATUSES);
  return {
    dataset: 'nginx.access',
    event: {
      message: `GET ${path} ${status}`,
      'service.name': 'web',
      'http.request.method': 'GET',
      'http.response.status_code': status,
      'url.path': path,
      'url.original': `${path}?q=1`,
      'source.ip': pick.one(ADDRESSES),
      'user_agent.original': pick.one(['curl/8', 'Mozilla/5.0', 'sqlmap/1.7']),
      'event.category': ['web'],
    },
  };
};

const security = (event: Event): Seeded => ({
  dataset: 'system.auth',
  event: { 'service.name': 'sshd', message: 'a security line', ...event },
});

const login: Maker = (pick) =>
  security({
    'event.category': ['authentication'],
    'event.action': 'ssh_login',
    'event.outcome': pick.one(['failure', 'success']),
    'user.name': pick.one(USERS),
    'source.ip': pick.one(ADDRESSES.toReversed()),
  });

const privilege: Maker = (pick) =>
  security({
    'event.category': ['authentication', 'process'],
    'event.action': pick.one(['sudo', 'su']),
    'event.outcome': pick.one(['success', 'failure']),
    'user.name': pick.one(USERS.toReversed()),
    'process.command_line': pick.one(['/bin/ls', '/usr/bin/apt update', '/bin/bash']),
  });

const account: Maker = (pick) =>
  security({
    'event.category': ['iam'],
    'event.type': ['user', 'creation'],
    'event.action': 'added-user-account',
    'user.target.name': pick.one(USERS),
  });

const deadLetter: Maker = (pick) => ({
  dataset: 'logmill.dead_letter',
  event: {
    message: 'a line was rejected',
    'event.kind': 'pipeline_error',
    'logmill.dead_letter.reason': pick.one(REASONS),
    'logmill.dead_letter.pipeline': pick.one(['nginx-access', 'json', 'system-syslog']),
    'logmill.dead_letter.detail': `unexpected end, case ${Math.floor(pick.number() * 9)}`,
  },
});

const alert: Maker = (pick, at, count) => {
  const rule = pick.one(['failed-logins', 'error-rate', 'slow-responses']);
  const document: Alert = {
    id: `alert-${Math.floor(count / 40)}`,
    rule: { name: rule, uuid: `uuid-${rule}` },
    severity: pick.one(['error', 'critical', 'warning']),
    group: { 'source.ip': pick.one(ADDRESSES) },
    state: pick.one(['firing', 'pending', 'resolved']),
    status: 'open',
    summary: `${rule} fired`,
    value: 12,
    threshold: '>= 10',
    window: { start: at, end: at },
    started_at: at,
    updated_at: at,
    evidence: [],
  };
  return { dataset: 'logmill.alert', event: alertEvent(document) };
};

const stats: Maker = (pick) => {
  const count = (most: number): JsonValue => Math.floor(pick.number() * most);
  return {
    dataset: 'logmill.log',
    event: {
      message: 'pipeline health',
      'log.level': 'info',
      'service.name': 'logmill',
      'logmill.stats.lines_in': count(5000),
      'logmill.stats.lines_out': count(4900),
      'logmill.stats.rejected': count(50),
      'logmill.stats.dropped': count(20),
      'logmill.stats.retries': count(5),
      'logmill.stats.lag_bytes': count(1e6),
      'logmill.stats.in_flight_bytes': count(1e5),
    },
  };
};

const complaint: Maker = (pick) => ({
  dataset: 'logmill.log',
  event: { message: 'store did not answer', 'log.level': pick.one(['warn', 'error']), 'service.name': 'logmill' },
});
