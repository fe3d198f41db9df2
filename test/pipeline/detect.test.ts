import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choosePipeline } from '../../src/pipeline/detect.ts';
import { loadPipelines } from '../../src/pipeline/pipelines.ts';

const ACCESS = '::1 - - [26/Dec/2016:16:16:29 +0200] "GET / HTTP/1.1" 200 5 "-" "curl"';
const PINO = '{"level":30,"time":1763600000000,"pid":1,"hostname":"h","msg":"x"}';
const SYSLOG = 'Feb  1 21:56:12 web-1 systemd[1]: Started x.';
const AUTH = 'Feb  1 21:56:12 web-1 sshd[3]: Accepted password for x from 10.0.0.1 port 1 ssh2';

test('well-known paths name their pipeline, rotated and compressed ones too', () => {
  const paths: Record<string, string> = {
    '/var/log/dpkg.log': 'dpkg',
    '/var/log/dpkg.log.1': 'dpkg',
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
  };
  for (const [path, pipeline] of Object.entries(paths)) assert.equal(choosePipeline(path, []), pipeline, path);
});

test('first lines name the pipeline where the path says nothing', () => {
  const lines: [string, string][] = [
    [ACCESS, 'apache-access'],
    [PINO, 'pino'],
    ['{"level":"info","msg":"x"}', 'json'],
    ['{"time":"x","remote_ip":"10.0.0.1","request":"GET / HTTP/1.1","response":200}', 'nginx-access'],
    ['{"__REALTIME_TIMESTAMP":"1","MESSAGE":"x"}', 'journald'],
    ['2016/10/25 14:49:34 [error] 54053#0: *1 open() failed', 'nginx-error'],
    ['[Mon Dec 26 16:22:08 2016] [error] [client 1.2.3.4] x', 'apache-error'],
    ['2026-11-21 10:00:00 status installed a:amd64 1', 'dpkg'],
    ['2018-08-14T14:30:02.203151+02:00 host systemd[4179]: Stopped', 'system-syslog'],
    ['<34>1 2026-10-11T22:14:15.003Z web-1 su 77 ID47 - failed', 'system-syslog'],
    [SYSLOG, 'system-syslog'],
    [AUTH, 'system-auth'],
    ['hello world', 'plain-text'],
  ];
  for (const [line, pipeline] of lines) assert.equal(choosePipeline('/srv/app.log', [line]), pipeline, line);
});

test('a well-known name with other content goes by the content', () => {
  assert.equal(choosePipeline('/srv/app/messages', ['hello', 'world']), 'plain-text');
  assert.equal(choosePipeline('/srv/app/messages', [PINO]), 'pino');
  assert.equal(choosePipeline('/var/log/nginx/access.log', [PINO]), 'pino');
  assert.equal(choosePipeline('/var/log/nginx/access.log', [ACCESS]), 'nginx-access');
});

test('the majority of the first lines decides, and nothing at all is plain text', () => {
  assert.equal(choosePipeline(undefined, [PINO, PINO, '    at f (a.js:1:1)']), 'pino');
  assert.equal(choosePipeline(undefined, ['a', 'b', PINO]), 'plain-text');
  assert.equal(choosePipeline(undefined, []), 'plain-text');
  assert.equal(choosePipeline('/x/empty.log', ['', '  ']), 'plain-text');
});

test('a line cut off by the look at the first bytes still tells its kind', () => {
  assert.equal(choosePipeline(undefined, [PINO.slice(0, 40)]), 'pino');
  assert.equal(choosePipeline(undefined, ['{"msg":"ha']), 'json');
});

test('every answer is a pipeline that is shipped', async () => {
  const pipelines = await loadPipelines();
  for (const line of [ACCESS, PINO, SYSLOG, AUTH, 'x', '{}'])
    assert.ok(pipelines.get(choosePipeline(undefined, [line])));
});
