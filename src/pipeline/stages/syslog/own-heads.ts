import { FACILITIES } from './names.ts';

/**
 * What daemons write of the priority in files, each at its own place: busybox's syslogd and OpenWrt's logread
 * `host auth.info sshd[1]: `, FreeBSD's `syslogd -v` `<4.6> host ` and `-vv` `<auth.info> host `, AIX's
 * `host auth|security:info sshd[1]: `, Solaris' message id `sshd[1]: [ID 800047 auth.info] ` and Apple's
 * `sshd[1] <Notice>: `.
 */
export type OwnHead = {
  /** The whole priority, or the severity alone. */
  readonly priority?: number;
  readonly severity?: number;
  readonly messageId?: string;
  /** What stands there, without it. */
  readonly rest: string;
};

const SEVERITY: Readonly<Record<string, number>> = {
  emerg: 0,
  panic: 0,
  alert: 1,
  crit: 2,
  err: 3,
  error: 3,
  warning: 4,
  warn: 4,
  notice: 5,
  info: 6,
  debug: 7,
};
const FACILITY: ReadonlyMap<string, number> = new Map([
  ...FACILITIES.map((name, code) => [name, code] as const),
  ['security', 4] as const,
]);

const OF_BUSYBOX = /^([a-z]{3,8}\d?)\.([a-z]{3,7})(?: |$)/;
const OF_FREEBSD = /^<(?:([a-z]{3,8}\d?)\.([a-z]{3,7})|(\d{1,2})\.([0-7]))> /;
const OF_AIX = /^([a-z]{3,8}\d?)(?:\|[a-z]{3,8})?:([a-z]{3,7})(?:\|[a-z]{3,7})? /;
const OF_SOLARIS = /^\[ID (\d{1,10}) ([a-z]{3,8}\d?)\.([a-z]{3,7})\] /;
const APPLE: readonly string[] = ['Emergency', 'Alert', 'Critical', 'Error', 'Warning', 'Notice', 'Info', 'Debug'];
const OF_APPLE = new RegExp(
  String.raw`^([A-Za-z][\w.-]{0,127}(?: [A-Z][\w.-]{0,60}){0,4}\[\d{1,10}\](?: \(\S{1,255}\))?) <(${APPLE.join('|')})>: `,
);

function priorityOf(facility: string | undefined, severity: string | undefined): number | undefined {
  const code = FACILITY.get(facility ?? '');
  const level = Object.hasOwn(SEVERITY, severity ?? '') ? SEVERITY[severity!] : undefined;
  return code === undefined || level === undefined ? undefined : code * 8 + level;
}

/** Before the host: `<auth.info> host sshd[1]: x`. */
export function beforeHost(text: string): OwnHead | undefined {
  const match = text.startsWith('<') ? OF_FREEBSD.exec(text) : null;
  if (match === null) return undefined;
  const [whole, facility, severity, code, level] = match;
  const priority = code === undefined ? priorityOf(facility, severity) : Number(code) * 8 + Number(level);
  if (priority === undefined || priority >= FACILITIES.length * 8) return undefined;
  return { priority, rest: text.slice(whole.length) };
}

/** Between host and tag, or in place of the host. */
export function beforeTag(text: string): OwnHead | undefined {
  const match = OF_BUSYBOX.exec(text) ?? OF_AIX.exec(text);
  const priority = match === null ? undefined : priorityOf(match[1], match[2]);
  if (match !== null && priority !== undefined) return { priority, rest: text.slice(match[0].length) };
  const apple = OF_APPLE.exec(text);
  if (apple === null) return undefined;
  return { severity: APPLE.indexOf(apple[2]!), rest: `${apple[1]}: ${text.slice(apple[0].length)}` };
}

/** Behind the tag. */
export function afterTag(text: string): OwnHead | undefined {
  const match = text.startsWith('[ID ') ? OF_SOLARIS.exec(text) : null;
  const priority = match === null ? undefined : priorityOf(match[2], match[3]);
  if (match === null || priority === undefined) return undefined;
  return { priority, messageId: match[1]!, rest: text.slice(match[0].length) };
}
