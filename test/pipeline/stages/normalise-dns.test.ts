import assert from 'node:assert/strict';
import { test } from 'node:test';
import { present, runnerOf } from '../stage-context.ts';

const suricata = runnerOf('normalise-dns', { from: 'suricata', field: 's' });
const zeek = runnerOf('normalise-dns', { from: 'zeek', field: 'z' });

test('the questions of version 3, and what kind they are', () => {
  const event = present(suricata({ 's.queries': [{ rrname: 'a.example', rrtype: 'AAAA', opcode: 0 }] }));
  assert.equal(event['dns.question.name'], 'a.example');
  assert.equal(event['dns.question.type'], 'AAAA');
  assert.equal(event['dns.op_code'], 'QUERY');
});

test('an alert of version 2, whose answer stands below its own key', () => {
  const answers = [{ rrname: 'a.example', rrtype: 'A', ttl: 7, rdata: '10.0.0.1' }];
  const event = present(
    suricata({
      's.query': [{ id: 7, rrname: 'a.example', rrtype: 'A' }],
      's.answer.type': 'answer',
      's.answer.rcode': 'NOERROR',
      's.answer.ra': true,
      's.answer.answers': answers,
    }),
  );
  assert.equal(event['dns.id'], '7');
  assert.equal(event['dns.response_code'], 'NOERROR');
  assert.deepEqual(event['dns.header_flags'], ['RA']);
  assert.deepEqual(event['dns.resolved_ip'], ['10.0.0.1']);
  assert.equal(event['s.answer.answers'], undefined);
});

test('an answer of version 1 is one record', () => {
  const event = present(
    suricata({ 'dns.question.name': 'a.example', 'dns.question.type': 'A', 's.rdata': '10.0.0.1', 's.ttl': 60 }),
  );
  assert.deepEqual(event['dns.answers'], [{ name: 'a.example', type: 'A', ttl: 60, data: '10.0.0.1' }]);
});

test('values by type where there are no answers one by one', () => {
  const event = present(suricata({ 's.grouped.A': ['10.0.0.1'], 's.grouped.CNAME': ['b.example'] }));
  assert.deepEqual(event['dns.answers'], [
    { type: 'A', data: '10.0.0.1' },
    { type: 'CNAME', data: 'b.example' },
  ]);
});

test('records that are no plain text are written as zone files have them', () => {
  const soa = { mname: 'ns.example', rname: 'root.example', serial: 1, refresh: 2, retry: 3, expire: 4, minimum: 5 };
  const srv = { priority: 1, weight: 2, port: 443, name: 'a.example' };
  const event = present(
    suricata({
      's.answers': [
        { rrtype: 'SOA', soa },
        { rrtype: 'SRV', srv },
      ],
    }),
  );
  assert.deepEqual(event['dns.answers'], [
    { type: 'SOA', data: 'ns.example root.example 1 2 3 4 5' },
    { type: 'SRV', data: '1 2 443 a.example' },
  ]);
});

test('a question of Zeek that nobody answered is a query', () => {
  assert.deepEqual(present(zeek({ 'z.RD': true, 'z.AA': false })), {
    'z.RD': true,
    'z.AA': false,
    'dns.header_flags': ['RD'],
    'dns.type': 'query',
  });
});
