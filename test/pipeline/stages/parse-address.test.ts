import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { present, runnerOf } from '../stage-context.ts';

const run = runnerOf('parse-address', { field: 'a', as: 's' });

test('where no port can follow, an address of IPv6 is taken whole', () => {
  const bare = runnerOf('parse-address', { field: 'a', as: 's', port: 'never' });
  assert.deepEqual(present(bare({ a: '2001:db8::1:443' })), {
    's.address': '2001:db8::1:443',
    's.ip': '2001:db8::1:443',
  });
  assert.deepEqual(present(bare({ a: 'fe80::1%eth0' })), { 's.address': 'fe80::1', 's.ip': 'fe80::1' });
  assert.deepEqual(present(bare({ a: 'web-1' })), { 's.address': 'web-1', 's.domain': 'web-1' });
});

describe('an address', () => {
  const cases: [text: string, wanted: object][] = [
    ['10.0.0.1', { 's.address': '10.0.0.1', 's.ip': '10.0.0.1' }],
    ['10.0.0.1:65535', { 's.address': '10.0.0.1', 's.ip': '10.0.0.1', 's.port': 65_535 }],
    ['2001:db8::7', { 's.address': '2001:db8::7', 's.ip': '2001:db8::7' }],
    ['[2001:db8::7]', { 's.address': '2001:db8::7', 's.ip': '2001:db8::7' }],
    ['[2001:db8::7]:443', { 's.address': '2001:db8::7', 's.ip': '2001:db8::7', 's.port': 443 }],
    ['[fe80::1%eth0]:443', { 's.address': 'fe80::1', 's.ip': 'fe80::1', 's.port': 443 }],
    ['2001:db8::1:51234', { 's.address': '2001:db8::1', 's.ip': '2001:db8::1', 's.port': 51_234 }],
    ['::1:51234', { 's.address': '::1', 's.ip': '::1', 's.port': 51_234 }],
    ['::ffff:10.0.0.1:80', { 's.address': '10.0.0.1', 's.ip': '10.0.0.1', 's.port': 80 }],
    ['::1', { 's.address': '::1', 's.ip': '::1' }],
    ['web-1.example:80', { 's.address': 'web-1.example', 's.domain': 'web-1.example', 's.port': 80 }],
    ['localhost', { 's.address': 'localhost', 's.domain': 'localhost' }],
    ['-', {}],
    ['', {}],
    ['unix:/run/x.sock', { a: 'unix:/run/x.sock' }],
    ['unix:1', { a: 'unix:1' }],
    ['[web-1]:80', { a: '[web-1]:80' }],
    ['two words', { a: 'two words' }],
  ];
  for (const [text, wanted] of cases) {
    test(`of ${JSON.stringify(text)}`, () => assert.deepEqual(present(run({ a: text })), wanted));
  }

  test('of IPv4 or in brackets keeps its port', () => {
    const host = fc.oneof(
      fc.ipV4(),
      fc.ipV6().map((ip) => `[${ip}]`),
    );
    fc.assert(
      fc.property(host, fc.integer({ min: 0, max: 65_535 }), (ip, port) => {
        assert.equal(present(run({ a: `${ip}:${port}` }))['s.port'], port);
      }),
    );
  });
});
