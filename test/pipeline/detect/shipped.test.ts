import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { firstLinesOfBytes } from '../../../src/agent/first-lines.ts';
import { FIRST_BYTES } from '../../../src/agent/head-lines.ts';
import { createDetector } from '../../../src/choose-pipeline.ts';
import type { Detector } from '../../../src/pipeline/detect/detector.ts';
import { loadPipelines, type Pipelines } from '../../../src/pipeline/pipelines.ts';
import { absent, filesets, SHARED } from '../beats/read.ts';

/** Pipelines that read one another's lines: one single line of these may be any of them. */
const FAMILIES: readonly (readonly string[])[] = [
  [
    ...['apache-access', 'nginx-access', 'nginx-ingress', 'caddy-access', 'traefik-access', 'haproxy-log'],
    ...['squid-access'],
  ],
  ['nginx-ingress', 'nginx-error'],
  ['icinga-main', 'icinga-debug', 'icinga-startup'],
  ['iis-access', 'iis-error', 'aws-cloudfront'],
  // IIS in the format of NCSA
  ['iis-access', 'apache-access'],
  ['elasticsearch-server', 'ecs-json'],
  ['dpkg', 'dpkg-log'],
  // One mail.log has the lines of all of them.
  ['mail-log', 'postfix-log', 'dovecot-log', 'system-syslog'],
  [
    ...['json', 'pino', 'bunyan', 'winston', 'zap', 'zerolog', 'slog', 'logfmt', 'key-value', 'structlog', 'gelf'],
    ...['python-json-logger', 'serilog', 'monolog', 'log4j2-json', 'logback-json', 'ecs-json', 'kafka-log'],
  ],
  ['apache-error', 'dmesg'],
  ['java-log4j', 'java-logback', 'spark-log', 'hadoop-log4j', 'zookeeper-log', 'kafka-log', 'plain-text'],
  [
    ...['syslog', 'system-syslog', 'system-auth', 'system-cron', 'kernel-log', 'iptables-log', 'ufw-log', 'dmesg'],
    ...['auditd-log', 'sshd-log', 'sudo-log'],
  ],
];
/** Of nothing but these lines no one can tell whose they are. */
const ANYTHING = new Set(['plain-text', 'json']);
/** Read lines of any form: only by name. */
const BY_NAME = new Set(['plain-text', 'syslog', 'dpkg', 'key-value', 'csv', 'tsv', 'auditd-event']);
/** Share of a pipeline's own cases that must be known by their one line alone. */
const KNOWN = 0.6;

let pipelines: Pipelines;
let detector: Detector;
before(async () => {
  pipelines = await loadPipelines();
  detector = createDetector(pipelines);
});

function chosen(file: string, path: string | undefined): string {
  const bytes = readFileSync(file);
  const start = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).subarray(0, FIRST_BYTES);
  return detector.choose(path, firstLinesOfBytes(start)).pipeline;
}

function isKin(one: string, other: string): boolean {
  return one === other || FAMILIES.some((family) => family.includes(one) && family.includes(other));
}

test('every shipped pipeline says how it is known, but for those of any line', () => {
  const silent = pipelines.definitions.filter(({ detect }) => detect === undefined).map(({ name }) => name);
  assert.deepEqual(
    silent.filter((name) => !BY_NAME.has(name)),
    [],
  );
});

test('the cases of every shipped pipeline are known as its own or its kin’s, never as another’s', (t) => {
  const wrong: string[] = [];
  for (const { name, tests } of pipelines.definitions) {
    const cases = tests.filter(({ rejected }) => rejected === undefined);
    const found = cases.map(({ in: text }) => detector.choose(undefined, text.split('\n')).pipeline);
    const known = found.filter((other) => isKin(name, other)).length;
    const foreign = found.filter((other) => !isKin(name, other) && !ANYTHING.has(other));
    t.diagnostic(`${name.padEnd(26)} ${known}/${cases.length} ${foreign.join(' ')}`);
    if (BY_NAME.has(name)) continue;
    if (foreign.length > 0) wrong.push(`${name} taken for ${foreign.join(', ')}`);
    if (known < KNOWN * cases.length) wrong.push(`${name} known in ${known} of ${cases.length} cases`);
  }
  assert.deepEqual(wrong, []);
});

test('all files of the shared modules are read by the pipeline that is made for them', { skip: absent }, () => {
  const wrong: string[] = [];
  let count = 0;
  for (const [name, files] of filesets()) {
    for (const file of files) {
      count += 1;
      const found = chosen(`${SHARED}beats-modules/${file}`, `/srv/${file}`);
      if (found !== name) wrong.push(`${file}: ${found}`);
      const byLines = chosen(`${SHARED}beats-modules/${file}`, undefined);
      if (!isKin(byLines, name)) wrong.push(`${file} without its path: ${byLines}`);
    }
  }
  assert.deepEqual(wrong, []);
  assert.equal(count, 49);
});

test('ten thousand requests to a web site are known as such, in both their forms', { skip: absent }, () => {
  const file = `${SHARED}access/apache_logs`;
  assert.equal(chosen(file, file), 'apache-access');
  assert.equal(chosen(`${file}.as-nginx-json.ndjson`, '/srv/app.log'), 'nginx-access');
});

test('the six systems of loghub are known by their lines', { skip: absent }, () => {
  const systems: Record<string, readonly string[]> = {
    Apache: ['apache-error'],
    HDFS: ['hadoop-log4j'],
    Linux: ['system-syslog', 'system-auth'],
    OpenSSH: ['system-auth'],
    Spark: ['spark-log'],
    Zookeeper: ['zookeeper-log'],
  };
  for (const [system, wanted] of Object.entries(systems)) {
    const file = `${SHARED}loghub/${system}/${system}_2k.log`;
    for (const path of [file, undefined]) assert.ok(wanted.includes(chosen(file, path)), `${system} by ${path}`);
  }
});

test('an object printed over more lines than are looked at is known by those', () => {
  const record = { eventTime: '2024-03-01T12:00:00Z', eventSource: 's3.amazonaws.com', eventName: 'GetObject' };
  const log = { timeUnixNano: '1544712660000000000', severityText: 'INFO', body: { stringValue: 'x' } };
  const exported = { resourceLogs: [{ scopeLogs: [{ logRecords: Array.from({ length: 40 }, () => log) }] }] };
  for (const [wanted, whole] of [
    ['aws-cloudtrail', { Records: Array.from({ length: 40 }, () => record) }],
    ['otlp', exported],
  ] as const) {
    const text = `${JSON.stringify(whole, null, 2)}\n`;
    assert.equal(detector.choose(undefined, firstLinesOfBytes(Buffer.from(text))).pipeline, wanted);
  }
});
