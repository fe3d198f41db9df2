import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Event } from '../../../src/model/event.ts';
import { present, runnerOf } from '../stage-context.ts';

type Flow = readonly [source: string, port: number | undefined, destination: string, port: number | undefined];

function idOf([source, sourcePort, destination, destinationPort]: Flow, more: Event, seed = 0): unknown {
  const event: Event = { 'source.ip': source, 'destination.ip': destination, ...more };
  if (sourcePort !== undefined) event['source.port'] = sourcePort;
  if (destinationPort !== undefined) event['destination.port'] = destinationPort;
  return present(runnerOf('community-id', { seed })(event))['network.community_id'];
}

const turned = ([a, b, c, d]: Flow): Flow => [c, d, a, b];

/** Published with the specification and with the programs that follow it. */
const KNOWN: readonly (readonly [transport: string, flow: Flow, id: string])[] = [
  ['tcp', ['128.232.110.120', 34855, '66.35.250.204', 80], '1:LQU9qZlK+B5F3KDmev6m5PMibrg='],
  ['udp', ['192.168.1.52', 54585, '8.8.8.8', 53], '1:d/FP5EW3wiY1vCndhwleRRKHowQ='],
  ['sctp', ['192.168.170.8', 7, '192.168.170.56', 7], '1:MP2EtRCAUIZvTw6MxJHLV7N7JDs='],
  [
    'tcp',
    ['2001:470:e5bf:dead:4957:2174:e82c:4887', 63943, '2607:f8b0:400c:c03::1a', 25],
    '1:/qFaeAR+gFe1KYjMzVDsMv+wgU4=',
  ],
];

describe('community ids', () => {
  test('are those that others give the same flows, whichever side is the source', () => {
    for (const [transport, flow, id] of KNOWN) {
      assert.equal(idOf(flow, { 'network.transport': transport }), id);
      assert.equal(idOf(turned(flow), { 'network.transport': transport.toUpperCase() }), id);
    }
    assert.equal(idOf(KNOWN[0]![1], { 'network.iana_number': '6' }), KNOWN[0]![2]);
  });

  test('of ICMP, question and answer have the same', () => {
    const ping: Flow = ['192.168.0.89', undefined, '192.168.0.1', undefined];
    const id = '1:X0snYXpgwiv9TZtqg64sgzUn6Dk=';
    assert.equal(idOf(ping, { 'network.transport': 'icmp', 'icmp.type': 8, 'icmp.code': 0 }), id);
    assert.equal(idOf(turned(ping), { 'network.transport': 'icmp', 'icmp.type': '0', 'icmp.code': '0' }), id);
    assert.equal(idOf(['192.168.0.89', 8, '192.168.0.1', 0], { 'network.iana_number': 1 }), id, 'as Zeek writes it');
    const advert: Flow = ['fe80::260:97ff:fe07:69ea', undefined, 'ff02::1', undefined];
    const more = { 'network.transport': 'ipv6-icmp', 'icmp.type': 134, 'icmp.code': 0 };
    assert.equal(idOf(advert, more), '1:pkvHqCL88/tg1k4cPigmZXUtL00=');
  });

  test('of ICMP without an answer have a direction', () => {
    const flow: Flow = ['192.0.2.1', undefined, '192.0.2.2', undefined];
    const unreachable = { 'network.transport': 'icmp', 'icmp.type': 3, 'icmp.code': 1 };
    assert.notEqual(idOf(flow, unreachable), idOf(turned(flow), unreachable));
    assert.notEqual(idOf(flow, unreachable), idOf(flow, { ...unreachable, 'icmp.code': 2 }));
  });

  test('another seed gives other ids', () => {
    assert.notEqual(idOf(KNOWN[0]![1], { 'network.transport': 'tcp' }, 1), KNOWN[0]![2]);
  });

  test('are symmetric, and the same for an IPv4 address written as IPv6', () => {
    const port = fc.nat(65_535);
    const v4 = fc.tuple(fc.ipV4(), port, fc.ipV4(), port);
    const flows = fc.oneof(v4, fc.tuple(fc.ipV6(), port, fc.ipV6(), port)) as fc.Arbitrary<Flow>;
    fc.assert(
      fc.property(flows, fc.constantFrom('tcp', 'udp', 'sctp', 'gre'), (flow, transport) => {
        assert.equal(
          idOf(flow, { 'network.transport': transport }),
          idOf(turned(flow), { 'network.transport': transport }),
        );
      }),
    );
    fc.assert(
      fc.property(v4, (flow) => {
        const mapped: Flow = [`::ffff:${flow[0]}`, flow[1], flow[2], flow[3]];
        assert.equal(idOf(mapped, { 'network.transport': 'tcp' }), idOf(flow, { 'network.transport': 'tcp' }));
      }),
    );
  });

  test('are given to no flow that lacks a part, or mixes IPv4 and IPv6', () => {
    const tcp = { 'network.transport': 'tcp' };
    for (const [flow, more] of [
      [['192.0.2.1', undefined, '192.0.2.2', 80], tcp],
      [['192.0.2.1', 1, 'web-1', 80], tcp],
      [['192.0.2.1', 1, '2001:db8::1', 80], tcp],
      [['192.0.2.1', 1, '192.0.2.2', 70_000], tcp],
      [['192.0.2.1', 1, '192.0.2.2', 80], {}],
      [['192.0.2.1', 1, '192.0.2.2', 80], { 'network.transport': 'constructor' }],
      [['192.0.2.1', undefined, '192.0.2.2', undefined], { 'network.transport': 'icmp' }],
    ] as [Flow, Event][]) {
      assert.equal(idOf(flow, more), undefined);
    }
  });
});
