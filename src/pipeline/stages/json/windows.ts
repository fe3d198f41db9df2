import type { JsonValue } from '../../../model/event.ts';
import { also } from './audit-takes.ts';
import { type Convention, keep, type Take, takeInteger, takeMessage, takeText, takeTime } from './mapper.ts';
import { levelByTable } from './takes.ts';

/** Values of an element with attributes, as converters of the event's XML write them: `{ "#text": 4624, … }`. */
function plain(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const tree = value as Readonly<Record<string, JsonValue>>;
  return tree['#text'] ?? tree['Value'] ?? value;
}

const code: Take = (into, value) => {
  const number = plain(value);
  if (typeof number !== 'number' && typeof number !== 'string') return false;
  const known = into.event['event.code'];
  into.event['event.code'] ??= String(number);
  return known === undefined || known === String(number);
};

/** An element without attributes as text; what else it holds stays under its own name. */
const number =
  (field: string): Take =>
  (into, value) =>
    takeInteger(field)(into, plain(value));

const LEVELS: Readonly<Record<string, string>> = {
  '0': 'info',
  '1': 'fatal',
  '2': 'error',
  '3': 'warn',
  '4': 'info',
  '5': 'debug',
  critical: 'fatal',
  error: 'error',
  warning: 'warn',
  information: 'info',
  informational: 'info',
  info: 'info',
  verbose: 'debug',
  audit_success: 'info',
  audit_failure: 'info',
};

const level = levelByTable((word) => LEVELS[word.toLowerCase().replace(' ', '_')]);

/** The log an event is of, by one name whoever wrote it. */
const channel: Take = ({ event, dataset }, value) => {
  if (typeof value !== 'string' || value === '') return false;
  event[`${dataset}.channel`] = value;
  return true;
};

const host: Take = ({ event }, value) => {
  if (typeof value !== 'string' || value === '') return false;
  event['host.name'] = value;
  event['host.hostname'] = value;
  return true;
};

/** EventData of converters is an object, or a list of `{ "#text": …, "#attributes": { "Name": … } }`. */
const dataList: Take = (into, value) => {
  if (!Array.isArray(value)) return false;
  for (const item of value as readonly JsonValue[]) {
    const attributes = (item as Readonly<Record<string, JsonValue>> | null)?.['#attributes'];
    const name = (attributes as Readonly<Record<string, JsonValue>> | undefined)?.['Name'];
    if (typeof name === 'string' && /^\w{1,100}$/.test(name)) {
      keep(into.event, `${into.dataset}.event_data.${name}`, plain(item));
    } else keep(into.event, `${into.dataset}.event_data.Data`, plain(item));
  }
  return true;
};

/**
 * Paths of winlogbeat (`winlog.…`), NXLog (flat) and of converters of the event's XML (`Event.System.…`), brought to one
 * name each: `event_data.TargetUserName`.
 */
function ownName(path: string): string {
  if (path.startsWith('winlog.')) return path.slice('winlog.'.length);
  const data = /^(?:Event\.)?(?:EventData|UserData)\.(.+)$/.exec(path);
  if (data !== null) return `event_data.${data[1]}`;
  if (path.startsWith('Event.System.')) return `system.${path.slice('Event.System.'.length)}`;
  if (NXLOG.has(path)) return path;
  return /^[A-Z]\w*$/.test(path) ? `event_data.${path}` : path;
}

/** Keys of NXLog's own beside those of the event's data. */
const NXLOG = new Set(
  'Keywords EventType SeverityValue Severity SourceName ProviderGuid Version Task OpcodeValue RecordNumber Category Opcode EventReceivedTime SourceModuleName SourceModuleType ThreadID ProcessID ExecutionProcessID ExecutionThreadID ActivityID AccountName AccountType Domain UserID'.split(
    ' ',
  ),
);

/** Fields that winlogbeat has under their ECS names are taken over; what it says of itself is not. */
function ecsName(path: string): string {
  return /^(?:agent|ecs|event\.(?:kind|category|type|outcome|action|module|dataset|created|ingested)|input|metadata|@metadata)(?:\.|$)/.test(
    path,
  )
    ? ''
    : path;
}

export const WINDOWS: Convention = {
  ownName,
  ecsName,
  takes: {
    '@timestamp': takeTime(0),
    EventTime: takeTime(1),
    TimeCreated: takeTime(1),
    'TimeCreated.SystemTime': takeTime(1),
    UtcTime: () => false,
    'Event.System.TimeCreated.#attributes.SystemTime': takeTime(0),
    'Event.System.TimeCreated.SystemTime': takeTime(0),
    message: takeMessage(0),
    Message: takeMessage(1),
    'event.code': code,
    'winlog.event_id': code,
    EventID: code,
    'Event.System.EventID': code,
    'winlog.channel': channel,
    Channel: channel,
    'Event.System.Channel': channel,
    'winlog.provider_name': also('event.provider'),
    SourceName: also('event.provider'),
    ProviderName: also('event.provider'),
    'Event.System.Provider.#attributes.Name': also('event.provider'),
    'winlog.record_id': also('event.sequence'),
    'winlog.computer_name': host,
    'host.name': host,
    Hostname: host,
    Computer: host,
    'Event.System.Computer': host,
    'log.level': level,
    'winlog.level': level,
    Severity: level,
    Level: level,
    'Event.System.Level': level,
    'winlog.process.pid': takeInteger('process.pid'),
    'winlog.process.thread.id': takeInteger('process.thread.id'),
    'Event.System.Execution.#attributes.ProcessID': number('process.pid'),
    'Event.System.Execution.#attributes.ThreadID': number('process.thread.id'),
    'Event.EventData.Data': dataList,
    'event.original': takeText('event.original'),
  },
};
