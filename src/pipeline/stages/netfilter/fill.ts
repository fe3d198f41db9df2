import { isIP } from 'node:net';
import type { Event } from '../../../model/event.ts';
import type { Packet } from './read-packet.ts';

/** Own names of keys; those whose values are numbers are such. */
const OWN: Readonly<Record<string, readonly [name: string, number: boolean]>> = {
  LEN: ['length', true],
  TOS: ['tos', false],
  PREC: ['precedence', false],
  TTL: ['ttl', true],
  ID: ['id', true],
  TC: ['traffic_class', false],
  HOPLIMIT: ['ttl', true],
  FLOWLBL: ['flow_label', false],
  UDP_LEN: ['udp.length', true],
  ICMP_ID: ['icmp.id', true],
  FRAG: ['fragment_offset', true],
  INCOMPLETE: ['incomplete_bytes', true],
  WINDOW: ['tcp.window', true],
  RES: ['tcp.reserved', false],
  URGP: ['tcp.urgent_pointer', true],
  SEQ: ['sequence', true],
  ACK: ['tcp.acknowledgement', true],
  TYPE: ['icmp.type', true],
  CODE: ['icmp.code', true],
  MARK: ['mark', false],
  PHYSIN: ['bridge.input_device', false],
  PHYSOUT: ['bridge.output_device', false],
  MTU: ['icmp.mtu', true],
  GATEWAY: ['icmp.gateway', false],
  PARAMETER: ['icmp.parameter', false],
  OPT: ['options', false],
  SPI: ['spi', false],
  MACPROTO: ['ether_type', false],
};

const TCP_FLAGS = new Set(['CWR', 'ECE', 'URG', 'ACK', 'PSH', 'RST', 'SYN', 'FIN']);
/** Protocols that the kernel knows by number only; IANA's registry. */
const PROTOCOLS: Readonly<Record<string, string>> = {
  ICMPV6: 'ipv6-icmp',
  UDPLITE: 'udplite',
  2: 'igmp',
  47: 'gre',
  89: 'ospf',
  112: 'vrrp',
};

function setMac(event: Event, text: string, dataset: string): void {
  const bytes = text.toUpperCase().split(':');
  if (bytes.length < 14 || !bytes.every((byte) => /^[0-9A-F]{2}$/.test(byte))) {
    event[`${dataset}.mac`] = text;
    return;
  }
  event['destination.mac'] = bytes.slice(0, 6).join('-');
  event['source.mac'] = bytes.slice(6, 12).join('-');
  event[`${dataset}.ether_type`] = bytes.slice(12, 14).join('');
}

function setOneMac(event: Event, side: 'source' | 'destination', text: string, dataset: string): void {
  event[`${dataset}.mac_${side}`] = text;
  if (/^(?:[\da-f]{2}:){5}[\da-f]{2}$/i.test(text)) event[`${side}.mac`] = text.toUpperCase().replaceAll(':', '-');
}

function setAddress(event: Event, side: 'source' | 'destination', text: string): void {
  const version = isIP(text);
  event[`${side}.address`] = text;
  if (version === 0) return;
  event[`${side}.ip`] = text;
  event['network.type'] = `ipv${version}`;
}

function setProtocol(event: Event, text: string): void {
  event['network.transport'] = PROTOCOLS[text.toUpperCase()] ?? text.toLowerCase();
  if (/^\d{1,3}$/.test(text)) event['network.iana_number'] = text;
}

function setPort(event: Event, field: string, text: string): void {
  if (/^\d{1,5}$/.test(text)) event[field] = Number(text);
}

type Take = (event: Event, text: string, dataset: string) => void;

const to =
  (field: string): Take =>
  (event, text) => {
    event[field] = text;
  };

const TAKES: Readonly<Record<string, Take>> = {
  IN: to('observer.ingress.interface.name'),
  OUT: to('observer.egress.interface.name'),
  MAC: setMac,
  SRC: (event, text) => setAddress(event, 'source', text),
  DST: (event, text) => setAddress(event, 'destination', text),
  PROTO: setProtocol,
  SPT: (event, text) => setPort(event, 'source.port', text),
  DPT: (event, text) => setPort(event, 'destination.port', text),
  MACSRC: (event, text, dataset) => setOneMac(event, 'source', text, dataset),
  MACDST: (event, text, dataset) => setOneMac(event, 'destination', text, dataset),
  // of ARP
  IPSRC: (event, text) => setAddress(event, 'source', text),
  IPDST: (event, text) => setAddress(event, 'destination', text),
  UID: to('user.id'),
  GID: to('group.id'),
};

/** Keys that the packet inside names once more: the length of UDP, the id of a ping. */
const INNER: Readonly<Record<string, string>> = { LEN: 'UDP_LEN', ID: 'ICMP_ID' };

function fillPair(event: Event, key: string, value: string, dataset: string): void {
  if (Object.hasOwn(TAKES, key)) {
    TAKES[key]!(event, value, dataset);
    return;
  }
  const own = Object.hasOwn(OWN, key) ? OWN[key] : undefined;
  const name =
    own?.[0] ??
    key
      .toLowerCase()
      .replace(/[^a-z0-9_]/g, '_')
      .slice(0, 40);
  event[`${dataset}.${name}`] = own?.[1] === true && /^\d{1,15}$/.test(value) ? Number(value) : value;
}

/** Fills ECS's fields of a connection; what it has no name for goes under the dataset. */
export function fillPacket(event: Event, { pairs, flags, inner }: Packet, dataset: string): void {
  let inside = false;
  for (const [key, value] of pairs) {
    if (value !== '') fillPair(event, inside ? (INNER[key] ?? key) : key, value, dataset);
    inside ||= key === 'PROTO';
  }
  const ofTcp = flags.filter((flag) => TCP_FLAGS.has(flag));
  const ofIp = flags.filter((flag) => !TCP_FLAGS.has(flag));
  if (ofTcp.length > 0) event[`${dataset}.tcp.flags`] = ofTcp;
  if (ofIp.length > 0) event[`${dataset}.flags`] = ofIp;
  if (inner !== undefined) event[`${dataset}.inner`] = inner;
  const enters = event['observer.ingress.interface.name'] !== undefined;
  const leaves = event['observer.egress.interface.name'] !== undefined;
  if (enters !== leaves) event['network.direction'] = enters ? 'ingress' : 'egress';
}
