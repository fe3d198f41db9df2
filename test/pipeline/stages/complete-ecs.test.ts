import assert from 'node:assert/strict';
import { test } from 'node:test';
import { present, runnerOf } from '../stage-context.ts';

const run = runnerOf('complete-ecs', {});

test('a value that is there twice is named once, behind those that the event has already', () => {
  const event = present(run({ 'related.ip': '10.0.0.9', 'source.ip': '10.0.0.1', 'client.ip': '10.0.0.1' }));
  assert.deepEqual(event['related.ip'], ['10.0.0.9', '10.0.0.1']);
});

test('all addresses of an answer of DNS are related', () => {
  const event = present(run({ 'dns.resolved_ip': ['10.0.0.1', '2001:db8::1'] }));
  assert.deepEqual(event['related.ip'], ['10.0.0.1', '2001:db8::1']);
});

test('an address in the place of a domain is no name of a host', () => {
  assert.equal(present(run({ 'url.domain': '[2001:db8::1]' }))['related.hosts'], undefined);
  assert.equal(present(run({ 'url.domain': '10.0.0.1' }))['related.hosts'], undefined);
});

test('a sum needs both directions, and one that is given stays', () => {
  assert.equal(present(run({ 'source.bytes': 1 }))['network.bytes'], undefined);
  const event = present(run({ 'source.packets': 1, 'destination.packets': 2, 'network.packets': 9 }));
  assert.equal(event['network.packets'], 9);
});

test('the extension of a path is what follows the last dot of its last part', () => {
  const extensionOf = (path: string) => present(run({ 'url.path': path }))['url.extension'];
  assert.equal(extensionOf('/a/b.tar.gz'), 'gz');
  assert.equal(extensionOf('/v1.2/a'), undefined);
  assert.equal(extensionOf('/.env'), undefined);
  assert.equal(extensionOf('/a.'), undefined);
  assert.equal(extensionOf('/a.b%20c'), undefined);
});

test('hashes of files and fingerprints of TLS are related', () => {
  const event = present(run({ 'file.hash.md5': 'aa', 'tls.client.ja3': 'bb' }));
  assert.deepEqual(event['related.hash'], ['aa', 'bb']);
});

test('what an earlier stage has completed is left as it is, but for the extension and what came later', () => {
  const late = runnerOf('complete-ecs', { completed: true });
  const line = { 'related.ip': '10.0.0.1', 'source.ip': '10.0.0.1', 'url.path': '/a.png' };
  assert.deepEqual(late({ ...line }), { ...line, 'url.extension': 'png' });
  const proxied = present(late({ ...line, 'network.forwarded_ip': '203.0.113.9' }));
  assert.deepEqual(proxied['related.ip'], ['10.0.0.1', '203.0.113.9']);
  assert.deepEqual(present(late({ ...line, 'url.domain': 'shop.example' }))['related.hosts'], ['shop.example']);
  assert.deepEqual(present(late({ 'source.ip': '::1', 'user.name': 'bob' }))['related.user'], ['bob']);
});
