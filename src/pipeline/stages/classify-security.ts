import { isIP } from 'node:net';
import { Type } from 'typebox';
import type { Event, JsonValue } from '../../model/event.ts';
import { defineStage } from '../stage.ts';
import { CASES, FIELDS, type SecurityCase } from './security/cases.ts';
import { isAttackTool, urlProbe } from './security/probes.ts';

const PROBE_CATEGORY = Object.freeze(['web', 'intrusion_detection']);
const PROBE_TYPE = Object.freeze(['access', 'info']);
const LOGIN_CATEGORY = Object.freeze(['web', 'authentication']);
const LOGIN_TYPE = Object.freeze(['access', 'start']);
const LOGIN_PATH = /\/(?:log-?in|sign-?in|logon|auth(?:enticate)?|sessions?|oauth2?\/token|token)(?:\/|\.php|$)/i;

/** Numbers that ECS wants as numbers; the rest of the groups is text. */
const NUMBERS = new Set(['source.port']);

function fill(event: Event, groups: Readonly<Record<string, string | undefined>>, dataset: string): void {
  for (const name in groups) {
    const text = groups[name];
    if (text === undefined || text === '') continue;
    const short = FIELDS[name.replace(/\d$/, '')] ?? name;
    const field = short.startsWith('ssh.') ? `${dataset}.${short}` : short;
    if (field === 'source.ip' && isIP(text) === 0) event['source.domain'] = text;
    else event[field] = NUMBERS.has(field) ? Number(text) : text;
  }
}

function classifyProgram(event: Event, message: string, cases: readonly SecurityCase[], dataset: string): void {
  for (const { pattern, set } of cases) {
    const match = pattern.exec(message);
    if (match === null) continue;
    fill(event, match.groups ?? {}, dataset);
    for (const field in set) event[field] = set[field]!;
    return;
  }
}

function classifyRequest(event: Event, url: string): void {
  const agent = event['user_agent.original'];
  const probe = urlProbe(url) ?? (typeof agent === 'string' && isAttackTool(agent) ? 'attack tool' : undefined);
  if (probe !== undefined) {
    event['event.category'] = PROBE_CATEGORY;
    event['event.type'] = PROBE_TYPE;
    event['event.action'] = 'web-attack-probe';
    event['event.reason'] = probe;
    return;
  }
  const status: JsonValue | undefined = event['http.response.status_code'];
  if ((status !== 401 && status !== 403) || event['http.request.method'] !== 'POST') return;
  if (!LOGIN_PATH.test(String(event['url.path'] ?? url))) return;
  event['event.category'] = LOGIN_CATEGORY;
  event['event.type'] = LOGIN_TYPE;
  event['event.action'] = 'web-login';
}

/** By the program that wrote the line (`process.name`) or the address that was asked for (`url.original`). */
export const classifySecurity = defineStage({
  name: 'classify-security',
  summary: 'marks logins, privilege changes, account changes and attack probes with ECS event fields',
  form: 'map',
  options: Type.Object({}, { additionalProperties: false }),
  examples: [
    {
      title: 'a failed login over ssh',
      options: {},
      in: {
        'process.name': 'sshd',
        message: 'Failed password for invalid user admin from 203.0.113.9 port 4711 ssh2',
      },
      out: {
        'process.name': 'sshd',
        message: 'Failed password for invalid user admin from 203.0.113.9 port 4711 ssh2',
        'example.log.ssh.method': 'password',
        'user.name': 'admin',
        'source.ip': '203.0.113.9',
        'source.port': 4711,
        'event.action': 'ssh_login',
        'event.category': ['authentication'],
        'event.type': ['start'],
        'event.outcome': 'failure',
      },
    },
    {
      title: 'a request for a file that should not be public',
      options: {},
      in: { 'url.original': '/.env' },
      out: {
        'url.original': '/.env',
        'event.category': ['web', 'intrusion_detection'],
        'event.type': ['access', 'info'],
        'event.action': 'web-attack-probe',
        'event.reason': 'file that should not be public',
      },
    },
  ],
  create(_options, { dataset }) {
    return (event) => {
      const program = event['process.name'];
      if (typeof program === 'string') {
        const cases = CASES.get(program);
        const { message } = event;
        if (cases !== undefined && typeof message === 'string') classifyProgram(event, message, cases, dataset);
      }
      const url = event['url.original'];
      if (typeof url === 'string') classifyRequest(event, url);
      return event;
    };
  },
});
