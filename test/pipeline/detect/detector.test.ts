import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { createDetector } from '../../../src/choose-pipeline.ts';
import type { Detector } from '../../../src/pipeline/detect/detector.ts';
import { loadPipelines } from '../../../src/pipeline/pipelines.ts';

const ACCESS = '::1 - - [26/Dec/2016:16:16:29 +0200] "GET / HTTP/1.1" 200 5 "-" "curl"';
const PINO = '{"level":30,"time":1763600000000,"pid":1,"hostname":"h","msg":"x"}';
const SYSLOG = 'Feb  1 21:56:12 web-1 systemd[1]: Started x.';
const AUTH = 'Feb  1 21:56:12 web-1 sshd[3]: Accepted password for x from 10.0.0.1 port 1 ssh2';

let detector: Detector;
before(async () => {
  detector = createDetector(await loadPipelines());
});

function choose(path: string | undefined, lines: readonly string[]): string {
  return detector.choose(path, lines).pipeline;
}

test('well-known paths name their pipeline, rotated and compressed ones too', () => {
  const paths: Record<string, string> = {
    '/var/log/dpkg.log': 'dpkg-log',
    '/var/log/dpkg.log.1': 'dpkg-log',
    '/var/log/nginx/access.log': 'nginx-access',
    '/var/log/nginx/shop-access.log.2.gz': 'nginx-access',
    '/var/log/nginx/error.log': 'nginx-error',
    '/var/log/apache2/access.log-20261121': 'apache-access',
    '/var/log/apache2/other_vhosts_access.log': 'apache-access',
    '/var/log/httpd/error_log': 'apache-error',
    '/var/log/auth.log': 'system-auth',
    '/var/log/secure': 'system-auth',
    '/var/log/syslog': 'system-syslog',
    '/var/log/messages.3': 'system-syslog',
    '/var/log/kern.log': 'kernel-log',
    '/var/log/ufw.log': 'ufw-log',
    '/var/log/postgresql/postgresql-16-main.log': 'postgresql-log',
    '/var/log/mysql/error.log': 'mysql-error',
    '/var/log/redis/redis-server.log': 'redis-log',
    '/var/log/audit/audit.log': 'auditd-log',
  };
  for (const [path, pipeline] of Object.entries(paths)) assert.equal(choose(path, []), pipeline, path);
});

test('first lines name the pipeline where the path says nothing', () => {
  const lines: [string, string][] = [
    [ACCESS, 'apache-access'],
    [PINO, 'pino'],
    ['{"level":"info","msg":"x"}', 'json'],
    [
      '{"time":"26/Dec/2016:16:16:29 +0200","remote_ip":"10.0.0.1","request":"GET / HTTP/1.1","response":200}',
      'nginx-access',
    ],
    ['{"__REALTIME_TIMESTAMP":"1763600000123456","MESSAGE":"x"}', 'journald'],
    ['2016/10/25 14:49:34 [error] 54053#0: *1 open() failed', 'nginx-error'],
    ['[Mon Dec 26 16:22:08 2016] [error] [client 1.2.3.4] x', 'apache-error'],
    ['2026-11-21 10:00:00 status installed a:amd64 1', 'dpkg-log'],
    ['2018-08-14T14:30:02.203151+02:00 host systemd[4179]: Stopped', 'system-syslog'],
    ['<34>1 2026-10-11T22:14:15.003Z web-1 su 77 ID47 - failed', 'system-syslog'],
    [SYSLOG, 'system-syslog'],
    [AUTH, 'system-auth'],
    ['type=EOE msg=audit(1763719200.123:456): ', 'auditd-log'],
    ['2026-11-21T10:00:00.123Z [INFO]  agent: Started HTTP server', 'java-log4j'],
    ['[2026-11-21T10:00:00,123][DEPRECATION][deprecation.logstash.codecs] x', 'logstash-log'],
    ['hello world', 'plain-text'],
  ];
  for (const [line, pipeline] of lines) assert.equal(choose('/srv/app.log', [line]), pipeline, line);
});

test('the banner of Spring Boot belongs to its log', () => {
  const banner = ['  .   ____          _            __ _ _', " /\\\\ / ___'_ __ _ _(_)_ __  __ _ \\ \\ \\ \\"];
  const end = [' =========|_|==============|___/=/_/_/_/', ' :: Spring Boot ::                (v3.2.0)', ''];
  const line = '2026-11-21T10:00:00.123Z  INFO 1 --- [           main] com.acme.Shop : started';
  assert.equal(choose(undefined, [...banner, ...end, line]), 'java-logback');
});

test('a well-known name with other content goes by the content', () => {
  assert.equal(choose('/srv/app/messages', ['hello', 'world']), 'plain-text');
  assert.equal(choose('/srv/app/messages', [PINO]), 'pino');
  assert.equal(choose('/var/log/nginx/access.log', [PINO]), 'pino');
  assert.equal(choose('/var/log/nginx/access.log', [ACCESS]), 'nginx-access');
});

test('the majority of the first lines decides, and nothing at all is plain text', () => {
  assert.equal(choose(undefined, [PINO, PINO, '    at f (a.js:1:1)']), 'pino');
  assert.equal(choose(undefined, ['a', 'b', PINO]), 'plain-text');
  assert.equal(choose(undefined, []), 'plain-text');
  assert.equal(choose('/x/empty.log', ['', '  ']), 'plain-text');
});

test('a line cut off by the look at the first bytes still tells its kind', () => {
  assert.equal(choose(undefined, [PINO.slice(0, 40)]), 'pino');
  assert.equal(choose(undefined, ['{"msg":"ha']), 'json');
});

test('a pipeline that knows the looks of lines it cannot read yields to the next best', () => {
  const odd = '2015-07-29 17:41:44,747 - INFO  [QuorumPeer[myid=1]] - started';
  const { pipeline, tried } = detector.choose(undefined, [odd, odd, odd]);
  assert.equal(pipeline, 'java-log4j');
  assert.equal(tried.find((one) => one.pipeline === 'zookeeper-log')?.parsed, 0);
});

test('it is surer of what only one pipeline knows than of what two read alike, and of many lines than of one', () => {
  const sure = (path: string | undefined, lines: readonly string[]) => detector.choose(path, lines).certainty;
  const dpkg = '2026-11-21 10:00:00 status installed a:amd64 1';
  assert.ok(sure(undefined, Array(20).fill(dpkg)) > 0.95);
  assert.ok(sure(undefined, Array(20).fill(ACCESS)) < 0.7);
  assert.ok(sure('/var/log/nginx/access.log', Array(20).fill(ACCESS)) > sure(undefined, Array(20).fill(ACCESS)));
  assert.ok(sure(undefined, [dpkg]) < sure(undefined, [dpkg, dpkg]));
  assert.equal(sure(undefined, []), 0);
});

test('lines in the middle of events do not count against a pipeline that joins them', () => {
  const lines = ['[2026-11-21 10:00:00 +0000] critical/ApiListener: x', ...Array(8).fill('  Context:'), 'more'];
  const { pipeline, tried } = detector.choose(undefined, lines);
  assert.equal(pipeline, 'icinga-main');
  assert.deepEqual([tried[0]!.share, tried[0]!.parsed], [1, 1]);
});

test('lines of any length and kind are chosen for without a fault', () => {
  const lines = ['\u0000'.repeat(5000), '{'.repeat(100_000), `${'a '.repeat(50_000)}\u2028`, '\ud800', '{"a":{"a":'];
  assert.equal(choose('/var/log/\u0000/x', lines), 'plain-text');
});
