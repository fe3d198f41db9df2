import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { networkSpan } from '../../../src/model/ip-address.ts';
import { present, runnerOf } from '../stage-context.ts';

const anonymised = (address: string, options = {}) =>
  String(present(runnerOf('anonymise-ip', options)({ 'source.ip': address }))['source.ip']);
const inText = (message: string) => present(runnerOf('anonymise-ip', { texts: ['message'] })({ message }))['message'];

describe('an address', () => {
  test('becomes the first of its network, in its usual form', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.nat(32), (address, ipv4) => {
        const cut = anonymised(address, { ipv4 });
        assert.equal(networkSpan(cut)?.first, networkSpan(`${address}/${ipv4}`)?.first);
      }),
    );
    fc.assert(
      fc.property(fc.ipV6(), fc.nat(128), (address, ipv6) => {
        fc.pre(!/^::ffff:\d/i.test(address));
        const cut = anonymised(address, { ipv6 });
        assert.equal(networkSpan(cut)?.first, networkSpan(`${address}/${ipv6}`)?.first);
        assert.equal(isIP(cut), 6);
        assert.equal(anonymised(cut, { ipv6: 128 }), cut);
      }),
    );
  });

  test('is written as IPv6 is written', () => {
    for (const [from, to] of [
      ['2001:0DB8:0000:0000:0001:0000:0000:0001', '2001:db8::1:0:0:1'],
      ['0:0:0:0:0:0:0:0', '::'],
      ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
      ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
      ['fe80::1%eth0', 'fe80::1'],
      ['10:0:0:0:10:0:0:1', '10::10:0:0:1'],
      ['::ffff:192.0.2.77', '192.0.2.77'],
    ]) {
      assert.equal(anonymised(from!, { ipv4: 32, ipv6: 128 }), to);
    }
  });

  test('may have a port', () => {
    const run = runnerOf('anonymise-ip');
    assert.deepEqual(present(run({ 'source.address': '192.0.2.77:4711', 'client.address': '[2001:db8:1:2::5]:443' })), {
      'source.address': '192.0.2.0:4711',
      'client.address': '[2001:db8:1::]:443',
    });
  });

  test('may be one of a list, and what is no address stays', () => {
    const run = runnerOf('anonymise-ip');
    assert.deepEqual(present(run({ 'related.ip': ['192.0.2.77', 'x', 7], 'client.address': 'web-1' })), {
      'related.ip': ['192.0.2.0', 'x', 7],
      'client.address': 'web-1',
    });
  });
});

describe('addresses inside a text', () => {
  test('are cut off in the line that is kept beside the message, and in one that becomes the message', () => {
    const line = 'from 192.0.2.77';
    const run = runnerOf('anonymise-ip', { texts: ['message'] }, { line: () => line });
    assert.deepEqual(present(run({ message: line, 'event.original': line })), {
      message: 'from 192.0.2.0',
      'event.original': 'from 192.0.2.0',
    });
    assert.deepEqual(present(run({ a: 1 })), { a: 1, message: 'from 192.0.2.0' });
  });

  test('are cut off wherever they stand', () => {
    for (const [from, to] of [
      ['from 192.0.2.77:8080, then [2001:db8:1:2::5]:443', 'from 192.0.2.0:8080, then [2001:db8:1::]:443'],
      ['client=192.0.2.77;x', 'client=192.0.2.0;x'],
      ['"::ffff:192.0.2.77"', '"192.0.2.0"'],
      ['192.0.2.77.', '192.0.2.0.'],
      ['lost 2001:db8:1:2::5', 'lost 2001:db8:1::'],
    ]) {
      assert.equal(inText(from!), to);
    }
  });

  test('do not stay whatever stands around them', () => {
    const around = fc.constantFrom(
      ' ',
      '=',
      '(',
      ')',
      '[',
      ']',
      '"',
      ',',
      ';',
      '/',
      '<',
      '>',
      ': ',
      ' :',
      'ip:',
      '. ',
      '@',
      '-',
    );
    fc.assert(
      fc.property(
        around,
        fc.constantFrom(' ', ')', ']', '"', ',', ';', '/', '>', ': ', ' :', '. ', '-'),
        fc.oneof(fc.ipV4(), fc.ipV6()),
        (before, after, address) => {
          fc.pre(address !== anonymised(address));
          assert.equal(inText(`x${before}${address}${after}y`), `x${before}${anonymised(address)}${after}y`);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('are not seen in times, versions and names', () => {
    for (const text of [
      'at 10:11:12.345',
      '1.2.3.4.5',
      '999.1.1.1',
      'std::vector',
      'a:b',
      'v1.2.3',
      'dead:beef:cafe',
    ]) {
      assert.equal(inText(text), text);
    }
  });

  test('cost no more than the text is long', () => {
    const run = runnerOf('anonymise-ip', { texts: ['message'] });
    for (const piece of ['1.', '1.1.1.', ':', 'a:', '1:1.1', '::1.']) {
      const began = process.cpuUsage().user;
      run({ message: piece.repeat(200_000) });
      assert.ok(process.cpuUsage().user - began < 4_000_000, piece);
    }
  });
});
