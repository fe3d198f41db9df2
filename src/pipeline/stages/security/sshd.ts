import { login, meaning, type SecurityCase, session } from './case.ts';

const FAILED = login('ssh_login', 'failure');
/** Said once more of an attempt that sshd tells the outcome of. */
const OF_PAM = meaning('authentication', ['authentication'], ['info']);
const PROBE = meaning('ssh_probe', ['network', 'intrusion_detection'], ['info'], 'failure');
const CONNECTED = meaning('ssh_connected', ['network'], ['connection', 'start']);
const CLOSED = meaning('ssh_disconnected', ['network'], ['connection', 'end']);
const REFUSED = meaning('ssh_refused', ['network'], ['connection', 'denied'], 'failure');

/** Attempts to log in: auth.c and auth2*.c of OpenSSH, and how PAM says it under sshd's name. */
const LOGINS: readonly SecurityCase[] = [
  {
    pattern:
      /^(?<ssh>Accepted) (?<method>\S{1,100}) for (?<user>.{0,256}?) from (?<ip>\S+) port (?<port>\d+)(?: ssh\d?)?(?:: (?<signature>.{1,2000}))?/,
    set: login('ssh_login', 'success'),
  },
  // What a client gives for a name may look like the rest of the line: of these methods nothing follows the address.
  {
    pattern:
      /^(?<ssh>Failed) (?<method>password|none|keyboard-interactive\S{0,80}) for (?:invalid user |illegal user )?(?<user>.{0,256}) from (?<ip>\S+) port (?<port>\d+)(?: ssh\d?)?(?: \[preauth\])?$/,
    set: FAILED,
  },
  {
    pattern:
      /^(?<ssh>Failed) (?<method>\S{1,100}) for (?:invalid user |illegal user )?(?<user>.{0,256}?) from (?<ip>\S+) port (?<port>\d+)(?: ssh\d?)?(?:: (?<signature>.{1,2000}))?/,
    set: FAILED,
  },
  {
    pattern: /^(?<ssh>Invalid|Illegal) user (?<user>.{0,256}?) from (?<ip>[^\s]+)(?: port (?<port>\d+))?\s*$/,
    set: FAILED,
  },
  {
    pattern:
      /^(?:error: )?(?<reason>maximum authentication attempts exceeded) for (?:invalid user )?(?<user>.{0,256}) from (?<ip>\S+) port (?<port>\d+)(?: ssh\d?)?(?: \[preauth\])?$/,
    set: FAILED,
  },
  {
    pattern:
      /^error: PAM: (?<reason>.{1,200}?) for (?:illegal user |invalid user )?(?<user>.{0,256}?) from (?<ip>\S+)(?: via (?<ownIp>\S+))?$/,
    set: FAILED,
  },
  { pattern: /^User (?<user>\S+) from (?<ip>\S+) not allowed because (?<reason>.{1,500})/, set: FAILED },
  {
    pattern: /^User (?<user>\S+) not allowed because (?<reason>.{1,500})/,
    set: FAILED,
  },
  {
    pattern: /^ROOT LOGIN REFUSED FROM (?<ip>\S+)(?: port (?<port>\d+))?/,
    set: { ...FAILED, 'user.name': 'root' },
  },
  {
    pattern:
      /^(?<ssh>Postponed|Partial) (?<method>\S{1,100}) for (?:invalid user )?(?<user>.{0,256}?) from (?<ip>\S+) port (?<port>\d+)/,
    set: meaning('ssh_login', ['authentication'], ['info'], 'unknown'),
  },
  // Old daemons let only PAM speak, under their own name. Newer ones say the same twice; counting both would double it.
  {
    pattern: /^authentication failure;.{0,300}? rhost=(?<ip>\S+)(?:\s+user=(?<user>\S+))?/,
    set: FAILED,
  },
  {
    pattern:
      /^(?:(?<module>pam_\w{1,32})\((?<service>[\w.-]{1,64}):auth\): authentication (?:failure|success)|PAM \d{1,4} more authentication failures?);.{0,300}? rhost=(?<ip>\S*)(?:\s+user=(?<user>\S+))?/,
    set: OF_PAM,
  },
  {
    pattern:
      /^(?:fatal: )?(?<reason>Access denied) for user (?<user>.{1,256}) by PAM account configuration(?: \[preauth\])?$/,
    set: OF_PAM,
  },
];

/** Connections that never came to a login: what scanners leave. */
const PROBES: readonly SecurityCase[] = [
  {
    pattern: /^Did not receive identification string from (?<ip>[^\s]+)(?: port (?<port>\d+))?/,
    set: PROBE,
  },
  {
    pattern: /^(?<reason>Bad protocol version identification .{0,300}) from (?<ip>\S+)(?: port (?<port>\d+))?$/,
    set: PROBE,
  },
  {
    pattern: /^(?:error: )?banner exchange: Connection from (?<ip>\S+) port (?<port>\d+): (?<reason>.{1,300})/,
    set: PROBE,
  },
  { pattern: /^error: kex_(?:exchange|protocol)_(?:identification|error): (?<reason>.{1,500})/, set: PROBE },
  {
    pattern: /^(?:fatal: |error: )?Unable to negotiate with (?<ip>\S+)(?: port (?<port>\d+))?: (?<reason>.{1,1000})/,
    set: PROBE,
  },
  {
    pattern:
      /^reverse mapping checking getaddrinfo for \S{1,255} \[(?<ip>[^\]]+)\] failed(?: - POSSIBLE BREAK-IN ATTEMPT)?/,
    set: PROBE,
  },
  { pattern: /^Address (?<ip>\S+) maps to \S{1,255}, but this does not map back to the address/, set: PROBE },
  {
    pattern:
      /^(?:fatal: )?ssh_dispatch_run_fatal: Connection from (?:(?:invalid|authenticating) user (?<user>\S+) )?(?<ip>\S+) port (?<port>\d+): (?<reason>.{1,300})/,
    set: PROBE,
  },
  {
    pattern:
      /^drop connection #\d{1,9} from \[(?<ip>[^\]]{1,64})\]:(?<port>\d+) on \[(?<ownIp>[^\]]{1,64})\]:(?<ownPort>\d+) (?<reason>.{1,200})/,
    set: REFUSED,
  },
  {
    pattern:
      /^srclimit_penalise: \S{1,20} (?:new )?(?<ip>[\dA-Fa-f.:]{2,45})\/\d{1,3} (?<reason>(?:new |active |deferred |extended )?.{0,40}penalty.{1,300})/,
    set: meaning('ssh_penalty', ['network', 'intrusion_detection'], ['info']),
  },
  { pattern: /^refused connect from (?:\S{1,255} \()?(?<ip>[^\s()]+)\)?/, set: REFUSED },
];

const CONNECTIONS: readonly SecurityCase[] = [
  {
    pattern: /^Connection from (?<ip>\S+) port (?<port>\d+)(?: on (?<ownIp>\S+) port (?<ownPort>\d+))?/,
    set: CONNECTED,
  },
  {
    pattern:
      /^(?:error: |fatal: )?(?:Connection (?:closed|reset) by|Disconnected from|Timeout before authentication for)(?: (?:(?:invalid|authenticating) )?user (?<user>.{0,256}?))? (?<ip>[\dA-Fa-f]{0,4}[.:][\dA-Fa-f.:]{1,45}(?:%[\w.-]{1,20})?)(?: port (?<port>\d+))?(?: \[preauth\])?\s*$/,
    set: CLOSED,
  },
  {
    pattern:
      /^(?:error: |fatal: )?Timeout before authentication for connection from (?<ip>\S{1,64}) to (?<ownIp>[^\s,]{1,64})/,
    set: CLOSED,
  },
  {
    pattern:
      /^Disconnecting (?:(?:invalid|authenticating) )?user (?<user>.{0,256}?) (?<ip>[\dA-Fa-f]{0,4}[.:][\dA-Fa-f.:]{1,45}(?:%[\w.-]{1,20})?) port (?<port>\d+): (?<reason>.{1,300})/,
    set: CLOSED,
  },
  { pattern: /^Disconnecting: (?<reason>Too many authentication failures) for (?<user>\S{1,256})/, set: CLOSED },
  {
    pattern:
      /^(?:error: )?Received disconnect from (?<ip>[^\s]+?)(?: port (?<port>\d+))?: ?\d{1,5}: (?<reason>.{0,300})/,
    set: CLOSED,
  },
  {
    pattern: /^Starting session: .{1,300} for (?<user>\S{1,256}) from (?<ip>\S+) port (?<port>\d+)/,
    set: session('ssh_session', 'start'),
  },
  {
    pattern: /^Close session: user (?<user>\S{1,256}) from (?<ip>\S+) port (?<port>\d+)/,
    set: session('ssh_session', 'end'),
  },
  {
    pattern: /^subsystem request for (?<subsystem>\S{1,100}) by user (?<user>\S{1,256})/,
    set: meaning('ssh_subsystem', ['session'], ['info'], 'success'),
  },
];

/** sftp-server and internal-sftp. */
export const SFTP: readonly SecurityCase[] = [
  {
    pattern: /^session opened for local user (?<user>\S{1,256}) from \[(?<ip>[^\]]{1,64})\]/,
    set: session('sftp_session', 'start'),
  },
  {
    pattern: /^session closed for local user (?<user>\S{1,256}) from \[(?<ip>[^\]]{1,64})\]/,
    set: session('sftp_session', 'end'),
  },
];

/** Dropbear, the daemon of OpenWrt and many Alpines: svr-auth*.c and svr-session.c. */
export const DROPBEAR: readonly SecurityCase[] = [
  {
    pattern:
      /^(?:PAM )?(?<method>[Pp]assword|Pubkey) auth succeeded for '(?<user>[^']{1,256})'(?: with (?<signature>.{1,300}?))? from (?<ip>\S+):(?<port>\d{1,5})$/,
    set: login('ssh_login', 'success'),
  },
  {
    pattern: /^Bad (?:PAM )?(?<method>password) attempt for '(?<user>[^']{1,256})' from (?<ip>\S+):(?<port>\d{1,5})$/,
    set: FAILED,
  },
  {
    pattern:
      /^(?<reason>Login attempt (?:for nonexistent|with wrong) user|Max auth tries reached - user)(?: '(?<user>[^']{0,256})')?(?: from (?<ip>\S+):(?<port>\d{1,5}))?$/,
    set: FAILED,
  },
  { pattern: /^Child connection from (?<ip>\S+):(?<port>\d{1,5})$/, set: CONNECTED },
  {
    pattern:
      /^Exit before auth from <(?<ip>\S+):(?<port>\d{1,5})>: (?:\(user '(?<user>[^']{0,256})', \d{1,6} fails\): )?(?<reason>.{1,300})$/,
    set: CLOSED,
  },
  {
    pattern: /^Exit \((?<user>[^)]{1,256})\)(?: from <(?<ip>\S+):(?<port>\d{1,5})>)?: (?<reason>.{1,300})$/,
    set: session('ssh_session', 'end'),
  },
];

export const SSHD: readonly SecurityCase[] = [...LOGINS, ...PROBES, ...CONNECTIONS];
