import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Event } from '../../../src/model/event.ts';
import { present, runnerOf } from '../stage-context.ts';

const run = runnerOf('classify-windows');
const security = (code: string, data: Record<string, string>, more: Event = {}) =>
  present(
    run({
      'event.code': code,
      'example.log.channel': 'Security',
      ...Object.fromEntries(Object.entries(data).map(([name, value]) => [`example.log.event_data.${name}`, value])),
      ...more,
    }),
  );

test('the same number means something else in another channel', () => {
  const of = (channel: string) => present(run({ 'event.code': '1', 'example.log.channel': channel }))['event.action'];
  assert.equal(of('Microsoft-Windows-Sysmon/Operational'), 'process-created');
  assert.equal(of('Application'), undefined);
});

test('who acts and who is acted on depends on the event', () => {
  const data = {
    SubjectUserName: 'admin',
    SubjectUserSid: 'S-1',
    TargetUserName: 'eve',
    TargetSid: 'S-2',
    MemberName: 'CN=Smith\\, Eve,OU=x',
    MemberSid: 'S-3',
  };
  const cases: [code: string, user: unknown, target: unknown, group: unknown][] = [
    ['4624', 'eve', undefined, undefined],
    ['4672', 'admin', undefined, undefined],
    ['4726', 'admin', 'eve', undefined],
    ['4731', 'admin', undefined, 'eve'],
    ['4732', 'admin', 'Smith, Eve', 'eve'],
  ];
  for (const [code, user, target, group] of cases) {
    const event = security(code, data);
    assert.deepEqual([event['user.name'], event['user.target.name'], event['group.name']], [user, target, group], code);
  }
});

test('the outcome is told by the keywords in all their forms', () => {
  const outcome = (keywords: Event) => security('4776', {}, keywords)['event.outcome'];
  assert.equal(outcome({ 'example.log.keywords': ['Audit Failure'] }), 'failure');
  assert.equal(outcome({ 'example.log.keywords': ['Audit Success'] }), 'success');
  assert.equal(outcome({ 'example.log.system.Keywords': '0x8010000000000000' }), 'failure');
  assert.equal(outcome({ 'example.log.Keywords': '-9214364837600034816' }), 'success');
  assert.equal(outcome({ 'example.log.EventType': 'AUDIT_FAILURE' }), 'failure');
  assert.equal(outcome({ 'example.log.keywords': 'x' }), undefined);
});

test('values that say nothing fill nothing', () => {
  const event = security('4624', {
    TargetUserName: '-',
    IpAddress: '-',
    IpPort: '0',
    ProcessName: '-',
    WorkstationName: '',
  });
  for (const field of ['user.name', 'source.ip', 'source.port', 'process.name', 'source.domain']) {
    assert.equal(event[field], undefined, field);
  }
});

test('files and keys of the registry are told apart', () => {
  const file = security('4663', { ObjectType: 'File', ObjectName: 'C:\\a\\b.txt' });
  assert.deepEqual([file['file.path'], file['file.name']], ['C:\\a\\b.txt', 'b.txt']);
  const key = security('4657', { ObjectType: 'Key', ObjectName: '\\REGISTRY\\MACHINE\\x' });
  assert.deepEqual([key['registry.path'], key['file.path']], ['\\REGISTRY\\MACHINE\\x', undefined]);
});

test('no data make it throw', () => {
  const names = ['TargetUserName', 'IpAddress', 'ProcessId', 'NewProcessName', 'MemberName', 'ObjectName', 'Status'];
  fc.assert(
    fc.property(
      fc.constantFrom('4624', '4625', '4688', '4728', '4663', '9'),
      fc.dictionary(fc.constantFrom(...names), fc.string()),
      (code, data) => {
        assert.equal(security(code, data)['event.kind'], 'event');
      },
    ),
  );
});

test('a connection of Sysmon has its protocol, direction and names, and an answer of DNS its addresses', () => {
  const sysmon = (code: string, data: Record<string, string>) =>
    security(code, data, { 'example.log.channel': 'Microsoft-Windows-Sysmon/Operational' });
  const connection = sysmon('3', {
    Protocol: 'tcp',
    Initiated: 'true',
    SourceIp: '10.0.0.5',
    SourceHostname: 'pc1',
    SourcePort: '51234',
    DestinationIp: '203.0.113.9',
    DestinationHostname: 'evil.example',
    DestinationPort: '443',
    DestinationPortName: 'https',
  });
  assert.equal(connection['network.transport'], 'tcp');
  assert.equal(connection['network.protocol'], 'https');
  assert.equal(connection['network.direction'], 'egress');
  assert.equal(connection['source.domain'], 'pc1');
  assert.equal(connection['destination.domain'], 'evil.example');
  const answer = sysmon('22', {
    QueryName: 'www.example.org',
    QueryResults: 'type:  5 example.org;::ffff:203.0.113.9;2001:db8::9;',
  });
  assert.deepEqual(answer['dns.answers'], [
    { type: 'CNAME', data: 'example.org' },
    { type: 'A', data: '203.0.113.9' },
    { type: 'AAAA', data: '2001:db8::9' },
  ]);
  assert.deepEqual(answer['dns.resolved_ip'], ['203.0.113.9', '2001:db8::9']);
  assert.equal(answer['network.protocol'], 'dns');
  assert.equal(sysmon('22', { QueryName: 'x.example', QueryResults: '-' })['dns.answers'], undefined);
});

test('a connection that the firewall of Windows let pass has its protocol', () => {
  const event = security('5156', {
    Protocol: '17',
    SourceAddress: '10.0.0.5',
    DestAddress: '10.0.0.1',
    DestPort: '53',
  });
  assert.equal(event['network.transport'], 'udp');
});
