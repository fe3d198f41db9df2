import { appendFileSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** How much past is written before the live part; after a restart only what is missing. */
const PAST_MS = 30 * 60_000;
const STEP_MS = 1000;
/** Every ten minutes a login attack, an error burst and a slow endpoint in a row, two minutes each. */
const CYCLE_MS = 10 * 60_000;
const INCIDENT_MS = 2 * 60_000;
/** How long the error burst has gone on when the past ends: long enough that its rule fires at once. */
const BURST_BEFORE_LIVE_MS = 90_000;

const SERVICES = ['shop', 'checkout', 'search'] as const;
const ROUTES = ['/api/items', '/api/cart', '/api/orders', '/api/search', '/api/login', '/'] as const;
const PROBES = [
  '/wp-login.php',
  '/.env',
  '/phpmyadmin/index.php',
  '/../../etc/passwd',
  "/item?id=1'+union+select+1",
] as const;
const ERRORS = [
  { type: 'ConnectionError', message: 'connect ECONNREFUSED 10.0.3.17:5432', at: 'connect (/srv/shop/db.js:41:13)' },
  {
    type: 'TypeError',
    message: "Cannot read properties of undefined (reading 'price')",
    at: 'total (/srv/shop/cart.js:88:21)',
  },
  {
    type: 'TimeoutError',
    message: 'payment provider did not answer within 5000 ms',
    at: 'charge (/srv/checkout/pay.js:17:9)',
  },
] as const;
const AGENTS = [
  'Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
] as const;

/** Now and then a line is cut off, as by a full disk or a crash: a dead letter. */
const TORN_SHARE = 0.004;
const TORN_LENGTH = 120;

type Incident = 'error burst' | 'login attack' | 'slow endpoint' | undefined;

/** Inputs that read what the demo writes into `folder`. */
export function demoInputs(folder: string) {
  return [
    { name: 'demo-api', files: [path.join(folder, 'api.log')], pipeline: 'pino' },
    { name: 'demo-web', files: [path.join(folder, 'web-access.log')], pipeline: 'nginx-access', service: 'web' },
    { name: 'demo-auth', files: [path.join(folder, 'auth.log')], pipeline: 'system-auth', timezone: 'UTC' },
  ];
}

/**
 * Writes realistic traffic: thirty minutes of past at once, then live, once a second, until the signal aborts.
 * An API with error bursts, a login attack and a slow endpoint, from a seeded random source.
 */
export function startDemoTraffic(folder: string, signal: AbortSignal): void {
  mkdirSync(folder, { recursive: true, mode: 0o750 });
  const write = (file: string, lines: readonly string[]) => {
    if (lines.length > 0) appendFileSync(path.join(folder, file), lines.map((line) => `${line}\n`).join(''));
  };
  const random = seeded(20261121);
  const begin = Date.now() - PAST_MS;
  const written = statSync(path.join(folder, 'api.log'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const past = { api: [] as string[], web: [] as string[], auth: [] as string[] };
  for (let time = Math.max(begin, written); time < Date.now(); time += STEP_MS)
    secondOfTraffic(time, incidentAt(time - begin), random, past);
  write('api.log', past.api);
  write('web-access.log', past.web);
  write('auth.log', past.auth);
  const timer = setInterval(() => {
    const now = { api: [] as string[], web: [] as string[], auth: [] as string[] };
    secondOfTraffic(Date.now(), incidentAt(Date.now() - begin), random, now);
    write('api.log', now.api);
    write('web-access.log', now.web);
    write('auth.log', now.auth);
  }, STEP_MS);
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}

/**
 * The past ends inside an error burst that follows a login attack, and the first live minutes have a slow endpoint, so
 * that alerts are open at once.
 */
function incidentAt(elapsed: number): Incident {
  const shifted = elapsed - PAST_MS + INCIDENT_MS + BURST_BEFORE_LIVE_MS;
  const phase = ((shifted % CYCLE_MS) + CYCLE_MS) % CYCLE_MS;
  if (phase >= 2 * INCIDENT_MS) return phase < 3 * INCIDENT_MS ? 'slow endpoint' : undefined;
  return phase < INCIDENT_MS ? 'login attack' : 'error burst';
}

type Lines = { api: string[]; web: string[]; auth: string[] };

function secondOfTraffic(time: number, incident: Incident, random: () => number, lines: Lines): void {
  const requests = 2 + Math.floor(random() * 4);
  for (let at = 0; at < requests; at++) lines.api.push(apiLine(time + at * 150, incident, random));
  if (random() < TORN_SHARE) lines.api.push(apiLine(time, incident, random).slice(0, TORN_LENGTH));
  lines.web.push(webLine(time, incident, random));
  if (random() < 0.03)
    lines.auth.push(
      authLine(time, `Accepted publickey for deploy from 10.0.0.12 port ${port(random)} ssh2: ED25519 SHA256:demo`),
    );
  if (random() < 0.01)
    lines.auth.push(
      authLine(
        time,
        '  deploy : TTY=pts/0 ; PWD=/srv/shop ; USER=root ; COMMAND=/usr/bin/systemctl restart shop',
        'sudo',
      ),
    );
  if (incident === 'login attack' || random() < 0.005) {
    const user = ['root', 'admin', 'oracle', 'git'][Math.floor(random() * 4)]!;
    const kind = user === 'root' ? user : `invalid user ${user}`;
    lines.auth.push(
      authLine(
        time,
        `Failed password for ${kind} from 203.0.113.${66 + Math.floor(random() * 2)} port ${port(random)} ssh2`,
      ),
    );
  }
}

function apiLine(time: number, incident: Incident, random: () => number): string {
  const service = SERVICES[Math.floor(random() * SERVICES.length)]!;
  const route = ROUTES[Math.floor(random() * ROUTES.length)]!;
  const fails = random() < (incident === 'error burst' ? 0.35 : 0.01);
  const slow = incident === 'slow endpoint' && route === '/api/search';
  const base = {
    level: fails ? 50 : 30,
    time,
    pid: 4121,
    hostname: 'demo-1',
    name: service,
    reqId: Math.floor(random() * 2 ** 48).toString(16),
    req: {
      method: route === '/api/login' || route === '/api/orders' ? 'POST' : 'GET',
      url: route,
      remoteAddress: client(random),
    },
    res: { statusCode: fails ? 500 : random() < 0.04 ? 404 : 200 },
    responseTime: Math.round((slow ? 1800 + random() * 1500 : 8 + random() ** 4 * 400) * 100) / 100,
  };
  if (!fails) return JSON.stringify({ ...base, msg: 'request completed' });
  const { type, message, at } = ERRORS[random() < 0.7 ? 0 : 1 + Math.floor(random() * 2)]!;
  const stack = `${type}: ${message}\n    at ${at}\n    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)`;
  return JSON.stringify({ ...base, err: { type, message, stack }, msg: 'request errored' });
}

function webLine(time: number, incident: Incident, random: () => number): string {
  const probe = incident === 'login attack' && random() < 0.5;
  const url = probe ? PROBES[Math.floor(random() * PROBES.length)]! : ROUTES[Math.floor(random() * ROUTES.length)]!;
  const status = probe ? 404 : incident === 'error burst' && random() < 0.3 ? 502 : 200;
  const address = probe ? '203.0.113.66' : client(random);
  const agent = probe ? 'sqlmap/1.8' : AGENTS[Math.floor(random() * AGENTS.length)]!;
  return `${address} - - [${clfTime(time)}] "GET ${url} HTTP/1.1" ${status} ${Math.floor(random() * 20_000)} "-" "${agent}"`;
}

function authLine(time: number, message: string, program = 'sshd[2211]'): string {
  const date = new Date(time);
  const month = date.toLocaleString('en-US', { month: 'short', timeZone: 'UTC' });
  return `${month} ${String(date.getUTCDate()).padStart(2)} ${date.toISOString().slice(11, 19)} demo-1 ${program}: ${message}`;
}

function clfTime(time: number): string {
  const date = new Date(time);
  const month = date.toLocaleString('en-US', { month: 'short', timeZone: 'UTC' });
  return `${String(date.getUTCDate()).padStart(2, '0')}/${month}/${date.getUTCFullYear()}:${date.toISOString().slice(11, 19)} +0000`;
}

function client(random: () => number): string {
  return `198.51.100.${1 + Math.floor(random() * 200)}`;
}

function port(random: () => number): number {
  return 32_768 + Math.floor(random() * 28_000);
}

/** mulberry32: small, seeded, good enough for traffic. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
