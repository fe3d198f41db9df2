import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import fc from 'fast-check';
import { slowness } from '../../../src/config/slow-pattern.ts';
import { LogmillError } from '../../../src/errors.ts';
import type { Event } from '../../../src/model/event.ts';
import { Rejected } from '../../../src/model/rejected.ts';
import type { PipelineDefinition } from '../../../src/pipeline/definition.ts';
import { checkPipelines } from '../../../src/pipeline/pipelines.ts';
import { patternsOf } from '../../../src/pipeline/slow-patterns.ts';
import { expandGrok, patternsWith, SHIPPED } from '../../../src/pipeline/stages/grok/expand.ts';
import { present, runnerOf } from '../stage-context.ts';

const read = (pattern: string | readonly string[], text: string, options: object = {}): Event | Rejected => {
  const patterns = typeof pattern === 'string' ? [pattern] : pattern;
  const result = runnerOf('parse-grok', { field: 'x', target: 'k', patterns, ...options })({ x: text });
  if (result instanceof Rejected) return result;
  const { x: _, ...fields } = present(result);
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key.replace(/^k\./, ''), value]));
};

describe('what patterns match', () => {
  const whole = (name: string, text: string) => {
    const { source, flags } = expandGrok(`\\A(?:%{${name}})\\z`, patternsWith(new Map()), 'ecs');
    return new RegExp(source, flags).test(text);
  };
  const cases: Record<string, [yes: string[], no: string[]]> = {
    IPV4: [
      ['0.0.0.0', '192.168.1.255'],
      ['1.2.3', '256.1.1.1', '1.2.3.4.5'],
    ],
    IPV6: [
      ['::', '::1', 'fe80::1%eth0', '1:2:3:4:5:6:7:8', '::ffff:10.0.0.7', '2001:db8::a:b'],
      ['10:00:00', '1:2', 'g::1'],
    ],
    HOSTNAME: [
      ['web-1', 'a.example.com', 'example.com.'],
      ['-a', 'a b', ''],
    ],
    NUMBER: [
      ['1', '-1.5', '+.5'],
      ['1.', 'x', '1.2.3'],
    ],
    TIMESTAMP_ISO8601: [
      ['2026-11-21T10:00:00.123Z', '2026-11-21 10:00:00,123', '2026-11-21T10:00:00+02:00', '2026-11-21 10:00'],
      ['21.11.2026', '2026-11-21'],
    ],
    HTTPDATE: [['17/May/2015:10:05:03 +0000'], ['17/May/2015 10:05:03']],
    SYSLOGTIMESTAMP: [['Nov  1 10:00:00', 'Dec 31 23:59:59'], ['Foo 1 10:00:00']],
    QUOTEDSTRING: [
      ['"a \\" b"', "'x'", '""'],
      ['"a', 'a"'],
    ],
    UUID: [['0f8fad5b-d9cb-469f-a165-70867728950e'], ['0f8fad5b']],
    MAC: [['00:1b:44:11:3a:b7', '00-1B-44-11-3A-B7', '001b.4411.3ab7'], ['00:1b']],
    URI: [['https://bob:x@example.com:8443/a/b?c=d#e', 'ftp://h'], ['/a/b']],
    UNIXPATH: [['/var/log/a b'.slice(0, 10), '/é/x'], ['var/log']],
    WINPATH: [['C:\\Program Files\\a.log', '\\\\server\\share'], ['C:']],
    LOGLEVEL: [['info', 'WARNING', 'Err', 'FATAL', 'emergency'], ['loud']],
    EMAILADDRESS: [['a.b+c@example.com'], ['a@', '@b']],
    URIPATHPARAM: [['/a?b=c&d=[e]', '/'], ['a']],
  };
  for (const [name, [yes, no]] of Object.entries(cases)) {
    test(name, () => {
      for (const text of yes) assert.ok(whole(name, text), text);
      for (const text of no) assert.ok(!whole(name, text), text);
    });
  }
});

describe('lines by the names of their formats', () => {
  const access =
    '10.0.0.7 - bob [17/May/2015:10:05:03 +0000] "GET /a?b=1 HTTP/1.1" 404 209 "-" "Mozilla/5.0 (\\"x\\")"';

  test('an access log, with the names of ECS or of old', () => {
    assert.deepEqual(read('%{COMBINEDAPACHELOG}', access), {
      'source.address': '10.0.0.7',
      'user.name': 'bob',
      timestamp: '17/May/2015:10:05:03 +0000',
      'http.request.method': 'GET',
      'url.original': '/a?b=1',
      'http.version': '1.1',
      'http.response.status_code': 404,
      'http.response.body.bytes': 209,
      'user_agent.original': 'Mozilla/5.0 (\\"x\\")',
    });
    const legacy = read('%{COMBINEDAPACHELOG}', access, { set: 'legacy' }) as Event;
    assert.deepEqual(
      [legacy['clientip'], legacy['auth'], legacy['response'], legacy['agent']],
      ['10.0.0.7', 'bob', 404, 'Mozilla/5.0 (\\"x\\")'],
    );
  });

  const lines: Record<string, [line: string, field: string, value: unknown]> = {
    HTTPD_ERRORLOG: [
      '[Mon Dec 26 16:17:53.103815 2016] [core:notice] [pid 11379:tid 1] AH00094: Command line',
      'process.thread.id',
      1,
    ],
    SYSLOG5424LINE: ['<165>1 2026-10-11T22:14:15.003Z web-1 shop 77 ID47 [a b="c"] started', 'process.pid', 77],
    SYSLOGPAMSESSION: [
      'Nov 21 10:00:00 web sshd[7]: pam_unix(sshd:session): session opened for user bob by (uid=0)',
      'user.name',
      'bob',
    ],
    CRONLOG: ['Nov 21 10:00:00 web CRON[7]: (root) CMD (run-parts /etc/cron.hourly)', 'system.cron.action', 'CMD'],
    JAVASTACKTRACEPART: ['\tat com.example.Shop.pay(Shop.java:12)', 'log.origin.file.line', 12],
    CATALINALOG: ['31-Jul-2020 16:40:38.578 SEVERE [http-nio-80-exec-1] org.apache.X.log boom', 'log.level', 'SEVERE'],
    HAPROXYHTTP: [
      'Dec  9 13:01:26 lb haproxy[28029]: 127.0.0.1:39759 [09/Dec/2013:12:59:46.633] loadbalancer default/instance8 0/51536/1/48082/99627 200 83285 - - ---- 87/87/87/1/0 0/67 {77.24.148.74} "GET /path HTTP/1.1"',
      'haproxy.server_queue',
      0,
    ],
    HAPROXYTCP: [
      'Sep 20 15:44:23 127.0.0.1 haproxy[25457]: 127.0.0.1:40962 [20/Sep/2018:15:44:23.285] main app/<NOSRV> -1/-1/0 212 SC 1/1/0/0/0 0/0',
      'source.bytes',
      212,
    ],
    ELB_ACCESS_LOG: [
      '2014-02-15T23:39:43.945958Z my-test-lb 192.168.131.39:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 29 "GET http://www.example.com:80/ HTTP/1.1"',
      'aws.elb.backend.port',
      80,
    ],
    S3_ACCESS_LOG: [
      '79a5 mybucket [06/Feb/2019:00:00:38 +0000] 192.0.2.3 79a5 3E57427F3EXAMPLE REST.GET.VERSIONING - "GET /mybucket?versioning HTTP/1.1" 200 - 113 - 7 - "-" "S3Console/0.4" -',
      'aws.s3access.total_time',
      7,
    ],
    SQUID3: [
      '1525344856.899  16867 10.170.72.111 TCP_TUNNEL/200 6256 CONNECT logs.example.com:443 - HIER_DIRECT/10.0.0.9 -',
      'squid.cache_result_code',
      'TCP_TUNNEL',
    ],
    REDISMONLOG: ['1339518083.107412 [0 127.0.0.1:60866] "keys" "*"', 'redis.command.name', 'keys'],
    RUBY_LOGGER: ['D, [2011-02-01T14:26:31.000000 #1234] DEBUG -- app: boom', 'process.name', 'app'],
    BIND9: [
      '17-Feb-2018 23:06:56.326 queries: info: client 172.26.0.1#12345 (test.example.com): query: test.example.com IN A +E(0)K (172.26.0.3)',
      'dns.question.type',
      'A',
    ],
    CISCO_TAGGED_SYSLOG: ['<191>Apr  2 02:03:04 fw: %ASA-6-106015:', 'cisco.asa.tag', 'ASA-6-106015'],
    IPTABLES: [
      'IN=eth0 OUT= MAC=00:1b:44 SRC=10.0.0.1 DST=10.0.0.2 LEN=40 TOS=0x00 TTL=249 ID=1 PROTO=TCP SPT=59 DPT=22 WINDOW=1',
      'destination.port',
      22,
    ],
  };
  for (const [name, [line, field, value]] of Object.entries(lines)) {
    test(name, () => {
      const event = read(`^%{${name}}`, line) as Event;
      assert.deepEqual(event[field], value, JSON.stringify(event));
    });
  }
});

describe('fields', () => {
  test('types make numbers; a text that is none stays under the product', () => {
    assert.deepEqual(read('%{DATA:a:int} %{DATA:source.port} %{NOTSPACE:b:boolean}$', '+007 x true'), {
      a: 7,
      'source.port': 'x',
      b: true,
    });
    assert.equal(
      (runnerOf('parse-grok', { patterns: ['(?<source.port>\\w+)'] })({ message: 'x' }) as Event)[
        'example.log.source.port'
      ],
      'x',
    );
  });

  test('names in brackets are those with dots, and two groups of one field make a list', () => {
    assert.deepEqual(read('%{INT:[a][b]}-%{INT:a.b}|(?<a.b>z)', '1-2'), { 'a.b': ['1', '2'] });
    assert.deepEqual(read('%{INT:[a][b]}-%{INT:a.b}|(?<a.b>z)', 'z'), { 'a.b': 'z' });
  });

  test('names that ECS has only as a group of fields belong to the product', () => {
    const event = runnerOf('parse-grok', { patterns: ['%{IP:client} %{WORD:tags}'] })({ message: '::1 x' });
    assert.deepEqual(present(event), { message: '::1 x', 'example.log.client': '::1', tags: 'x' });
  });
});

test('what Oniguruma writes otherwise is understood', () => {
  assert.deepEqual(read('\\A(?<a>\\h+)(?# a comment) (?<b>[[:upper:]_]+)(?> )(?<c>x++)\\Z', 'ff A_B xx\n'), {
    a: 'ff',
    b: 'A_B',
    c: 'xx',
  });
  assert.deepEqual(read('(?m)^a(?<b>.+)z$', 'a1\n2z'), { b: '1\n2' });
  assert.deepEqual(read('^b %{GREEDYDATA:c}$', 'a\nb 1\nc'), { c: '1' });
  assert.deepEqual(read('(?<a>[^\\]\\[(]+)\\(', `${'x['.repeat(3)}y(`), { a: 'y' });
});

test('a group that a set has no name for fills nothing', () => {
  assert.deepEqual(read('%{INT:[@metadata][n]} %{WORD:w}', '1 x'), { w: 'x' });
  assert.deepEqual(read('(?<a|>\\d)-(?<|b>\\d)', '1-2', { set: 'ecs' }), { b: '2' });
  assert.deepEqual(read('(?<a|>\\d)-(?<|b>\\d)', '1-2', { set: 'legacy' }), { a: '1' });
});

test('a pattern that cannot be used is refused with its place', () => {
  for (const pattern of ['%{NOSUCH:a}', '%{LOOP:a}', '%{INT:a:money}', '(?<a>', 'no field', '%{INT}']) {
    assert.throws(
      () => read(['%{INT:ok}', pattern], 'x', { definitions: { LOOP: '%{LOOP2}', LOOP2: '%{LOOP}' } }),
      (error) => error instanceof LogmillError && error.where.key === 'patterns[1]',
      pattern,
    );
  }
});

describe('patterns of files', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'logmill-grok-'));
  after(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'shop.grok');

  test('are known beside the shipped ones, and those of the pipeline come before them', () => {
    writeFileSync(file, '# of the shop\n\nORDER [A-Z]{2}\\d+\nCART x%{INT}\n');
    const options = { pattern_files: [file], definitions: { CART: 'c\\d' } };
    assert.deepEqual(read('%{ORDER:o} %{CART:c}', 'AB7 c1', options), { o: 'AB7', c: 'c1' });
  });

  test('that are not there are refused', () => {
    const options = { pattern_files: [path.join(folder, 'none')] };
    assert.throws(() => read('%{INT:a}', '1', options), LogmillError);
  });

  test('are searched for what is slow as well', async () => {
    writeFileSync(path.join(folder, 'slow.grok'), 'SLOW (?:a+)+\n');
    const yaml = `name: own\nsummary: s\ndataset: own\nstages:\n  - parse-grok: { pattern_files: [slow.grok], patterns: ['^%{SLOW:a}$'] }\n`;
    writeFileSync(path.join(folder, 'own.yaml'), yaml);
    const { faults } = await checkPipelines([folder]);
    assert.deepEqual(
      faults.map(({ code }) => code),
      ['PATTERN_SLOW'],
    );
  });
});

test('of a long text only the beginning is matched, and the last field takes the rest', () => {
  const text = `7 ${'x'.repeat(100)}`;
  assert.deepEqual(read('^%{INT:n} %{GREEDYDATA:m}', text, { max_length: 10 }), { n: '7', m: 'x'.repeat(100) });
  const alike = `x ${'y'.repeat(7)}x and more`;
  assert.deepEqual(read('^%{WORD:a} %{GREEDYDATA:b}', alike, { max_length: 10 }), { a: 'x', b: alike.slice(2) });
  assert.deepEqual(read('^%{INT:n} %{WORD:w}y', `${text}y`, { max_length: 10, otherwise: 'pass' }), {});
});

test('a pattern with the square of a bounded text is quick enough, one with more is not', async () => {
  const source = (pattern: string) => expandGrok(pattern, patternsWith(new Map()), 'ecs').source;
  assert.equal(await slowness(source('%{DATA:a} %{DATA:b} x'), 'm', 8192), undefined);
  assert.match((await slowness(source('%{DATA:a} %{DATA:b} %{DATA:c} x'), '')) ?? '', /polynomial/);
  assert.match((await slowness(source('%{DATA:a} %{DATA:b} %{DATA:c} %{DATA:d} x$'), 'm', 8192)) ?? '', /polynomial/);
  assert.match((await slowness('^(?:a+)+$', '', 8192)) ?? '', /exponential/);
});

test('shipped patterns alone are not searched again, others and changed ones are', async () => {
  const pipelineOf = (options: object) =>
    ({ file: 'x.yaml', stages: [{ stage: 'parse-grok', options, when: undefined }] }) as unknown as PipelineDefinition;
  const given = { definitions: {}, pattern_files: [], set: 'ecs', max_length: 8192 };
  const searched = (options: object) => patternsOf(pipelineOf({ ...given, ...options })).length;
  assert.equal(searched({ patterns: ['%{COMBINEDAPACHELOG}', '^%{SYSLOGLINE}', '%{IP:source.ip}$'] }), 0);
  assert.equal(searched({ patterns: ['%{DATA:a} %{DATA:b}', '%{DATA:a}*'] }), 2);
  assert.equal(searched({ patterns: ['%{SYSLOGLINE}'], definitions: { DATA: 'x' } }), 1);
  assert.equal(searched({ patterns: ['%{SYSLOGLINE}'], max_length: 100_000 }), 1);
});

test('every shipped pattern compiles in both sets', () => {
  for (const name of SHIPPED.keys()) {
    for (const set of ['ecs', 'legacy'] as const) {
      const { source, flags } = expandGrok(`%{${name}}`, patternsWith(new Map()), set);
      assert.doesNotThrow(() => new RegExp(source, flags), name);
    }
  }
});

test('no text makes it throw', () => {
  const run = runnerOf('parse-grok', {
    patterns: ['^%{SYSLOGLINE}', '%{COMBINEDAPACHELOG}', '%{URI:u}|%{PATH:p}|%{QS:q}'],
  });
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (message) => void run({ message })));
});
