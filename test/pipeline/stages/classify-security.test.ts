import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Event } from '../../../src/model/event.ts';
import { present, runnerOf } from '../stage-context.ts';

const run = runnerOf('classify-security');
const classify = (event: Event) => present(run({ ...event }));
const ofProgram = (program: string, message: string) => classify({ 'process.name': program, message });

test('failed and successful logins over ssh carry user, address and outcome', () => {
  const failed = ofProgram('sshd', 'Failed password for root from 116.31.116.24 port 29160 ssh2');
  assert.deepEqual(
    [failed['event.category'], failed['event.outcome'], failed['user.name'], failed['source.ip']],
    [['authentication'], 'failure', 'root', '116.31.116.24'],
  );
  const accepted = ofProgram(
    'sshd-session',
    'Accepted publickey for bob from 2001:db8::1 port 5 ssh2: ED25519 SHA256:x',
  );
  assert.deepEqual(
    [accepted['event.outcome'], accepted['source.ip'], accepted['source.port']],
    ['success', '2001:db8::1', 5],
  );
});

test('a user name with blanks, as attackers send it, is still taken whole', () => {
  const event = ofProgram('sshd', 'Failed password for invalid user a from b from 10.0.0.1 port 1 ssh2');
  assert.equal(event['user.name'], 'a from b');
  assert.equal(event['source.ip'], '10.0.0.1');
});

test('a host name instead of an address goes to source.domain', () => {
  const event = ofProgram('sshd', 'Accepted password for bob from client.example.org port 5 ssh2');
  assert.equal(event['source.domain'], 'client.example.org');
  assert.equal(event['source.ip'], undefined);
});

test('account changes are iam events', () => {
  const cases: [string, string, string][] = [
    ['useradd', 'new user: name=tsg, UID=1001, GID=1001, home=/home/tsg, shell=/bin/bash', 'added-user-account'],
    ['userdel', "delete user 'tsg'", 'deleted-user-account'],
    ['usermod', "add 'tsg' to group 'sudo'", 'added-user-to-group'],
    ['passwd', 'pam_unix(passwd:chauthtok): password changed for tsg', 'changed-password'],
  ];
  for (const [program, message, action] of cases) {
    const event = ofProgram(program, message);
    assert.deepEqual([event['event.action'], event['event.category']], [action, ['iam']], message);
    assert.equal(event['user.target.name'], 'tsg', message);
  }
});

test('an ordinary message of such a program is left alone', () => {
  const event = { 'process.name': 'sshd', message: 'Server listening on 0.0.0.0 port 22.' };
  assert.deepEqual(classify(event), event);
});

test('attack probes in addresses are told from ordinary requests', () => {
  const probes = [
    '/../../etc/passwd',
    '/a?id=1%27%20or%201=1',
    '/?q=<script>',
    '/%24{jndi:ldap://x}',
    '/.git/config',
    '/wp-login.php',
    '/x;cat /etc/x',
  ];
  for (const url of probes) assert.equal(classify({ 'url.original': url })['event.action'], 'web-attack-probe', url);
  const plain = [
    '/',
    '/api/v1/users/7?sort=name',
    '/static/app.min.js',
    "/search?q=rock'n'roll",
    '/docs/select-union.html',
    '/a.environment',
  ];
  for (const url of plain) assert.equal(classify({ 'url.original': url })['event.action'], undefined, url);
});

test('attack tools are known by their user agent', () => {
  const event = classify({ 'url.original': '/', 'user_agent.original': 'sqlmap/1.7' });
  assert.deepEqual(event['event.category'], ['web', 'intrusion_detection']);
});

test('a login refused over HTTP counts as a failed login, a refused page does not', () => {
  const request = {
    'url.original': '/api/login',
    'url.path': '/api/login',
    'http.request.method': 'POST',
    'http.response.status_code': 401,
  };
  assert.deepEqual(classify(request)['event.category'], ['web', 'authentication']);
  assert.equal(classify({ ...request, 'url.path': '/blog', 'url.original': '/blog' })['event.category'], undefined);
});

test('one failed login over ssh counts once, though PAM says it too', () => {
  const pam =
    'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=10.0.0.1 user=root';
  assert.equal(ofProgram('sshd', pam)['event.outcome'], undefined);
  const old = ofProgram('sshd', pam.slice(pam.indexOf('authentication')));
  assert.deepEqual([old['event.outcome'], old['source.ip'], old['user.name']], ['failure', '10.0.0.1', 'root']);
  const sudo = ofProgram('sudo', pam.replace('sshd', 'sudo').replace('10.0.0.1', ''));
  assert.deepEqual([sudo['event.outcome'], sudo['source.ip'], sudo['user.name']], ['failure', undefined, 'root']);
});

test('what the programs of a host say is told apart', () => {
  const cases: [
    program: string,
    message: string,
    action: string,
    outcome: string | undefined,
    user: string | undefined,
  ][] = [
    ['su', 'FAILED su for root by bob', 'su', 'failure', 'bob'],
    ['su', 'BAD SU bob to root on /dev/ttyp0', 'su', 'failure', 'bob'],
    ['su', 'bob to root on /dev/ttyp0', 'su', 'success', 'bob'],
    ['su', '(to root) bob on pts/0', 'su', 'success', 'bob'],
    ['login', 'ROOT LOGIN ON tty2', 'login', 'success', 'root'],
    ['login', 'LOGIN ON tty1 BY bob FROM 10.0.0.7', 'login', 'success', 'bob'],
    ['login', 'TOO MANY LOGIN TRIES (3) on /dev/tty1 FOR bob', 'login', 'failure', 'bob'],
    ['systemd-logind', 'Removed session 12.', 'session_closed', 'success', undefined],
    [
      'systemd-logind',
      'Session c4 logged out. Waiting for processes to exit.',
      'session_logged_out',
      'success',
      undefined,
    ],
    ['usermod', "lock user 'bob' password", 'locked-user-account', 'success', 'bob'],
    ['usermod', "change user name 'bob' to 'rob'", 'renamed-user-account', 'success', 'bob'],
    ['chage', 'changed password expiry for bob', 'changed-password-expiry', 'success', 'bob'],
    ['chsh', "changed user 'bob' shell to '/bin/zsh'", 'changed-user-account', 'success', 'bob'],
    ['passwd', "password for 'bob' changed by 'root'", 'changed-password', 'success', 'root'],
    ['gpasswd', 'user bob removed by root from group sudo', 'removed-user-from-group', 'success', 'root'],
    ['useradd', "failed adding user 'bob', data deleted", 'added-user-account', 'failure', 'bob'],
    ['groupadd', 'group added to /etc/group: name=ops, GID=1002', 'added-group-account', 'success', undefined],
    ['atd', "Starting job 1 (a0001) for user 'bob' (1000)", 'at_command', 'success', 'bob'],
    ['/usr/sbin/cron', '(bob) LIST (bob)', 'crontab_listed', 'success', 'bob'],
    [
      'vsftpd',
      'pam_faillock(vsftpd:auth): Consecutive login failures for user bob account temporarily locked',
      'account_locked',
      'failure',
      'bob',
    ],
    ['doas', 'command not permitted for bob: sh', 'doas', 'failure', 'bob'],
  ];
  for (const [program, message, action, outcome, user] of cases) {
    const event = ofProgram(program, message);
    assert.deepEqual(
      [event['event.action'], event['event.outcome'], event['user.name']],
      [action, outcome, user],
      message,
    );
    assert.equal(event['event.kind'], 'event', message);
  }
});

test('the same program name under another path, and a line said several times, are the same', () => {
  const repeated = ofProgram('sshd', 'message repeated 3 times: [ Failed password for root from 10.0.0.1 port 1 ssh2]');
  assert.deepEqual([repeated['event.outcome'], repeated['example.log.repeated']], ['failure', 3]);
  assert.equal(ofProgram('/USR/SBIN/CRON', '(root) CMD (true)')['event.action'], 'cron_command');
  assert.equal(ofProgram('my/cronicle', '(root) CMD (true)')['event.action'], undefined);
});
