import { ACCOUNTS } from './accounts.ts';
import type { SecurityCase } from './case.ts';
import { ATD, CRON, CRON_JOBS, DOAS, LOGIN, LOGIND, PAM, PAM_OF_SSHD, PKEXEC, POLKIT, SU, SUDO } from './programs.ts';
import { DROPBEAR, SFTP, SSHD } from './sshd.ts';

const OF_SSHD = [...SSHD, ...PAM_OF_SSHD];
const OF_CRON = [...CRON, ...CRON_JOBS, ...PAM];

/** By the program's name. Two groups of one meaning need two names in a regex: a trailing digit is not part of it. */
const CASES: ReadonlyMap<string, readonly SecurityCase[]> = new Map([
  ['sshd', OF_SSHD],
  ['sshd-session', OF_SSHD],
  ['sshd-auth', OF_SSHD],
  ['sftp-server', SFTP],
  ['internal-sftp', SFTP],
  ['dropbear', [...DROPBEAR, ...PAM]],
  ['sudo', [...SUDO, ...PAM]],
  ['su', [...SU, ...PAM]],
  ['runuser', PAM],
  ['doas', DOAS],
  ['pkexec', [...PKEXEC, ...PAM]],
  ['polkitd', POLKIT],
  ['login', [...LOGIN, ...PAM]],
  ['systemd-logind', LOGIND],
  ['atd', [...ATD, ...PAM]],
  ...['CRON', 'cron', 'crond', 'CROND', 'crontab', 'anacron', 'run-parts'].map((name) => [name, OF_CRON] as const),
  ...[
    'useradd',
    'userdel',
    'usermod',
    'adduser',
    'deluser',
    'newusers',
    'groupadd',
    'groupdel',
    'groupmod',
    'gpasswd',
    'groupmems',
  ].map((name) => [name, ACCOUNTS] as const),
  ...['passwd', 'chpasswd', 'chage', 'chfn', 'chsh', 'vipw'].map((name) => [name, ACCOUNTS] as const),
]);

/** The cases of a program: by its name, by that of its file (`/usr/sbin/cron`), or what PAM writes for any program. */
export function casesOf(program: string, message: string): readonly SecurityCase[] | undefined {
  const known = CASES.get(program) ?? (program.includes('/') ? CASES.get(fileName(program)) : undefined);
  if (known !== undefined) return known;
  return message.startsWith('pam_') ? PAM : undefined;
}

/** Old Debians write `/USR/SBIN/CRON`. */
function fileName(program: string): string {
  return program.slice(program.lastIndexOf('/') + 1);
}

/** Every case once, for the tests that hold them against ECS and against hostile lines. */
export function securityCases(): readonly SecurityCase[] {
  return [...new Set([...CASES.values(), PAM].flat())];
}
