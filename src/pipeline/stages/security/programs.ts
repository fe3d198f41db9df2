import { account, login, meaning, type SecurityCase, session } from './case.ts';

/** Sessions as PAM modules write them for every program; very old ones leave out the module's name. */
const SESSIONS: readonly SecurityCase[] = [
  {
    pattern:
      /^(?:(?<module>pam_\w{1,32})\((?<service>[^)]{1,64}):session\): )?session opened for user (?<user>[^\s(]+)(?:\(uid=(?<uid>\d+)\))?(?: by (?<by>[^\s(]{1,256})?\(uid=)?/,
    set: session('session_opened', 'start'),
  },
  {
    pattern: /^(?:(?<module>pam_\w{1,32})\((?<service>[^)]{1,64}):session\): )?session closed for user (?<user>\S+)/,
    set: session('session_closed', 'end'),
  },
];

const PASSWORD: SecurityCase = {
  pattern:
    /^(?:(?<module>pam_\w{1,32})\((?<service>[^)]{1,64}):chauthtok\): )?password changed for (?<account>[^\s,]+)/,
  set: account('changed-password', 'user', 'change'),
};

const LOCKED: SecurityCase = {
  pattern:
    /^(?<module>pam_(?:tally2?|faillock))\((?<service>[\w.-]{1,64}):auth\): (?<reason>(?:user|Consecutive login failures for user) (?<user>[^\s(]{1,256}).{0,300})/,
  set: login('account_locked', 'failure'),
};

/** sshd speaks for itself of what failed, so of PAM only its sessions count. */
export const PAM_OF_SSHD: readonly SecurityCase[] = [...SESSIONS, LOCKED];

/** Of su the user named last is the one to become. */
const PAM_OF_SU: SecurityCase = {
  pattern:
    /^(?:(?<module>pam_\w{1,32})\((?<service>[\w.-]{1,64}):auth\): )?authentication failure;.{0,300}? ruser=(?<user>\S+) rhost=(?<ip>\S*)\s+user=(?<target>\S+)/,
  set: login('authentication', 'failure'),
};

export const PAM: readonly SecurityCase[] = [
  {
    pattern:
      /^(?<module>pam_\w{1,32})\((?<service>[\w.-]{1,64}):auth\): authentication success;.{0,300}? rhost=(?<ip>\S*)(?:\s+user=(?<user>\S+))?/,
    set: login('authentication', 'success'),
  },
  {
    pattern:
      /^(?<module>pam_\w{1,32})\((?<service>[\w.-]{1,64}):\w{1,20}\): (?<reason>access denied) for user [`'](?<user>[^']{1,256})' from [`'](?<ip>[^']{1,255})'/,
    set: login('authentication', 'failure'),
  },
  {
    pattern:
      /^(?:(?<module>pam_\w{1,32})\((?<service>[\w.-]{1,64}):auth\): )?authentication failure;.{0,300}? rhost=(?<ip>\S*)(?:\s+user=(?<user>\S+))?/,
    set: login('authentication', 'failure'),
  },
  ...SESSIONS,
  PASSWORD,
  LOCKED,
];

/** What sudo puts before a command (its manual, "LOG FORMAT"), in that order; each but the last may be missing. */
const SUDO_FIELDS =
  String.raw`(?:HOST=(?<sudoHost>\S{1,255}) [;:]\s+)?(?:TTY=(?<sudoTty>\S{1,255}) ;\s+)?(?:CHROOT=(?<chroot>[^;]{1,1000}) ;\s+)?(?:PWD=(?<folder>[^;]{0,1000}) ;\s+)?` +
  String.raw`(?:USER=(?<target>[^;]{1,256}) ;\s+)?(?:GROUP=(?<sudoGroup>\S{1,256}) ;\s+)?(?:TSID=(?<tsid>\S{1,256}) ;\s+)?(?:ENV=(?<env>[^;]{1,1000}) ;\s+)?COMMAND=(?<command>[\s\S]*)$`;

export const SUDO: readonly SecurityCase[] = [
  // Said before the command itself, which runs all the same.
  {
    pattern:
      /^\s*(?<user>[^\s:][^:]{0,255}) : (?<reason>(?:unable to resolve|problem with|unknown defaults|invalid defaults)[^;]{0,200}) ;/,
    set: meaning('sudo', ['process'], ['info']),
  },
  {
    pattern: new RegExp(String.raw`^\s*(?<user>[^\s:][^:]{0,255}) : ${SUDO_FIELDS}`),
    set: login('sudo', 'success', ['process']),
  },
  {
    pattern: new RegExp(
      String.raw`^\s*(?<user>[^\s:][^:]{0,255}) : (?:HOST=(?<sudoHost2>\S{1,255}) [;:]\s+)?(?<error>[^;=]{1,200}) ;\s+${SUDO_FIELDS}`,
    ),
    set: login('sudo', 'failure', ['authentication', 'process']),
  },
];

/** util-linux, shadow and the BSDs; the old `+ /dev/pts/0 a:b` says again what a line before it said. */
export const SU: readonly SecurityCase[] = [
  PAM_OF_SU,
  {
    pattern: /^FAILED (?:SU|su) (?:\(to (?<target>\S+)\)|for (?<target2>\S+) by) (?<user>\S+)(?: on (?<tty>\S+))?/,
    set: login('su', 'failure'),
  },
  { pattern: /^BAD SU (?<user>\S+) to (?<target>\S+)(?: on (?<tty>\S+))?/, set: login('su', 'failure') },
  { pattern: /^\(to (?<target>\S+)\) (?<user>\S+) on (?<tty>\S+)/, set: login('su', 'success') },
  { pattern: /^Successful su for (?<target>\S+) by (?<user>\S+)/, set: login('su', 'success') },
  { pattern: /^(?<user>\S+) to (?<target>\S+) on (?<tty>\/dev\/\S+)/, set: login('su', 'success') },
];

export const DOAS: readonly SecurityCase[] = [
  {
    pattern: /^(?<user>\S+) ran command (?<command>.{1,4000}) as (?<target>\S{1,256}) from (?<folder>\S{1,1000})/,
    set: login('doas', 'success', ['process']),
  },
  {
    pattern: /^(?<reason>failed auth|command not permitted) for (?<user>[^\s:]+)(?:: (?<command>.{1,4000}))?/,
    set: login('doas', 'failure', ['authentication', 'process']),
  },
];

export const PKEXEC: readonly SecurityCase[] = [
  {
    pattern:
      /^(?<user>[^\s:]+): (?<reason>Error[^[]{1,200}|Request dismissed[^[]{0,200}) \[USER=(?<target>[^\]]{1,256})\] \[TTY=(?<tty>[^\]]{1,255})\] \[CWD=(?<folder>[^\]]{1,1000})\] \[COMMAND=(?<command>.{1,4000})\]$/,
    set: login('pkexec', 'failure', ['authentication', 'process']),
  },
  {
    pattern:
      /^(?<user>[^\s:]+): (?:Executing command|(?<reason>[^[]{1,200})) \[USER=(?<target>[^\]]{1,256})\] \[TTY=(?<tty>[^\]]{1,255})\] \[CWD=(?<folder>[^\]]{1,1000})\] \[COMMAND=(?<command>.{1,4000})\]$/,
    set: login('pkexec', 'success', ['process']),
  },
];

/** util-linux's login. */
export const LOGIN: readonly SecurityCase[] = [
  {
    pattern:
      /^FAILED LOGIN (?:\(\d+\)|\d+|SESSION)(?: on '?(?<tty>[^\s']{1,255})'?)?(?: FROM '?(?<ip>[^\s',]{1,255})'?)? FOR '?(?<user>[^\s',]{1,256})'?, (?<reason>.{1,200})/,
    set: login('login', 'failure'),
  },
  {
    pattern:
      /^TOO MANY LOGIN TRIES \(\d+\)(?: on '?(?<tty>[^\s']{1,255})'?)?(?: FROM '?(?<ip>[^\s',]{1,255})'?)? FOR '?(?<user>[^\s',]{1,256})'?/,
    set: login('login', 'failure'),
  },
  {
    pattern: /^ROOT LOGIN {1,2}ON '?(?<tty>[^\s']{1,255})'?(?: FROM '?(?<ip>[^\s']{1,255})'?)?/i,
    set: { ...login('login', 'success'), 'user.name': 'root' },
  },
  // FreeBSD
  {
    pattern: /^ROOT LOGIN \((?<user>[^)]{1,256})\) ON (?<tty>[^\s]{1,255})(?: FROM (?<ip>\S{1,255}))?/,
    set: login('login', 'success'),
  },
  { pattern: /^login on (?<tty>\S{1,255}) as (?<user>\S{1,256})/, set: login('login', 'success') },
  {
    pattern:
      /^\d{1,4} LOGIN FAILURES? (?:FROM (?<ip>[^\s,]{1,255})|ON (?<tty>[^\s,]{1,255}))(?:, (?<user>\S{1,256}))?$/,
    set: login('login', 'failure'),
  },
  {
    pattern:
      /^LOGIN (?<user>\S{1,256}) REFUSED \((?<reason>[^)]{1,100})\)(?: FROM (?<ip>\S{1,255}))? ON TTY (?<tty>\S{1,255})/,
    set: login('login', 'failure'),
  },
  { pattern: /^LOGIN ON (?<tty>\S+) BY (?<user>\S+)(?: FROM (?<ip>\S+))?/i, set: login('login', 'success') },
];

export const LOGIND: readonly SecurityCase[] = [
  {
    pattern:
      /^New session '?(?<session>[^\s']{1,64})'? of user '?(?<user>[^\s']{1,256}?)'?(?:\.| with class '(?<sessionClass>[\w-]{1,64})' and type '(?<sessionType>[\w-]{1,64})'\.?)$/,
    set: session('session_opened', 'start'),
  },
  { pattern: /^Removed session '?(?<session>[^\s'.]{1,64})'?\.$/, set: session('session_closed', 'end') },
  {
    pattern: /^Session '?(?<session>[^\s']{1,64})'? logged out\. Waiting for processes to exit\.$/,
    set: meaning('session_logged_out', ['session'], ['end'], 'success'),
  },
  {
    pattern:
      /^(?:The system|System) (?:will|is) (?:going down|reboot(?:ing)?|power(?:ing)? (?:off|down)|halt(?:ing)?|shutting down)/,
    set: meaning('host_shutdown', ['host'], ['end'], 'success'),
  },
];

export const POLKIT: readonly SecurityCase[] = [
  {
    pattern: /^Operator of (?<session>\S{1,200}) successfully authenticated as unix-user:(?<user>\S{1,256}) to gain/,
    set: login('polkit', 'success'),
  },
  {
    pattern: /^Operator of (?<session>\S{1,200}) FAILED to authenticate to gain/,
    set: login('polkit', 'failure'),
  },
];

const CRONTAB = (action: string, ...type: string[]) => meaning(action, ['configuration'], type, 'success');

/** Vixie cron, cronie and Debian's: `(user) WORD (text)`. */
export const CRON: readonly SecurityCase[] = [
  {
    pattern: /^\((?<user>[^\s()]{1,256})\) CMD \((?<command>[\s\S]*)\)$/,
    set: meaning('cron_command', ['process'], ['start'], 'success'),
  },
  {
    pattern: /^\((?<user>[^\s()]{1,256})\) CMDEND \((?<command>[\s\S]*)\)$/,
    set: meaning('cron_command', ['process'], ['end'], 'success'),
  },
  {
    pattern: /^\((?<user>[^\s()]{1,256})\) REPLACE \((?<changed>[^\s()]{1,256})\)/,
    set: CRONTAB('crontab_replaced', 'change'),
  },
  {
    pattern: /^\((?<user>[^\s()]{1,256})\) DELETE \((?<changed>[^\s()]{1,256})\)/,
    set: CRONTAB('crontab_deleted', 'deletion'),
  },
  {
    pattern: /^\((?<user>[^\s()]{1,256})\) LIST \((?<changed>[^\s()]{1,256})\)/,
    set: CRONTAB('crontab_listed', 'access'),
  },
  {
    pattern: /^\((?<user>[^\s()]{1,256})\) (?:BEGIN|END) EDIT \((?<changed>[^\s()]{1,256})\)/,
    set: CRONTAB('crontab_edited', 'info'),
  },
  { pattern: /^\((?<user>[^\s()]{1,256})\) AUTH \((?<reason>[^()]{1,300})\)/, set: login('crontab', 'failure') },
  {
    pattern: /^\((?:CRON|\*system\*[^\s()]{0,256})\) (?:ERROR|error) \((?<reason>[\s\S]{1,1000})\)$/,
    set: meaning('cron_error', ['process'], ['info'], 'failure'),
  },
  {
    pattern:
      /^\((?<user>[^\s()]{1,256})\) (?:FAILED|ERROR|PAM ERROR|FAILED to [\w ]{1,60}) \((?<reason>[\s\S]{1,1000})\)$/,
    set: meaning('cron_error', ['process'], ['info'], 'failure'),
  },
];

/** anacron, Debian's and cronie's run-parts, and busybox's crond, which writes commands in its own way. */
export const CRON_JOBS: readonly SecurityCase[] = [
  { pattern: /^Job `(?<job>[^'`]{1,256})' started$/, set: meaning('cron_job', ['process'], ['start'], 'success') },
  {
    pattern:
      /^Job `(?<job>[^'`]{1,256})' terminated \((?<reason>exit status: [1-9]\d{0,2}|due to signal \d{1,3})\)(?: \(mailing output\))?$/,
    set: meaning('cron_job', ['process'], ['end'], 'failure'),
  },
  {
    pattern: /^Job `(?<job>[^'`]{1,256})' terminated(?: \((?<reason>[^()]{1,300})\)){0,2}$/,
    set: meaning('cron_job', ['process'], ['end'], 'success'),
  },
  {
    pattern: /^(?:\([^()\s]{1,500}\) )?starting (?<job>\S{1,256})$/,
    set: meaning('cron_job', ['process'], ['start'], 'success'),
  },
  {
    pattern: /^(?:\([^()\s]{1,500}\) )?finished (?<job>\S{1,256})$/,
    set: meaning('cron_job', ['process'], ['end'], 'success'),
  },
  {
    pattern: /^USER (?<user>\S{1,256}) pid +\d{1,10} cmd (?<command>[\s\S]*)$/,
    set: meaning('cron_command', ['process'], ['start'], 'success'),
  },
];

export const ATD: readonly SecurityCase[] = [
  {
    pattern: /^Starting job \d{1,9} \(\S{1,64}\) for user '(?<user>[^']{1,256})' \((?<uid>\d+)\)/,
    set: meaning('at_command', ['process'], ['start'], 'success'),
  },
];
