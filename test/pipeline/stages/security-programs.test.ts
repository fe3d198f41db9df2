import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Event, JsonValue } from '../../../src/model/event.ts';
import { present, runnerOf } from '../stage-context.ts';

const run = runnerOf('classify-security');
const ofProgram = (program: string, message: string): Event => present(run({ 'process.name': program, message }));

type Wanted = Readonly<Record<string, JsonValue | undefined>>;

function holds(program: string, cases: readonly (readonly [string, Wanted])[]): void {
  for (const [message, wanted] of cases) {
    const event = ofProgram(program, message);
    for (const [field, value] of Object.entries(wanted)) assert.deepEqual(event[field], value, `${message}: ${field}`);
  }
}

const FROM = { 'source.ip': '203.0.113.9', 'source.port': 5 };

test('a name that looks like the rest of the line hides no address', () => {
  const name = 'root from 198.51.100.1 port 22';
  holds('sshd', [
    [
      `Failed password for invalid user ${name} ssh2 from 203.0.113.9 port 5 ssh2`,
      { ...FROM, 'user.name': `${name} ssh2` },
    ],
    [`Failed none for invalid user ${name} from 203.0.113.9 port 5 ssh2`, { ...FROM, 'user.name': name }],
    [
      `error: maximum authentication attempts exceeded for invalid user ${name} from 203.0.113.9 port 5 ssh2 [preauth]`,
      { ...FROM, 'user.name': name },
    ],
    [
      'Connection closed by invalid user a 198.51.100.1 port 22 203.0.113.9 port 5 [preauth]',
      { ...FROM, 'user.name': 'a 198.51.100.1 port 22' },
    ],
  ]);
});

test('the end of a connection is known by all its wordings and whatever the name', () => {
  const end = { ...FROM, 'event.action': 'ssh_disconnected' };
  holds('sshd', [
    ['Connection closed by invalid user  203.0.113.9 port 5 [preauth]', { ...end, 'user.name': undefined }],
    [
      'Connection reset by authenticating user bob smith 203.0.113.9 port 5 [preauth]',
      { ...end, 'user.name': 'bob smith', 'source.domain': undefined },
    ],
    ['Disconnected from user bob 203.0.113.9 port 5', { ...end, 'user.name': 'bob' }],
    ['Disconnecting user bob 203.0.113.9 port 5: The user was logged out', { ...end, 'user.name': 'bob' }],
    ['Connection closed by fe80::1%eth0 port 5', { 'source.ip': 'fe80::1', 'source.address': 'fe80::1%eth0' }],
    ['Connection closed by 203.0.113.9 [preauth]', { 'source.ip': '203.0.113.9', 'source.port': undefined }],
    [
      'Timeout before authentication for connection from 203.0.113.9 to 192.0.2.1, pid = 7',
      { 'source.ip': '203.0.113.9', 'destination.ip': '192.0.2.1', 'event.action': 'ssh_disconnected' },
    ],
  ]);
});

test('what PAM says of sshd names user and address and counts as no second attempt', () => {
  const cases = [
    'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=203.0.113.9  user=root',
    'PAM 2 more authentication failures; logname= uid=0 euid=0 tty=ssh ruser= rhost=203.0.113.9  user=root',
    'pam_sss(sshd:auth): authentication success; logname= uid=0 euid=0 tty=ssh ruser= rhost=203.0.113.9 user=root',
  ];
  const wanted = { 'user.name': 'root', 'source.ip': '203.0.113.9', 'event.outcome': undefined };
  holds(
    'sshd',
    cases.map((message) => [message, wanted] as const),
  );
  holds('vsftpd', [[cases[2]!.replace('sshd', 'vsftpd'), { ...wanted, 'event.outcome': 'success' }]]);
});

test('of su the user named last is the one to become', () => {
  holds('su', [
    [
      'pam_unix(su-l:auth): authentication failure; logname=bob uid=1000 euid=0 tty=pts/0 ruser=bob rhost=  user=root',
      { 'user.name': 'bob', 'user.effective.name': 'root', 'event.outcome': 'failure' },
    ],
  ]);
});

test('penalties, transfers of files and Dropbear are told apart', () => {
  holds('sshd', [
    [
      'srclimit_penalise: ipv6: new 2001:db8::/64 active penalty of 16 seconds for penalty: failed authentication',
      { 'event.action': 'ssh_penalty', 'source.ip': '2001:db8::' },
    ],
  ]);
  holds('internal-sftp', [
    ['session opened for local user bob from [203.0.113.9]', { 'event.category': ['session'], 'user.name': 'bob' }],
    ['open "/x" flags READ mode 0666', { 'event.category': undefined }],
  ]);
  holds('dropbear', [
    ["Password auth succeeded for 'root' from 203.0.113.9:5", { ...FROM, 'event.outcome': 'success' }],
    [
      "Pubkey auth succeeded for 'root' with ssh-ed25519 key SHA256:ab from 203.0.113.9:5",
      { ...FROM, 'user.name': 'root', 'example.log.ssh.signature': 'ssh-ed25519 key SHA256:ab' },
    ],
    ["Bad password attempt for 'root' from 203.0.113.9:5", { ...FROM, 'event.outcome': 'failure' }],
    ['Login attempt for nonexistent user from 203.0.113.9:5', { ...FROM, 'user.name': undefined }],
    [
      "Exit before auth from <203.0.113.9:5>: (user 'root', 3 fails): Exited normally",
      { ...FROM, 'user.name': 'root' },
    ],
  ]);
});

test('what was not allowed, or only warned of, is no success and no failure more', () => {
  const running = 'USER=root] [TTY=/dev/pts/0] [CWD=/home/bob] [COMMAND=/bin/ls]';
  holds('pkexec', [
    [`bob: Error executing command as another user: Not authorized [${running}`, { 'event.outcome': 'failure' }],
    [`bob: Executing command [${running}`, { 'event.outcome': 'success' }],
  ]);
  holds('sudo', [
    [
      '     bob : unable to resolve host web-1 ; TTY=pts/0 ; PWD=/home/bob ; USER=root ; COMMAND=/bin/ls',
      { 'event.outcome': undefined, 'event.reason': 'unable to resolve host web-1', 'user.name': 'bob' },
    ],
    ['     bob : problem with defaults entries ; TTY=pts/0 ; PWD=/home/bob ;', { 'user.name': 'bob' }],
  ]);
  holds('login', [
    ['FAILED LOGIN 1 FROM (null) FOR bob, Authentication failure', { 'source.domain': undefined, 'user.name': 'bob' }],
    ['FAILED LOGIN SESSION FROM tty1 FOR bob, Error in service module', { 'source.domain': undefined }],
  ]);
});

test('a job of anacron ends as its status says', () => {
  const job = "Job `cron.daily' terminated";
  holds('anacron', [
    [`${job} (exit status: 1) (mailing output)`, { 'event.outcome': 'failure', 'event.reason': 'exit status: 1' }],
    [`${job} (due to signal 9)`, { 'event.outcome': 'failure' }],
    [`${job} (mailing output)`, { 'event.outcome': 'success', 'event.reason': 'mailing output' }],
    [job, { 'event.outcome': 'success' }],
  ]);
  holds('CRON', [
    [
      '(bob) FAILED to open PAM security session (Permission denied)',
      { 'event.action': 'cron_error', 'event.outcome': 'failure', 'user.name': 'bob' },
    ],
  ]);
});

test('accounts as SUSE’s pwdutils and groupmems tell of them', () => {
  holds('useradd', [
    [
      'new account added - account=bob, uid=1001, gid=100, home=/home/bob, shell=/bin/bash, by=0',
      { 'event.action': 'added-user-account', 'user.target.name': 'bob', 'user.target.id': '1001', 'group.id': '100' },
    ],
  ]);
  holds('groupmems', [["user 'bob' added to 'devs'", { 'event.action': 'added-user-to-group', 'group.name': 'devs' }]]);
});

test('logins and accounts as the BSDs tell of them', () => {
  holds('login', [
    ['ROOT LOGIN (root) ON ttyv0', { 'user.name': 'root', 'event.outcome': 'success', 'example.log.tty': 'ttyv0' }],
    ['login on ttyv0 as bob', { 'user.name': 'bob', 'event.outcome': 'success' }],
    ['2 LOGIN FAILURES FROM 203.0.113.9, bob', { 'user.name': 'bob', 'source.ip': '203.0.113.9' }],
    ['1 LOGIN FAILURE ON ttyv0', { 'event.outcome': 'failure', 'example.log.tty': 'ttyv0' }],
    ['LOGIN bob REFUSED (HOMEDIR) ON TTY ttyv0', { 'user.name': 'bob', 'event.reason': 'HOMEDIR' }],
  ]);
  holds('useradd', [
    [
      'new user added: name=bob, uid=1001, gid=1001, home=/home/bob, shell=/bin/ksh',
      {
        'user.target.name': 'bob',
        'user.target.id': '1001',
        'group.id': '1001',
        'example.log.useradd.shell': '/bin/ksh',
      },
    ],
    ['new group added: name=bob, gid=1001', { 'group.name': 'bob', 'group.id': '1001' }],
  ]);
});
