import { createHash } from 'node:crypto';
import { Type } from 'typebox';
import type { Event, JsonValue } from '../../model/event.ts';
import { defineStage } from '../stage.ts';
import { addressBytes } from './address/mask.ts';

const options = Type.Object(
  {
    seed: Type.Integer({ minimum: 0, maximum: 65_535, default: 0, description: 'the same for all that are compared' }),
    source: Type.String({ minLength: 1, default: 'source', description: 'side whose ip and port come first' }),
    destination: Type.String({ minLength: 1, default: 'destination', description: 'the other side' }),
    icmp_type: Type.String({ minLength: 1, default: 'icmp.type', description: 'field; without it the source’s port' }),
    icmp_code: Type.String({
      minLength: 1,
      default: 'icmp.code',
      description: 'field; without it the destination’s port',
    }),
    to: Type.String({ minLength: 1, default: 'network.community_id', description: 'field for the id' }),
  },
  { additionalProperties: false },
);

const ICMP = 1;
const ICMP6 = 58;
/** Numbers of protocols by what `network.transport` may hold. */
const PROTOCOLS: Readonly<Record<string, number>> = {
  icmp: ICMP,
  igmp: 2,
  tcp: 6,
  udp: 17,
  gre: 47,
  icmp6: ICMP6,
  icmpv6: ICMP6,
  'icmp-v6': ICMP6,
  'ipv6-icmp': ICMP6,
  eigrp: 88,
  ospf: 89,
  pim: 103,
  sctp: 132,
};
const WITH_PORTS: ReadonlySet<number> = new Set([ICMP, 6, 17, ICMP6, 132]);

/** Types of messages that answer each other; of any other the flow has one direction. */
const ICMP_ANSWERS = answers([0, 8], [9, 10], [13, 14], [15, 16], [17, 18]);
const ICMP6_ANSWERS = answers([128, 129], [130, 131], [133, 134], [135, 136], [139, 140], [144, 145]);

function answers(...pairs: readonly (readonly [number, number])[]): ReadonlyMap<number, number> {
  return new Map(
    pairs.flatMap(([a, b]) => [
      [a, b],
      [b, a],
    ]),
  );
}

type Ports = { readonly source: number; readonly destination: number; readonly isOneWay: boolean };

export const communityId = defineStage({
  name: 'community-id',
  summary: 'gives network flows the id (Community ID, version 1) by which Zeek, Suricata and others know them',
  notes:
    'By the [specification](https://github.com/corelight/community-id-spec), version 1. An event that lacks an address, a port or the protocol (`network.transport` or `network.iana_number`) gets none.',
  form: 'map',
  options,
  examples: [
    {
      title: 'a TCP connection, whichever side is said to be the source',
      options: {},
      in: {
        'source.ip': '66.35.250.204',
        'source.port': 80,
        'destination.ip': '128.232.110.120',
        'destination.port': 34855,
        'network.transport': 'tcp',
      },
      out: {
        'source.ip': '66.35.250.204',
        'source.port': 80,
        'destination.ip': '128.232.110.120',
        'destination.port': 34855,
        'network.transport': 'tcp',
        'network.community_id': '1:LQU9qZlK+B5F3KDmev6m5PMibrg=',
      },
    },
    {
      title: 'no flow',
      options: {},
      in: { 'source.ip': '66.35.250.204' },
      out: { 'source.ip': '66.35.250.204' },
    },
  ],
  create({ seed, source, destination, icmp_type, icmp_code, to }) {
    const portsOf = (event: Event, protocol: number): Ports | undefined => {
      const first = numberOf(event[`${source}.port`]);
      const second = numberOf(event[`${destination}.port`]);
      if (protocol === ICMP || protocol === ICMP6) {
        const code = numberOf(event[icmp_code]) ?? second ?? 0;
        return icmpPorts(protocol, numberOf(event[icmp_type]) ?? first, code);
      }
      if (first === undefined || second === undefined) return undefined;
      return { source: first, destination: second, isOneWay: false };
    };
    const fromIp = `${source}.ip`;
    const toIp = `${destination}.ip`;
    return (event) => {
      const protocol = protocolOf(event);
      if (protocol === undefined || event[toIp] === undefined) return event;
      const from = bytesOf(event[fromIp]);
      const into = bytesOf(event[toIp]);
      if (from === undefined || into === undefined || from.length !== into.length) return event;
      const ports = WITH_PORTS.has(protocol) ? portsOf(event, protocol) : NO_PORTS;
      if (ports !== undefined) event[to] = idOf(seed, from, into, protocol, ports);
      return event;
    };
  },
});

const NO_PORTS: Ports = { source: -1, destination: -1, isOneWay: false };

function icmpPorts(protocol: number, type: number | undefined, code: number): Ports | undefined {
  if (type === undefined) return undefined;
  const answer = (protocol === ICMP ? ICMP_ANSWERS : ICMP6_ANSWERS).get(type);
  return { source: type, destination: answer ?? code, isOneWay: answer === undefined };
}

function bytesOf(value: JsonValue | undefined): Buffer | undefined {
  return typeof value === 'string' ? addressBytes(value) : undefined;
}

function numberOf(value: JsonValue | undefined): number | undefined {
  const number = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= 65_535 ? number : undefined;
}

function protocolOf(event: Event): number | undefined {
  const number = numberOf(event['network.iana_number']);
  if (number !== undefined) return number <= 255 ? number : undefined;
  const name = event['network.transport'];
  return typeof name === 'string' && Object.hasOwn(PROTOCOLS, name.toLowerCase())
    ? PROTOCOLS[name.toLowerCase()]
    : undefined;
}

function idOf(seed: number, from: Buffer, into: Buffer, protocol: number, ports: Ports): string {
  const order = Buffer.compare(from, into) || ports.source - ports.destination;
  const isTurned = order > 0 && !ports.isOneWay;
  const [first, second] = isTurned ? [into, from] : [from, into];
  const [low, high] = isTurned ? [ports.destination, ports.source] : [ports.source, ports.destination];
  const hash = createHash('sha1').update(word(seed)).update(first).update(second).update(Buffer.of(protocol, 0));
  if (low >= 0) hash.update(word(low)).update(word(high));
  return `1:${hash.digest('base64')}`;
}

/** Two bytes in the order of the network. */
function word(value: number): Buffer {
  return Buffer.of(value >> 8, value & 0xff);
}
