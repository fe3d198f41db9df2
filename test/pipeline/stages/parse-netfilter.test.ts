import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Rejected } from '../../../src/model/rejected.ts';
import { present, runnerOf } from '../stage-context.ts';

const run = runnerOf('parse-netfilter');
const read = (message: string) => present(run({ message }));
const packet = 'IN=eth0 OUT=eth1 SRC=203.0.113.9 DST=192.0.2.1 LEN=60 PROTO=TCP SPT=1 DPT=2';

test('what the rule did is told by its prefix', () => {
  const prefixes: [string, string | undefined, string | undefined, string | undefined][] = [
    ['[UFW BLOCK] ', 'denied', 'block', '[UFW BLOCK]'],
    ['[UFW LIMIT BLOCK] ', 'denied', 'limit block', '[UFW LIMIT BLOCK]'],
    ['[UFW ALLOW] ', 'allowed', 'allow', '[UFW ALLOW]'],
    ['[UFW AUDIT] ', 'info', 'audit', '[UFW AUDIT]'],
    ['[  12.345678] FINAL_REJECT: ', 'denied', 'denied', 'FINAL_REJECT'],
    ['filter_IN_public_DROP: ', 'denied', 'denied', 'filter_IN_public_DROP'],
    ['iptables-dropped:', 'denied', 'denied', 'iptables-dropped'],
    ['ACCEPT ssh ', 'allowed', 'allowed', 'ACCEPT ssh'],
    ['', 'info', undefined, undefined],
  ];
  for (const [prefix, type, action, rule] of prefixes) {
    const event = read(prefix + packet);
    assert.deepEqual((event['event.type'] as string[])[1], type, prefix);
    assert.deepEqual([event['event.action'], event['rule.name']], [action, rule], prefix);
  }
});

test('IPv6 has its own keys', () => {
  const event = read(
    'IN= OUT=eth0 SRC=2001:0db8:0000:0000:0000:0000:0000:0001 DST=ff02::2 LEN=48 TC=0 HOPLIMIT=255 FLOWLBL=0 PROTO=ICMPv6 TYPE=133 CODE=0',
  );
  assert.equal(event['network.type'], 'ipv6');
  assert.equal(event['network.transport'], 'ipv6-icmp');
  assert.equal(event['network.direction'], 'egress');
  assert.deepEqual([event['example.log.ttl'], event['example.log.icmp.type']], [255, 133]);
});

test('the packet that an ICMP error is about does not pass for the packet itself', () => {
  const event = read(
    'IN=eth0 OUT= SRC=203.0.113.9 DST=192.0.2.1 LEN=56 PROTO=ICMP TYPE=3 CODE=3 [SRC=192.0.2.1 DST=198.51.100.7 LEN=28 PROTO=UDP SPT=5353 DPT=53 LEN=8 ] MARK=0x1',
  );
  assert.deepEqual(
    [event['source.ip'], event['destination.ip'], event['source.port']],
    ['203.0.113.9', '192.0.2.1', undefined],
  );
  assert.equal(event['example.log.inner'], 'SRC=192.0.2.1 DST=198.51.100.7 LEN=28 PROTO=UDP SPT=5353 DPT=53 LEN=8');
  assert.equal(event['example.log.mark'], '0x1');
});

test('options, sequence numbers and a protocol by number are read', () => {
  const tcp = read(`${packet} SEQ=12 ACK=34 WINDOW=5 RES=0x00 ACK PSH URGP=0 OPT (0101080A) UID=1000 GID=1000`);
  assert.deepEqual(tcp['example.log.tcp.flags'], ['ACK', 'PSH']);
  assert.deepEqual([tcp['example.log.sequence'], tcp['example.log.tcp.acknowledgement']], [12, 34]);
  assert.deepEqual([tcp['example.log.options'], tcp['user.id'], tcp['group.id']], ['0101080A', '1000', '1000']);
  const igmp = read('IN=eth0 OUT= MAC=01:00 SRC=10.0.0.1 DST=224.0.0.1 LEN=32 PROTO=2');
  assert.deepEqual([igmp['network.transport'], igmp['network.iana_number']], ['igmp', '2']);
  assert.equal(igmp['example.log.mac'], '01:00');
});

test('fragments and packets that are cut off say how much there is', () => {
  const fragment = read('IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 LEN=40 ID=5 MF FRAG:64 PROTO=UDP');
  assert.deepEqual([fragment['example.log.fragment_offset'], fragment['example.log.flags']], [64, ['MF']]);
  const cut = read('IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 LEN=40 PROTO=TCP INCOMPLETE [8 bytes] MARK=0x1');
  assert.deepEqual([cut['example.log.incomplete_bytes'], cut['example.log.inner']], [8, undefined]);
  assert.equal(cut['example.log.mark'], '0x1');
});

test('rules of UniFi OS have name, number, verdict and description', () => {
  const rest = 'IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 LEN=40 PROTO=TCP SPT=1 DPT=2';
  const dropped = read(`[WAN_LOCAL-D-2147483647] DESCR="no rule description" ${rest}`);
  assert.deepEqual(
    [dropped['rule.name'], dropped['rule.id'], dropped['rule.description'], dropped['event.type']],
    ['WAN_LOCAL', '2147483647', 'no rule description', ['connection', 'denied']],
  );
  const passed = read(`[WAN_IN-RET-3001]${rest}`);
  assert.deepEqual([passed['rule.name'], passed['event.type']], ['WAN_IN', ['connection', 'info']]);
});

test('quotes around a prefix, as firewalld writes them, are none of it', () => {
  const event = read('"filter_IN_public_DROP: "IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 LEN=40 PROTO=2');
  assert.deepEqual([event['rule.name'], event['event.action']], ['filter_IN_public_DROP', 'denied']);
});

test('no text makes it throw', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'IN=OUTSRC []:.10 '), maxLength: 200 }), (body) => {
      assert.ok(run({ message: `IN=eth0 OUT= ${body}` }) !== undefined);
      const other = run({ message: body });
      assert.ok(other instanceof Rejected || typeof other === 'object');
    }),
  );
});
