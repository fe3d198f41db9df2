import type { JsonValue } from '../../../model/event.ts';
import { levelOfSyslog } from '../../../model/log-level.ts';
import { type Convention, type Take, takeInteger, takeText, takeTime } from './mapper.ts';

/** Text of a field: the journal writes bytes that are no printable UTF-8 as an array of numbers. */
function textOf(value: JsonValue): string | undefined {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value) || !value.every((byte) => Number.isInteger(byte))) return undefined;
  return Buffer.from(value as number[]).toString('utf8');
}

const message: Take = ({ event }, value) => {
  const text = textOf(value);
  if (text === undefined) return false;
  event['message'] = text;
  return true;
};

const priority: Take = ({ event, dataset }, value) => {
  const severity = Number(value);
  const level = Number.isInteger(severity) ? levelOfSyslog(severity) : undefined;
  if (level === undefined) return false;
  event['log.level'] = level;
  event['log.syslog.severity.code'] = severity;
  event[`${dataset}.level`] = String(severity);
  return true;
};

/** The name a daemon logs under says more than that of its executable, in whatever order they come. */
const identifier: Take = ({ event, dataset }, value) => {
  const text = textOf(value);
  if (text === undefined) return false;
  const command = event['process.name'];
  if (command !== undefined && command !== text) event[`${dataset}.comm`] = command;
  event['process.name'] = text;
  return true;
};

const command: Take = ({ event }, value) => {
  const text = textOf(value);
  if (text === undefined) return false;
  if (event['process.name'] !== undefined) return text === event['process.name'];
  event['process.name'] = text;
  return true;
};

/** A unit is what an administrator calls a service: `nginx.service` is service.name nginx. */
const unit: Take = (into, value) => {
  if (typeof value !== 'string') return false;
  into.event[into.own] = value;
  if (value.endsWith('.service') && into.event['service.name'] === undefined) {
    into.event['service.name'] = value.slice(0, -'.service'.length);
  }
  return true;
};

/** The host under both of its ECS names. */
const hostname: Take = ({ event }, value) => {
  if (typeof value !== 'string' || value === '') return false;
  event['host.name'] = value;
  event['host.hostname'] = value;
  return true;
};

/** `journalctl -o json`. Fields outside ECS are called by their name in small letters: `journald.transport`. */
export const JOURNALD: Convention = {
  ownName: (path) => path.replace(/^_+/, '').toLowerCase(),
  takes: {
    _SOURCE_REALTIME_TIMESTAMP: takeTime(1),
    __REALTIME_TIMESTAMP: takeTime(0),
    MESSAGE: message,
    MESSAGE_ID: takeText('event.code'),
    PRIORITY: priority,
    SYSLOG_FACILITY: takeInteger('log.syslog.facility.code'),
    SYSLOG_IDENTIFIER: identifier,
    _COMM: command,
    _PID: takeInteger('process.pid'),
    SYSLOG_PID: takeInteger('process.pid'),
    _EXE: takeText('process.executable'),
    _CMDLINE: takeText('process.command_line'),
    _UID: takeText('user.id'),
    _GID: takeText('group.id'),
    _HOSTNAME: hostname,
    _MACHINE_ID: takeText('host.id'),
    _SYSTEMD_UNIT: unit,
    CODE_FILE: takeText('log.origin.file.name'),
    CODE_LINE: takeInteger('log.origin.file.line'),
    CODE_FUNC: takeText('log.origin.function'),
  },
};
