import { Type } from 'typebox';
import type { Event } from '../../model/event.ts';
import { Rejected } from '../../model/rejected.ts';
import { defineStage } from '../stage.ts';
import { fillRecord } from './auditd/fill.ts';
import { type AuditRecord, readRecord } from './auditd/read-record.ts';
import { meaningOf, typeName } from './auditd/record-types.ts';
import { isoOf } from './time/iso.ts';

const options = Type.Object(
  {
    field: Type.String({ minLength: 1, default: 'message', description: 'field with the record' }),
    otherwise: Type.Enum(['reject', 'pass'], {
      default: 'reject',
      description: 'what becomes of a line that is no audit record',
    }),
  },
  { additionalProperties: false },
);

const NAMETYPES: Readonly<Record<string, string>> = { CREATE: 'creation', DELETE: 'deletion' };

/** Of an AVC and of AppArmor the verdict says more than the type of the record. */
function verdictOf(event: Event, { words }: AuditRecord, dataset: string): string | undefined {
  const apparmor = event[`${dataset}.apparmor`];
  if (words.includes('denied') || apparmor === 'DENIED') return 'denied';
  if (words.includes('granted') || apparmor === 'ALLOWED') return 'allowed';
  return undefined;
}

function classify(event: Event, record: AuditRecord, type: string, dataset: string): void {
  event['event.kind'] = 'event';
  event['event.action'] = type.toLowerCase();
  const syscall = event[`${dataset}.syscall_name`];
  const meaning = meaningOf(type, typeof syscall === 'string' ? syscall : undefined);
  if (meaning !== undefined) {
    event['event.category'] = [...meaning.category];
    event['event.type'] = [...meaning.type];
  }
  const verdict = type.includes('AVC') || type.startsWith('APPARMOR') ? verdictOf(event, record, dataset) : undefined;
  if (verdict !== undefined) {
    event['event.type'] = [verdict];
    event['event.outcome'] ??= verdict === 'denied' ? 'failure' : 'success';
    const permissions = record.words.slice(record.words.indexOf('{') + 1, record.words.indexOf('}'));
    if (record.words.includes('{')) event[`${dataset}.permissions`] = permissions;
  }
  const changed = NAMETYPES[String(event[`${dataset}.nametype`])];
  if (type === 'PATH' && changed !== undefined) event['event.type'] = [changed];
}

/**
 * One record becomes one event; records of one event share `<dataset>.sequence`. Keys with ECS names go there, the others
 * under the dataset. Formats: audit's "Audit Record Types" and "Audit Event Fields" and auditd.conf(5), log_format.
 */
export const parseAuditd = defineStage({
  name: 'parse-auditd',
  summary: 'reads a record of the Linux audit system: pairs, nested msg, hexadecimal values, what auditd looked up',
  form: 'map',
  options,
  examples: [
    {
      title: 'an argument in hexadecimal, and a login that auditd has looked up',
      options: {},
      in: {
        message:
          'type=USER_CMD msg=audit(1489519256.192:77): pid=4151 uid=1000 auid=1000 ses=3 msg=\'cwd="/" cmd=6C73202D6C terminal=? res=success\'\u001dUID="bob" AUID="bob"',
      },
      out: {
        message:
          'type=USER_CMD msg=audit(1489519256.192:77): pid=4151 uid=1000 auid=1000 ses=3 msg=\'cwd="/" cmd=6C73202D6C terminal=? res=success\'\u001dUID="bob" AUID="bob"',
        '@timestamp': '2017-03-14T19:20:56.192Z',
        'example.log.record_type': 'USER_CMD',
        'example.log.sequence': 77,
        'process.pid': 4151,
        'user.id': '1000',
        'example.log.auid': '1000',
        'example.log.ses': '3',
        'process.working_directory': '/',
        'process.command_line': 'ls -l',
        'process.args': ['ls', '-l'],
        'event.outcome': 'success',
        'user.name': 'bob',
        'example.log.auid_name': 'bob',
        'event.kind': 'event',
        'event.action': 'user_cmd',
        'event.category': ['process'],
        'event.type': ['start'],
      },
    },
    {
      title: 'another line is rejected',
      options: {},
      in: { message: 'audit: backlog limit exceeded' },
      rejected: { reason: 'unparsable', field: 'message' },
    },
  ],
  create({ field, otherwise }, { dataset }) {
    const refused = new Rejected('unparsable', 'the line is no audit record', field);
    return (event) => {
      const text = event[field];
      if (typeof text !== 'string') return event;
      const record = readRecord(text);
      if (record === undefined) return otherwise === 'pass' ? event : refused;
      const type = typeName(record.type);
      event['@timestamp'] = isoOf(record.time);
      event[`${dataset}.record_type`] = type;
      const sequence = Number(record.sequence);
      event[`${dataset}.sequence`] = Number.isSafeInteger(sequence) ? sequence : record.sequence;
      if (record.node !== undefined) {
        event['host.name'] = record.node;
        event['host.hostname'] = record.node;
      }
      fillRecord(event, record, type, dataset);
      classify(event, record, type, dataset);
      return event;
    };
  },
});
