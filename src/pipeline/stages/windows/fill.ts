import { isIP } from 'node:net';
import type { Event, JsonValue } from '../../../model/event.ts';
import { type Data, put } from './data.ts';
import { type Actor, FAILURES, LOGON_TYPES } from './event-ids.ts';
import { setSysmon } from './sysmon.ts';

/** `-` and `%%…` of texts that were not looked up say nothing. */
function textOf(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value !== 'string' || value === '' || value === '-' ? undefined : value;
}

function setUser(event: Event, data: Data, from: 'Subject' | 'Target', to: string): void {
  put(event, `${to}.name`, data(`${from}UserName`));
  put(event, `${to}.domain`, data(`${from}DomainName`));
  put(event, `${to}.id`, data(`${from}UserSid`) ?? data(`${from}Sid`));
}

/** `CN=Bob,CN=Users,DC=corp`: the name is the first part. */
function setMember(event: Event, data: Data): void {
  const name = data('MemberName');
  const common = name === undefined ? undefined : /^CN=((?:[^,\\]|\\.){1,256})/i.exec(name)?.[1];
  put(event, 'user.target.name', common?.replace(/\\(.)/g, '$1') ?? name);
  put(event, 'user.target.id', data('MemberSid'));
}

function setGroup(event: Event, data: Data): void {
  put(event, 'group.name', data('TargetUserName'));
  put(event, 'group.domain', data('TargetDomainName'));
  put(event, 'group.id', data('TargetSid'));
}

function setUsers(event: Event, data: Data, actor: Actor): void {
  if (actor === 'target') {
    setUser(event, data, 'Target', 'user');
    // Of a Kerberos service the name is `bob@CORP.EXAMPLE.ORG`.
    const name = event['user.name'];
    if (typeof name === 'string' && /^[^@\s]+@[^@\s]+$/.test(name))
      event['user.name'] = name.slice(0, name.indexOf('@'));
    return;
  }
  setUser(event, data, 'Subject', 'user');
  if (actor === 'account') setUser(event, data, 'Target', 'user.target');
  if (actor === 'group' || actor === 'member') setGroup(event, data);
  if (actor === 'member') setMember(event, data);
  if (actor === 'account') put(event, 'user.changes.name', data('NewTargetUserName'));
}

function setAddress(event: Event, side: 'source' | 'destination', text: string | undefined): void {
  const address = text?.replace(/^::ffff:/i, '');
  if (address === undefined || address === 'LOCAL') return;
  put(event, `${side}.address`, address);
  put(event, isIP(address) === 0 ? `${side}.domain` : `${side}.ip`, address);
}

function portOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,5}$/.test(text) && text !== '0' ? Number(text) : undefined;
}

/** Numbers of IANA in the Security channel, names in Sysmon's. */
const TRANSPORTS: Readonly<Record<string, string>> = {
  '1': 'icmp',
  '6': 'tcp',
  '17': 'udp',
  '58': 'ipv6-icmp',
  tcp: 'tcp',
  udp: 'udp',
};

function setNetwork(event: Event, data: Data): void {
  const direction = data('Direction');
  setAddress(event, 'source', data('IpAddress') ?? data('ClientAddress') ?? data('SourceAddress') ?? data('SourceIp'));
  put(event, 'source.port', portOf(data('IpPort') ?? data('SourcePort')));
  setAddress(event, 'destination', data('DestAddress') ?? data('DestinationIp'));
  put(event, 'destination.port', portOf(data('DestPort') ?? data('DestinationPort')));
  put(event, 'source.domain', data('WorkstationName') ?? data('Workstation'));
  if (direction === '%%14592') put(event, 'network.direction', 'inbound');
  if (direction === '%%14593') put(event, 'network.direction', 'outbound');
  if (data('DestPort') !== undefined || data('DestinationPort') !== undefined) {
    put(event, 'network.transport', TRANSPORTS[data('Protocol')?.toLowerCase() ?? '']);
  }
  put(event, 'dns.question.name', data('QueryName'));
}

/** Numbers of processes are hexadecimal in the Security channel, decimal elsewhere. */
function processId(text: string | undefined): number | undefined {
  if (text === undefined || !/^(?:0x[0-9a-fA-F]{1,8}|\d{1,10})$/.test(text)) return undefined;
  return Number(text);
}

function fileName(path: string | undefined): string | undefined {
  return path?.slice(Math.max(path.lastIndexOf('\\'), path.lastIndexOf('/')) + 1);
}

function setProcess(event: Event, data: Data): void {
  const path = data('NewProcessName') ?? data('ProcessName') ?? data('Image') ?? data('Application');
  if (path?.includes('\\')) {
    event['process.executable'] = path;
    event['process.name'] = fileName(path)!;
    const id = processId(data('NewProcessId') ?? data('ProcessId') ?? data('ProcessID'));
    if (id !== undefined) event['process.pid'] = id;
  }
  put(event, 'process.command_line', data('CommandLine'));
  put(event, 'process.working_directory', data('CurrentDirectory'));
  const parent = data('ParentProcessName') ?? data('ParentImage');
  put(event, 'process.parent.executable', parent);
  put(event, 'process.parent.name', fileName(parent));
  put(event, 'process.parent.command_line', data('ParentCommandLine'));
  const parentId = data('NewProcessId') === undefined ? data('ParentProcessId') : data('ProcessId');
  put(event, 'process.parent.pid', processId(parentId));
  put(
    event,
    'service.name',
    data('ServiceFileName') === undefined && data('ImagePath') === undefined ? undefined : data('ServiceName'),
  );
}

function setObject(event: Event, data: Data): void {
  const name = data('ObjectName') ?? data('TargetFilename');
  if (name === undefined) return;
  if (data('ObjectType') === 'Key' || name.startsWith('\\REGISTRY\\')) put(event, 'registry.path', name);
  else {
    put(event, 'file.path', name);
    put(event, 'file.name', fileName(name));
  }
}

/** Gives the data of an event their ECS names; they stay under the dataset as well, where rules ask for them. */
export function fillData(event: Event, dataset: string, actor: Actor): void {
  const data: Data = (name) => textOf(event[`${dataset}.event_data.${name}`]);
  setUsers(event, data, actor);
  setNetwork(event, data);
  setProcess(event, data);
  setObject(event, data);
  if (event[`${dataset}.channel`] === 'Microsoft-Windows-Sysmon/Operational') setSysmon(event, data);
  const logon = data('LogonType');
  if (logon !== undefined) put(event, `${dataset}.logon.type`, LOGON_TYPES[logon] ?? logon);
  if (event['event.outcome'] !== 'failure') return;
  const codes = [data('SubStatus'), data('Status'), data('FailureCode')];
  for (const code of codes) if (code !== undefined) put(event, 'event.reason', FAILURES[code.toLowerCase()]);
}
