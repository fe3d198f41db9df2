import type { Event, JsonValue } from '../../../model/event.ts';
import { architectureOf, argumentsOf, isAddress, socketAddressOf, textOf } from './decode.ts';
import type { AuditRecord, Pair } from './read-record.ts';
import { syscallName } from './syscalls.ts';

/** The record under way. */
type Filling = {
  readonly event: Event;
  readonly dataset: string;
  readonly type: string;
  /** Arguments of an EXECVE by their number. */
  readonly arguments: string[];
};

type Take = (into: Filling, text: string) => void;

/** Arguments beyond this many are in the list of them only. */
const SINGLE_ARGUMENTS = 20;
const MOST_FIELDS = 150;

const to =
  (...fields: readonly string[]): Take =>
  ({ event }, text) => {
    for (const field of fields) if (event[field] === undefined) event[field] = text;
  };

const toNumber =
  (field: string): Take =>
  (into, text) => {
    if (/^\d{1,15}$/.test(text)) into.event[field] = Number(text);
    else own(into, field.slice(field.lastIndexOf('.') + 1), text);
  };

/** Addresses of the other side come under several names; what is none is the name of a host. */
const toSide =
  (side: 'source' | 'destination'): Take =>
  ({ event }, text) => {
    event[`${side}.address`] ??= text;
    if (isAddress(text)) event[`${side}.ip`] ??= text;
    else event[`${side}.domain`] ??= text;
  };

/** In access vectors of sockets `src` and `dest` are ports, the addresses being `saddr` and `daddr`. */
function toSideOrPort(side: 'source' | 'destination'): Take {
  return (into, text) => {
    if (/^\d{1,5}$/.test(text)) toNumber(`${side}.port`)(into, text);
    else toSide(side)(into, text);
  };
}

const OUTCOMES: Readonly<Record<string, string>> = {
  1: 'success',
  yes: 'success',
  success: 'success',
  0: 'failure',
  no: 'failure',
  failed: 'failure',
  failure: 'failure',
};

const outcome: Take = (into, text) => {
  const known = OUTCOMES[text];
  if (known === undefined) own(into, 'res', text);
  else into.event['event.outcome'] = known;
};

function own({ event, dataset }: Filling, key: string, value: JsonValue): void {
  const field = `${dataset}.${key}`;
  const present = event[field];
  if (present === undefined) event[field] = value;
  else if (present !== value) event[field] = Array.isArray(present) ? [...present, value] : [present, value];
}

/** Of a file, but in records of processes and of what they share theirs. */
function toOwner(field: string, key: string): Take {
  return (into, text) => {
    if (/^(?:OBJ_PID|IPC|IPC_SET_PERM|MQ_\w{1,20})$/.test(into.type)) own(into, key, text);
    else to(field)(into, text);
  };
}

/** Names of keys: audit's field dictionary. Keys in capitals are what auditd looked up of the one in small letters. */
const TAKES: Readonly<Record<string, Take>> = {
  arch: (into, text) => to('host.architecture')(into, architectureOf(text)),
  ARCH: (into, text) => {
    into.event['host.architecture'] = text;
  },
  // In the kernel's own log the process of the line is the kernel.
  comm: (into, text) => {
    if (into.event['process.name'] === undefined) into.event['process.name'] = text;
    else own(into, 'comm', text);
  },
  exe: to('process.executable'),
  pid: toNumber('process.pid'),
  ppid: toNumber('process.parent.pid'),
  cwd: to('process.working_directory'),
  uid: to('user.id'),
  UID: to('user.name'),
  gid: to('user.group.id'),
  GID: to('user.group.name'),
  euid: to('user.effective.id'),
  EUID: to('user.effective.name'),
  egid: to('user.effective.group.id'),
  EGID: to('user.effective.group.name'),
  acct: (into, text) => {
    into.event['user.name'] = text;
    if (/^(?:ADD|DEL)_USER$|^USER_(?:MGMT|CHAUTHTOK)$|^GRP_MGMT$|^ACCT_/.test(into.type))
      into.event['user.target.name'] = text;
  },
  id: (into, text) => {
    if (/^(?:ADD|DEL)_USER$|^USER_(?:MGMT|CHAUTHTOK)$/.test(into.type)) into.event['user.target.id'] = text;
    else if (/^(?:ADD|DEL)_GROUP$/.test(into.type)) into.event['group.id'] = text;
    else own(into, 'id', text);
  },
  ID: (into, text) => {
    if (into.type.startsWith('USER_LOG')) into.event['user.name'] = text;
    else own(into, 'id_name', text);
  },
  grp: to('group.name'),
  cmd: (into, text) => {
    to('process.command_line')(into, text);
    into.event['process.args'] = argumentsOf(text);
  },
  proctitle: (into, text) => {
    const parts = argumentsOf(text);
    to('process.command_line')(into, parts.join(' '));
    if (text.includes('\0')) into.event['process.args'] = parts;
  },
  src: toSideOrPort('source'),
  dst: toSideOrPort('destination'),
  dest: toSideOrPort('destination'),
  addr: toSide('source'),
  hostname: (into, text) => (isAddress(text) ? toSide('source')(into, text) : to('source.domain')(into, text)),
  rport: toNumber('source.port'),
  laddr: toSide('destination'),
  lport: toNumber('destination.port'),
  unit: (into, text) => {
    to('service.name')(into, text);
    own(into, 'unit', text);
  },
  sw: to('package.name'),
  sw_type: to('package.type'),
  daddr: toSide('destination'),
  sport: toNumber('source.port'),
  dport: toNumber('destination.port'),
  proto: to('network.iana_number'),
  path: to('file.path'),
  dev: (into, text) =>
    to(into.type === 'ANOM_PROMISCUOUS' ? 'observer.ingress.interface.name' : 'file.device')(into, text),
  ino: to('file.inode'),
  inode: to('file.inode'),
  ouid: toOwner('file.uid', 'ouid'),
  OUID: toOwner('file.owner', 'ouid_name'),
  ogid: toOwner('file.gid', 'ogid'),
  OGID: toOwner('file.group', 'ogid_name'),
  res: outcome,
  saddr: (into, text) => {
    if (isAddress(text)) return toSide('source')(into, text);
    own(into, 'saddr', text);
    const address = socketAddressOf(text);
    for (const [part, value] of Object.entries(address ?? {})) own(into, `socket.${part}`, value);
  },
  saddr_fam: (into, text) => own(into, 'socket.family', text),
  success: (into, text) => {
    own(into, 'success', text);
    outcome(into, text);
  },
  syscall: (into, text) => own(into, 'syscall', text),
  SYSCALL: (into, text) => own(into, 'syscall_name', text),
  key: (into, text) => {
    for (const one of text.split('\u0001')) own(into, 'key', one);
  },
  mode: (into, text) => {
    if (into.type === 'PATH') into.event['file.mode'] = text.slice(-4);
    own(into, 'mode', text);
  },
  name: (into, text) => {
    if (into.type === 'PATH' || into.type.includes('AVC') || into.type.startsWith('APPARMOR')) {
      into.event['file.path'] = text;
    } else own(into, 'name', text);
  },
};

/** "no value" in all its spellings; `tty=(none)` says something. */
function isNothing(text: string): boolean {
  return text === '' || text === '?' || text === '(null)';
}

/** Fills the fields of a record; what ECS has no name for goes under the dataset, in small letters. */
export function fillRecord(event: Event, { pairs }: AuditRecord, type: string, dataset: string): void {
  const into: Filling = { event, dataset, type, arguments: [] };
  const seen = new Set<string>();
  for (const pair of pairs) {
    if (isArgument(pair, type)) takeArgument(into, pair);
    else if (seen.size < MOST_FIELDS) takePair(into, pair, seen);
  }
  if (type === 'EXECVE') finishArguments(into);
  nameSyscall(event, dataset);
}

function takePair(into: Filling, pair: Pair, seen: Set<string>): void {
  const text = textOf(pair, false);
  if (isNothing(text)) return;
  const take = Object.hasOwn(TAKES, pair.key) && !seen.has(pair.key) ? TAKES[pair.key] : undefined;
  seen.add(pair.key);
  if (take !== undefined) take(into, text);
  else own(into, ownName(pair.key), text);
}

/** `AUID="bob"` beside `auid=1000`; `old-auid`, `cap_fp`, and keys of other programs as they are. */
function ownName(key: string): string {
  const name = key.toLowerCase().replace(/[.-]/g, '_').replace(/[[\]]/g, '');
  return /^[A-Z_-]+$/.test(key) ? `${name}_name` : name;
}

function isArgument({ key }: Pair, type: string): boolean {
  return type === 'EXECVE' && /^a\d{1,6}(?:\[\d{1,5}\]|_len)?$/.test(key);
}

/** A long argument comes in pieces, a1[0], a1[1] …, after its length. */
function takeArgument(into: Filling, pair: Pair): void {
  if (pair.key.endsWith('_len')) return;
  const number = Number.parseInt(pair.key.slice(1), 10);
  if (number > 10_000) return;
  into.arguments[number] = (into.arguments[number] ?? '') + textOf(pair, true);
}

function finishArguments({ event, dataset, arguments: list }: Filling): void {
  const parts = Array.from(list, (part) => part ?? '');
  if (parts.length === 0) return;
  event['process.args'] = parts;
  event['process.args_count'] = parts.length;
  event['process.command_line'] = parts.join(' ');
  for (const [index, part] of parts.slice(0, SINGLE_ARGUMENTS).entries()) event[`${dataset}.a${index}`] = part;
}

/** auditd itself looks the number up only with `log_format = ENRICHED`. */
function nameSyscall(event: Event, dataset: string): void {
  const field = `${dataset}.syscall_name`;
  const number = event[`${dataset}.syscall`];
  if (event[field] !== undefined || typeof number !== 'string') return;
  const name = /^\d{1,4}$/.test(number) ? syscallName(String(event['host.architecture']), Number(number)) : number;
  if (name !== undefined) event[field] = name;
}
