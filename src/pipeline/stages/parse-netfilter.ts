import { Type } from 'typebox';
import type { Event } from '../../model/event.ts';
import { Rejected } from '../../model/rejected.ts';
import { defineStage } from '../stage.ts';
import { fillPacket } from './netfilter/fill.ts';
import { readPacket } from './netfilter/read-packet.ts';

const options = Type.Object(
  {
    field: Type.String({
      minLength: 1,
      default: 'message',
      description: 'field with the line, without the syslog head',
    }),
    otherwise: Type.Enum(['reject', 'pass'], {
      default: 'reject',
      description: 'what becomes of a line that describes no packet',
    }),
  },
  { additionalProperties: false },
);

const DENIED =
  /\b(?:block|blocked|drop|dropped|deny|denied|reject|rejected|ban|banned|invalid)[46]?\b|(?:_|-)(?:DROP|REJECT|DENY)\b/i;
const ALLOWED = /\b(?:allow|allowed|accept|accepted|pass|permit|permitted)[46]?\b|(?:_|-)(?:ACCEPT|ALLOW)\b/i;

/** Rule set, number and verdict, as firewalls of Ubiquiti and VyOS write them: `[WAN_LOCAL-default-D]`. */
const RULE_SET = /^\[(\S{1,100})-(\w{1,20})-([ADR])\]$/;

/** The same of UniFi OS, verdict and number the other way round: `[WAN_IN-RET-3001] DESCR="no rule description"`. */
const RULE_OF_UNIFI = /^\[(\S{1,100})-([ADR]|RET)-(\d{1,20})\](?: DESCR="([^"]{0,300})")?$/;

function ruleOf(prefix: string): { ruleset?: string; id?: string; letter?: string; description?: string } {
  const [, ruleset, id, letter] = RULE_SET.exec(prefix) ?? [];
  if (ruleset !== undefined) return { ruleset, id: id!, letter: letter! };
  const [, name, verdict, number, description] = RULE_OF_UNIFI.exec(prefix) ?? [];
  if (name === undefined) return {};
  return {
    ruleset: name,
    id: number!,
    ...(verdict === 'RET' ? {} : { letter: verdict! }),
    ...(description === undefined || description === '' ? {} : { description }),
  };
}

/** What a rule did is not in the line: its author says so in the prefix, and ufw and firewalld do it for him. */
function classify(event: Event, prefix: string): void {
  const words = prefix.replaceAll('_', ' ');
  const { ruleset, id, letter, description } = ruleOf(prefix);
  const isDenied = letter === undefined ? DENIED.test(words) : letter !== 'A';
  const verdict = isDenied ? 'denied' : letter === 'A' || ALLOWED.test(words) ? 'allowed' : undefined;
  event['event.kind'] = 'event';
  event['event.category'] = ['network'];
  event['event.type'] = verdict === undefined ? ['connection', 'info'] : ['connection', verdict];
  if (verdict !== undefined) event['event.outcome'] = verdict === 'denied' ? 'failure' : 'success';
  const ufw = /^\[UFW ([A-Z ]{1,30})\]$/.exec(prefix)?.[1];
  if (ufw !== undefined) event['event.action'] = ufw.toLowerCase();
  else if (verdict !== undefined) event['event.action'] = verdict;
  const name = prefix.replace(/[\s:;,-]+$/, '');
  if (name !== '') event['rule.name'] = ruleset ?? name;
  if (ruleset === undefined || id === undefined) return;
  event['rule.ruleset'] = ruleset;
  event['rule.id'] = id;
  if (description !== undefined) event['rule.description'] = description;
}

/** Formats: the kernel's nf_log_syslog, which iptables' LOG, nftables' log and so ufw and firewalld write through. */
export const parseNetfilter = defineStage({
  name: 'parse-netfilter',
  summary: 'reads the packet that a firewall rule of Linux has logged (iptables, nftables, ufw, firewalld)',
  form: 'map',
  options,
  examples: [
    {
      title: 'a packet that ufw blocked',
      options: {},
      in: {
        message:
          '[UFW BLOCK] IN=eth0 OUT= MAC=00:16:3e:01:02:03:00:16:3e:0a:0b:0c:08:00 SRC=203.0.113.9 DST=192.0.2.1 LEN=40 TTL=245 ID=54321 DF PROTO=TCP SPT=4711 DPT=23 WINDOW=65535 RES=0x00 SYN URGP=0',
      },
      out: {
        message:
          '[UFW BLOCK] IN=eth0 OUT= MAC=00:16:3e:01:02:03:00:16:3e:0a:0b:0c:08:00 SRC=203.0.113.9 DST=192.0.2.1 LEN=40 TTL=245 ID=54321 DF PROTO=TCP SPT=4711 DPT=23 WINDOW=65535 RES=0x00 SYN URGP=0',
        'observer.ingress.interface.name': 'eth0',
        'destination.mac': '00-16-3E-01-02-03',
        'source.mac': '00-16-3E-0A-0B-0C',
        'example.log.ether_type': '0800',
        'source.address': '203.0.113.9',
        'source.ip': '203.0.113.9',
        'destination.address': '192.0.2.1',
        'destination.ip': '192.0.2.1',
        'network.type': 'ipv4',
        'example.log.length': 40,
        'example.log.ttl': 245,
        'example.log.id': 54321,
        'network.transport': 'tcp',
        'source.port': 4711,
        'destination.port': 23,
        'example.log.tcp.window': 65535,
        'example.log.tcp.reserved': '0x00',
        'example.log.tcp.urgent_pointer': 0,
        'example.log.tcp.flags': ['SYN'],
        'example.log.flags': ['DF'],
        'network.direction': 'ingress',
        'event.kind': 'event',
        'event.category': ['network'],
        'event.type': ['connection', 'denied'],
        'event.outcome': 'failure',
        'event.action': 'block',
        'rule.name': '[UFW BLOCK]',
      },
    },
    {
      title: 'another line is rejected',
      options: {},
      in: { message: 'eth0: link up' },
      rejected: { reason: 'unparsable', field: 'message' },
    },
  ],
  create({ field, otherwise }, { dataset }) {
    const refused = new Rejected('unparsable', 'the line describes no packet', field);
    return (event) => {
      const text = event[field];
      if (typeof text !== 'string') return event;
      const packet = readPacket(text);
      if (packet === undefined) return otherwise === 'pass' ? event : refused;
      fillPacket(event, packet, dataset);
      classify(event, packet.prefix);
      return event;
    };
  },
});
