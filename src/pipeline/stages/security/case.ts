import type { JsonValue } from '../../../model/event.ts';

/** What one kind of line of a program means. Named groups are short names of fields. */
export type SecurityCase = { readonly pattern: RegExp; readonly set: Readonly<Record<string, JsonValue>> };

/**
 * Short group names and the fields they fill; one that begins with a dot goes under the dataset. An account that a line
 * names without its actor is the only user of the event (ECS: such a user is `user.*`) and the target of the change.
 */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  user: ['user.name'],
  uid: ['user.id'],
  target: ['user.effective.name'],
  account: ['user.target.name', 'user.name'],
  accountId: ['user.target.id', 'user.id'],
  changed: ['user.target.name'],
  newName: ['user.changes.name'],
  ip: ['source.ip'],
  port: ['source.port'],
  ownIp: ['destination.ip'],
  ownPort: ['destination.port'],
  group: ['group.name'],
  gid: ['group.id'],
  command: ['process.command_line'],
  folder: ['process.working_directory'],
  reason: ['event.reason'],
  method: ['.ssh.method'],
  signature: ['.ssh.signature'],
  ssh: ['.ssh.event'],
  subsystem: ['.ssh.subsystem'],
  error: ['.sudo.error', 'event.reason'],
  tty: ['.tty'],
  sudoTty: ['.sudo.tty'],
  sudoHost: ['.sudo.host'],
  chroot: ['.sudo.chroot'],
  sudoGroup: ['.sudo.group'],
  tsid: ['.sudo.tsid'],
  env: ['.sudo.env'],
  home: ['.useradd.home'],
  shell: ['.useradd.shell'],
  from: ['.useradd.from'],
  session: ['.session.id'],
  sessionClass: ['.session.class'],
  sessionType: ['.session.type'],
  service: ['.pam.service'],
  module: ['.pam.module'],
  by: ['.pam.by'],
  job: ['.cron.job'],
};

/** The fields a group of a case fills; a trailing digit only keeps two names in one regex apart. */
export function fieldsOf(group: string): readonly string[] {
  return FIELDS[group] ?? FIELDS[group.replace(/\d$/, '')] ?? [group];
}

type Fields = Readonly<Record<string, JsonValue>>;

/** The ECS categorisation of an event. */
export function meaning(
  action: string,
  category: readonly string[],
  type: readonly string[],
  outcome?: string,
): Fields {
  const fields = {
    'event.kind': 'event',
    'event.action': action,
    'event.category': category as string[],
    'event.type': type as string[],
  };
  return outcome === undefined ? fields : { ...fields, 'event.outcome': outcome };
}

const START = ['start'];
const AUTHENTICATION = ['authentication'];

export const login = (action: string, outcome: string, category: readonly string[] = AUTHENTICATION): Fields =>
  meaning(action, category, START, outcome);
export const session = (action: string, type: string): Fields => meaning(action, ['session'], [type], 'success');
export const account = (action: string, ...type: string[]): Fields => meaning(action, ['iam'], type, 'success');
