import { isIP } from 'node:net';
import { Type } from 'typebox';
import type { Event, JsonValue } from '../../model/event.ts';
import { defineStage } from '../stage.ts';
import { fieldsOf } from './security/case.ts';
import { casesOf } from './security/cases.ts';
import { isAttackTool, urlProbe } from './security/probes.ts';

const PROBE_CATEGORY = Object.freeze(['web', 'intrusion_detection']);
const PROBE_TYPE = Object.freeze(['access', 'info']);
const PROBE_FAULT_TYPE = Object.freeze(['access', 'error', 'info']);
const LOGIN_CATEGORY = Object.freeze(['web', 'authentication']);
const LOGIN_TYPE = Object.freeze(['access', 'start']);
const LOGIN_PATH = /\/(?:log-?in|sign-?in|logon|auth(?:enticate)?|sessions?|oauth2?\/token|token)(?:\/|\.php|$)/i;

/** Fields that ECS has as numbers; the rest of the groups is text. */
const NUMBERS = new Set(['source.port', 'destination.port']);

/** An address as ECS has it: without the zone of a link-local one, which Elasticsearch's type ip refuses; a name is a domain. */
function setAddress(event: Event, field: string, text: string): void {
  const zone = text.indexOf('%');
  const ip = zone === -1 ? text : text.slice(0, zone);
  const side = field.slice(0, field.indexOf('.'));
  if (isIP(ip) === 0) {
    if (!/^(?:UNKNOWN|\?|\(null\)|tty\w{0,9})$/.test(text)) event[`${side}.domain`] = text;
    return;
  }
  event[field] = ip;
  if (zone !== -1) event[`${side}.address`] = text;
}

function fill(event: Event, groups: Readonly<Record<string, string | undefined>>, dataset: string): void {
  for (const name in groups) {
    const text = groups[name];
    if (text === undefined || text === '') continue;
    for (const field of fieldsOf(name)) {
      if (field.startsWith('.')) event[dataset + field] = text;
      else if (field.endsWith('.ip')) setAddress(event, field, text);
      else event[field] = NUMBERS.has(field) ? Number(text) : text;
    }
  }
}

/** rsyslog and syslogd write equal lines once and then how often they came. */
const REPEATED = /^message repeated (\d{1,9}) times: \[ ([\s\S]*)\]$/;

function classifyProgram(event: Event, program: string, line: string, dataset: string): void {
  const repeated = line.startsWith('message repeated ') ? REPEATED.exec(line) : null;
  const message = repeated === null ? line : repeated[2]!;
  for (const { pattern, set } of casesOf(program, message) ?? []) {
    const match = pattern.exec(message);
    if (match === null) continue;
    fill(event, match.groups ?? {}, dataset);
    for (const field in set) event[field] = set[field]!;
    if (repeated !== null) event[`${dataset}.repeated`] = Number(repeated[1]);
    return;
  }
}

/** Lines of error logs name requests too. */
function isFault(type: JsonValue | undefined): boolean {
  return Array.isArray(type) && type.includes('error');
}

function classifyRequest(event: Event, url: string): void {
  const agent = event['user_agent.original'];
  const probe = urlProbe(url) ?? (typeof agent === 'string' && isAttackTool(agent) ? 'attack tool' : undefined);
  if (probe !== undefined) {
    event['event.kind'] = 'event';
    event['event.category'] = PROBE_CATEGORY;
    event['event.type'] = isFault(event['event.type']) ? PROBE_FAULT_TYPE : PROBE_TYPE;
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
        'example.log.ssh.event': 'Failed',
        'example.log.ssh.method': 'password',
        'user.name': 'admin',
        'source.ip': '203.0.113.9',
        'source.port': 4711,
        'event.kind': 'event',
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
        'event.kind': 'event',
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
        const { message } = event;
        if (typeof message === 'string') classifyProgram(event, program, message, dataset);
      }
      const url = event['url.original'];
      if (typeof url === 'string') classifyRequest(event, url);
      return event;
    };
  },
});
