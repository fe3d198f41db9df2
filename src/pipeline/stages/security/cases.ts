import type { JsonValue } from '../../../model/event.ts';

/** What one kind of line of a program means. Named groups are short names of fields (FIELDS). */
export type SecurityCase = { readonly pattern: RegExp; readonly set: Readonly<Record<string, JsonValue>> };

/** Short group names and the fields they fill. */
export const FIELDS: Readonly<Record<string, string>> = {
  user: 'user.name',
  uid: 'user.id',
  target: 'user.effective.name',
  changed: 'user.target.name',
  ip: 'source.ip',
  port: 'source.port',
  group: 'group.name',
  gid: 'group.id',
  command: 'process.command_line',
  folder: 'process.working_directory',
  tty: 'process.tty.name',
  method: 'ssh.method',
};

const START = ['start'];
const login = (action: string, outcome: string, category = ['authentication'], type: readonly string[] = START) => ({
  'event.action': action,
  'event.category': category,
  'event.type': type,
  'event.outcome': outcome,
});
const session = (action: string, type: string) => login(action, 'success', ['session'], [type]);
const account = (action: string, ...type: string[]) => login(action, 'success', ['iam'], type);

const SSH_FAILED = login('ssh_login', 'failure');

const SSHD: readonly SecurityCase[] = [
  {
    pattern: /^Accepted (?<method>\S+) for (?<user>\S{1,256}) from (?<ip>\S+) port (?<port>\d+)/,
    set: login('ssh_login', 'success'),
  },
  {
    pattern: /^Failed (?<method>\S+) for (?:invalid user )?(?<user>.{0,256}?) from (?<ip>\S+) port (?<port>\d+)/,
    set: SSH_FAILED,
  },
  {
    pattern: /^(?:Invalid|Illegal) user (?<user>.{0,256}?) from (?<ip>[^\s]+)(?: port (?<port>\d+))?\s*$/,
    set: SSH_FAILED,
  },
  {
    pattern:
      /^(?:error: )?maximum authentication attempts exceeded for (?:invalid user )?(?<user>.{0,256}?) from (?<ip>\S+) port (?<port>\d+)/,
    set: SSH_FAILED,
  },
  { pattern: /^User (?<user>\S+) from (?<ip>\S+) not allowed because/, set: SSH_FAILED },
  { pattern: /^ROOT LOGIN REFUSED FROM (?<ip>\S+)/, set: { ...SSH_FAILED, 'user.name': 'root' } },
  // Old daemons let only PAM speak, under their own name. Newer ones say the same twice; counting both would double it.
  {
    pattern: /^authentication failure;.{0,300}? rhost=(?<ip>\S+)(?:\s+user=(?<user>\S+))?/,
    set: SSH_FAILED,
  },
  {
    pattern: /^Did not receive identification string from (?<ip>\S+)/,
    set: login('ssh_probe', 'failure', ['network', 'intrusion_detection'], ['info']),
  },
  {
    pattern: /^reverse mapping checking getaddrinfo for .{0,300} \[(?<ip>[^\]]+)\] failed - POSSIBLE BREAK-IN ATTEMPT/,
    set: login('ssh_probe', 'failure', ['network', 'intrusion_detection'], ['info']),
  },
];

/** Sessions as PAM writes them for every program. */
const SESSIONS: readonly SecurityCase[] = [
  {
    pattern: /^pam_unix\([^)]{1,64}:session\): session opened for user (?<user>[^\s(]+)(?:\(uid=(?<uid>\d+)\))?/,
    set: session('session_opened', 'start'),
  },
  {
    pattern: /^pam_unix\([^)]{1,64}:session\): session closed for user (?<user>\S+)/,
    set: session('session_closed', 'end'),
  },
];

const PAM: readonly SecurityCase[] = [
  {
    pattern:
      /^pam_unix\([\w.-]{1,64}:auth\): authentication failure;.{0,300}? rhost=(?<ip>\S*)(?:\s+user=(?<user>\S+))?/,
    set: login('authentication', 'failure'),
  },
  ...SESSIONS,
];

const SUDO: readonly SecurityCase[] = [
  {
    pattern:
      /^\s*(?<user>\S{1,256}) : (?:user NOT in sudoers|command not allowed|\d+ incorrect password attempts?|a password is required) ; (?:TTY=(?<tty>\S+) ; )?PWD=(?<folder>.{0,1000}?) ; USER=(?<target>\S+) ;(?: GROUP=\S+ ;)?(?: TSID=\S+ ;)? COMMAND=(?<command>.*)$/,
    set: login('sudo', 'failure', ['authentication', 'process']),
  },
  {
    pattern:
      /^\s*(?<user>\S{1,256}) : (?:TTY=(?<tty>\S+) ; )?PWD=(?<folder>.{0,1000}?) ; USER=(?<target>\S+) ;(?: GROUP=\S+ ;)?(?: TSID=\S+ ;)? COMMAND=(?<command>.*)$/,
    set: login('sudo', 'success', ['process']),
  },
];

const SU: readonly SecurityCase[] = [
  {
    pattern: /^FAILED (?:SU|su) (?:\(to (?<target>\S+)\)|for (?<target2>\S+) by) (?<user>\S+)/,
    set: login('su', 'failure'),
  },
  { pattern: /^\(to (?<target>\S+)\) (?<user>\S+) on /, set: login('su', 'success') },
  { pattern: /^Successful su for (?<target>\S+) by (?<user>\S+)/, set: login('su', 'success') },
];

const ACCOUNTS: readonly SecurityCase[] = [
  {
    pattern: /^new user: name=(?<changed>[^,\s]+), UID=(?<uid>\d+), GID=(?<gid>\d+)/,
    set: account('added-user-account', 'user', 'creation'),
  },
  {
    pattern: /^new group: name=(?<group>[^,\s]+), GID=(?<gid>\d+)/,
    set: account('added-group-account', 'group', 'creation'),
  },
  { pattern: /^delete user '(?<changed>[^']+)'/, set: account('deleted-user-account', 'user', 'deletion') },
  {
    pattern: /^(?:group '(?<group>[^']+)' removed|removed group '(?<group2>[^']+)')/,
    set: account('deleted-group-account', 'group', 'deletion'),
  },
  {
    pattern: /^add '(?<changed>[^']+)' to (?:shadow )?group '(?<group>[^']+)'/,
    set: account('added-user-to-group', 'group', 'change'),
  },
  { pattern: /password changed for (?<changed>\S+)/, set: account('changed-password', 'user', 'change') },
];

/** By the program's name. Two groups of one meaning need two names in a regex: a trailing digit is not part of it. */
export const CASES: ReadonlyMap<string, readonly SecurityCase[]> = new Map([
  ['sshd', [...SSHD, ...SESSIONS]],
  ['sshd-session', [...SSHD, ...SESSIONS]],
  ['sudo', [...SUDO, ...PAM]],
  ['su', [...SU, ...PAM]],
  ['login', PAM],
  ['CRON', PAM],
  ['cron', PAM],
  ['systemd', PAM],
  ['gdm-password]', PAM],
  ['useradd', ACCOUNTS],
  ['userdel', ACCOUNTS],
  ['usermod', ACCOUNTS],
  ['groupadd', ACCOUNTS],
  ['groupdel', ACCOUNTS],
  ['gpasswd', ACCOUNTS],
  ['passwd', ACCOUNTS],
  ['chpasswd', ACCOUNTS],
]);
