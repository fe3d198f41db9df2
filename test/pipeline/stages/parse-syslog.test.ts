import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Rejected } from '../../../src/model/rejected.ts';
import { present, runnerOf } from '../stage-context.ts';

const run = runnerOf('parse-syslog');
function read(message: string, runner = run) {
  const result = runner({ message });
  return result instanceof Rejected ? result : present(result);
}

test('the tag gives program and process id in all its shapes', () => {
  const tags: [string, string | undefined, number | undefined, string][] = [
    ['kernel: [1.5] up', 'kernel', undefined, '[1.5] up'],
    ['postfix/smtpd[3]: connect', 'postfix/smtpd', 3, 'connect'],
    ['sshd(pam_unix)[19939]: failure', 'sshd', 19939, 'failure'],
    ['systemd[1]: Started x.', 'systemd', 1, 'Started x.'],
    ['sudo:  bob : TTY=x', 'sudo', undefined, ' bob : TTY=x'],
    ['dbus-daemon[7]:', 'dbus-daemon', 7, ''],
    ['(systemd)[88]: pam_unix(systemd-user:session): x', '(systemd)', 88, 'pam_unix(systemd-user:session): x'],
    ['gdm-password][9]: gkr-pam: x', 'gdm-password', 9, 'gkr-pam: x'],
    ['(CRON) STARTUP (1.5)', undefined, undefined, '(CRON) STARTUP (1.5)'],
    ['last message repeated 2 times', undefined, undefined, 'last message repeated 2 times'],
  ];
  for (const [text, name, pid, message] of tags) {
    const event = read(`Feb  1 21:56:12 web-1 ${text}`);
    assert.ok(!(event instanceof Rejected), text);
    assert.deepEqual([event['process.name'], event['process.pid'], event['message']], [name, pid, message], text);
    assert.equal(event['@timestamp'], '2026-02-01T21:56:12.000Z');
  }
});

test('a tag that says more than the program is kept whole', () => {
  const tags: [string, string, string | undefined, number | undefined, string][] = [
    ['sshd(pam_unix)[19939]: failure', 'sshd', 'sshd(pam_unix)', 19939, 'failure'],
    ['run-parts(/etc/cron.daily)[7]: starting x', 'run-parts', 'run-parts(/etc/cron.daily)', 7, 'starting x'],
    ['syslogd 1.4.1: restart.', 'syslogd', 'syslogd 1.4.1', undefined, 'restart.'],
    ['cron[3]: (root) CMD (x)', 'cron', undefined, 3, '(root) CMD (x)'],
  ];
  for (const [text, name, tag, pid, message] of tags) {
    const event = read(`Feb  1 21:56:12 web-1 ${text}`);
    assert.ok(!(event instanceof Rejected), text);
    const found = [event['process.name'], event['log.syslog.appname'], event['process.pid'], event['message']];
    assert.deepEqual(found, [name, tag, pid, message], text);
  }
});

test('the year may stand behind the time', () => {
  for (const time of ['Nov 21 10:00:00 2025', 'Nov 21 10:00:00.123 2025', 'Nov 21 2025 10:00:00']) {
    const event = read(`<14>${time} web-1 app[1]: x`);
    assert.ok(!(event instanceof Rejected), time);
    assert.deepEqual([String(event['@timestamp']).slice(0, 19), event['host.name']], ['2025-11-21T10:00:00', 'web-1']);
    assert.deepEqual([event['process.name'], event['message']], ['app', 'x']);
  }
});

test('devices of Cisco write the time with a colon, a number and a name before it, and no program', () => {
  const text = '%SYS-5-CONFIG_I: Configured from console';
  const lines: [string, string, string | undefined][] = [
    [`<189>Nov 21 2025 10:00:00: ${text}`, '2025-11-21T10:00:00.000Z', undefined],
    [`<189>45: Nov 21 2025 10:00:00.123: ${text}`, '2025-11-21T10:00:00.123Z', undefined],
    [`<189>45: *Nov 21 2025 10:00:00.123 CET: ${text}`, '2025-11-21T09:00:00.123Z', undefined],
    [`<189>45: sw1: .Nov 21 2025 10:00:00 XQZ: ${text}`, '2025-11-21T10:00:00.000Z', 'sw1'],
    [`<189>10.0.0.7: Nov 21 10:00:00 2025: ${text}`, '2025-11-21T10:00:00.000Z', '10.0.0.7'],
    [`<166>Nov 21 2025 10:00:00 asa1 : ${text}`, '2025-11-21T10:00:00.000Z', 'asa1'],
    [`<166>Nov 21 2025 10:00:00 asa1: ${text}`, '2025-11-21T10:00:00.000Z', 'asa1'],
  ];
  for (const [line, time, host] of lines) {
    const event = read(line);
    assert.ok(!(event instanceof Rejected), line);
    const found = [event['@timestamp'], event['host.name'], event['process.name'], event['message']];
    assert.deepEqual(found, [time, host, undefined, text], line);
  }
});

test('three dashes instead of host and tag belong to the message', () => {
  const event = read('Apr  4 03:39:57 --- last message repeated 1 time ---');
  assert.ok(!(event instanceof Rejected));
  assert.deepEqual(
    [event['message'], event['host.name'], event['process.name']],
    ['--- last message repeated 1 time ---', undefined, undefined],
  );
});

test('the priority gives facility, severity and level', () => {
  const event = read('<34>Oct 11 22:14:15 mymachine su: failed');
  assert.ok(!(event instanceof Rejected));
  assert.equal(event['log.syslog.facility.name'], 'auth');
  assert.equal(event['log.syslog.severity.code'], 2);
  assert.equal(event['log.level'], 'fatal');
  assert.ok(read('<192>Oct 11 22:14:15 mymachine su: failed') instanceof Rejected);
});

test('RFC 5424 in a file without its priority is read', () => {
  const event = read('1 2026-10-11T22:14:15.003Z db app - - - \ufeffhello');
  assert.ok(!(event instanceof Rejected));
  assert.deepEqual([event['message'], event['process.name'], event['log.syslog.version']], ['hello', 'app', '1']);
});

test('broken structured data makes the line no RFC 5424', () => {
  const strict = runnerOf('parse-syslog', { format: 'rfc5424' });
  for (const data of ['[a b="c', '[a b=c]', '[]', 'x']) {
    assert.ok(read(`<1>1 2026-10-11T22:14:15Z h a - - ${data} m`, strict) instanceof Rejected, data);
  }
});

test('a time that does not exist makes the line a dead letter', () => {
  const result = read('Feb 31 10:00:00 h a: b');
  assert.ok(result instanceof Rejected);
  assert.equal(result.reason, 'invalid_time');
});

test('times are in the zone of the input', () => {
  const event = read('Jul  1 12:00:00 h a: b', runnerOf('parse-syslog', {}, { timezone: 'Europe/Berlin' }));
  assert.ok(!(event instanceof Rejected));
  assert.equal(event['@timestamp'], '2026-07-01T10:00:00.000Z');
});

test('structured data comes back as it was sent', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
  fc.assert(
    fc.property(name, fc.dictionary(name, fc.string()), fc.string(), (id, pairs, text) => {
      const parameters = Object.entries(pairs).map(([key, value]) => ` ${key}="${value.replace(/["\\\]]/g, '\\$&')}"`);
      const event = read(`<13>1 2026-10-11T22:14:15Z h a 1 m [${id}${parameters.join('')}] ${text}`);
      assert.ok(!(event instanceof Rejected));
      for (const [key, value] of Object.entries(pairs))
        assert.equal(event[`log.syslog.structured_data.${id}.${key}`], value);
      assert.equal(event['message'], text);
    }),
  );
});

test('daemons that write the priority in words or numbers do so before the host, before the tag or behind it', () => {
  const lines: [string, string | undefined, string, number | undefined, string, number][] = [
    ['Nov 21 10:00:00 alpine auth.info sshd[7]: x', 'alpine', 'sshd', 38, 'auth', 6],
    ['Nov 21 10:00:00 alpine kern.warn kernel: x', 'alpine', 'kernel', 4, 'kern', 4],
    ['Nov 21 10:00:00 <auth.info> fbsd sshd[7]: x', 'fbsd', 'sshd', 38, 'auth', 6],
    ['Nov 21 10:00:00 <4.6> fbsd sshd[7]: x', 'fbsd', 'sshd', 38, 'auth', 6],
    ['Nov 21 10:00:00 aix auth|security:info sshd[7]: x', 'aix', 'sshd', 38, 'auth', 6],
    ['Nov 21 10:00:00 aix user:err|error app: x', 'aix', 'app', 11, 'user', 3],
    ['Nov 21 10:00:00 sun sshd[7]: [ID 800047 auth.info] x', 'sun', 'sshd', 38, 'auth', 6],
    ['Sat Nov 21 10:00:00 2026 authpriv.notice dropbear[7]: x', undefined, 'dropbear', 85, 'authpriv', 5],
    ['<38>Nov 21 10:00:00 alpine auth.err sshd[7]: x', 'alpine', 'sshd', 38, 'auth', 6],
  ];
  for (const [line, host, program, priority, facility, severity] of lines) {
    const event = read(line);
    assert.ok(!(event instanceof Rejected), line);
    assert.deepEqual(
      [event['host.name'], event['process.name'], event['message'], event['@timestamp']],
      [host, program, 'x', '2026-11-21T10:00:00.000Z'],
      line,
    );
    assert.deepEqual(
      [event['log.syslog.priority'], event['log.syslog.facility.name'], event['log.syslog.severity.code']],
      [priority, facility, severity],
      line,
    );
  }
});

test('a word that only looks like a priority stays where it is', () => {
  const lines: [string, string, string | undefined, string][] = [
    ['Nov 21 10:00:00 mail.info sshd[7]: x', 'mail.info', 'sshd', 'x'],
    ['Nov 21 10:00:00 web-1 some.info more', 'web-1', undefined, 'some.info more'],
    ['Nov 21 10:00:00 web-1 app: [ID 7 nothing.info] x', 'web-1', 'app', '[ID 7 nothing.info] x'],
    ['Nov 21 10:00:00 web-1 app[7]: <Notice>: x', 'web-1', 'app', '<Notice>: x'],
  ];
  for (const [line, host, program, message] of lines) {
    const event = read(line);
    assert.ok(!(event instanceof Rejected), line);
    assert.deepEqual([event['host.name'], event['process.name'], event['message']], [host, program, message], line);
    assert.equal(event['log.syslog.severity.code'], undefined, line);
  }
});

test('Apple’s daemon names the severity alone', () => {
  const event = read('Nov 21 10:00:00 mac com.apple.launchd[1] (com.apple.x[7]) <Warning>: exited');
  assert.ok(!(event instanceof Rejected));
  assert.deepEqual(
    [event['process.name'], event['process.pid'], event['message'], event['log.level']],
    ['com.apple.launchd', 1, '(com.apple.x[7]): exited', 'warn'],
  );
  assert.deepEqual([event['log.syslog.severity.code'], event['log.syslog.priority']], [4, undefined]);
});

test('the day of the week, the year or seconds since 1970 may begin the line', () => {
  const lines: [string, string, string | undefined][] = [
    ['Sat 2026-11-21 10:00:00 CET web-1 app[1]: x', '2026-11-21T09:00:00.000Z', 'web-1'],
    ['Sat 2026-11-21 10:00:00 +01 web-1 app[1]: x', '2026-11-21T09:00:00.000Z', 'web-1'],
    ['1795255200.123456 web-1 app[1]: x', '2026-11-21T10:00:00.123Z', 'web-1'],
    ['2026 Nov 21 10:00:00 web-1 app[1]: x', '2026-11-21T10:00:00.000Z', 'web-1'],
    ['Sat Nov 21 10:00:00.123 <app[1]> x', '2026-11-21T10:00:00.123Z', undefined],
  ];
  for (const [line, time, host] of lines) {
    const event = read(line);
    assert.ok(!(event instanceof Rejected), line);
    assert.deepEqual([event['@timestamp'], event['host.name']], [time, host], line);
    assert.deepEqual([event['process.name'], event['process.pid'], event['message']], ['app', 1, 'x'], line);
  }
});
