import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { networkSpan } from '../../../src/model/ip-address.ts';
import { addressBytes } from '../../../src/pipeline/stages/address/mask.ts';
import { CONTEXT, present, runnerOf } from '../stage-context.ts';

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

describe('with a key', () => {
  const withKey = (secret: string, options = {}) =>
    runnerOf('anonymise-ip', { key: { env: 'X' }, ...options }, { files: { ...CONTEXT.files, secret: () => secret } });
  const mapped = (address: string, secret: string) =>
    String(present(withKey(secret)({ 'source.ip': address }))['source.ip']);
  const TRACE_KEY = '1522178d33a4cf80130a5b1649907d10d8988f837979652762574c2d2a842202';

  test('addresses become those of Crypto-PAn’s sample trace, and of its readers for IPv6', () => {
    for (const [from, to] of [
      ['128.11.68.132', '135.242.180.132'],
      ['129.118.74.4', '134.136.186.123'],
      ['130.132.252.244', '133.68.164.234'],
      ['141.223.7.43', '141.167.8.160'],
      ['192.102.249.13', '252.138.62.131'],
      ['195.205.63.100', '255.186.223.5'],
    ]) {
      assert.equal(mapped(from!, TRACE_KEY), to);
    }
    const key = '32-char-str-for-AES-key-and-pad.';
    assert.equal(mapped('192.0.2.1', key), '192.0.125.244');
    assert.equal(mapped('2001:db8::1', key), '27fe:8bc7:fee:1e:1e1f:f0fe:f0e1:83fd');
  });

  test('two addresses have as many first bits in common as before', () => {
    const bits = (address: string) =>
      [...addressBytes(address)!].map((byte) => byte.toString(2).padStart(8, '0')).join('');
    const common = (one: string, other: string) => {
      let at = 0;
      while (at < one.length && one[at] === other[at]) at++;
      return at;
    };
    const addresses = fc.oneof(fc.tuple(fc.ipV4(), fc.ipV4()), fc.tuple(fc.ipV6(), fc.ipV6()));
    fc.assert(
      fc.property(addresses, ([one, other]) => {
        fc.pre(!/^::ffff:\d/i.test(one + other) && !/^::ffff:\d/i.test(other));
        const [a, b] = [mapped(one, 'any key of more than 16'), mapped(other, 'any key of more than 16')];
        assert.equal(common(bits(a), bits(b)), common(bits(one), bits(other)));
      }),
      { numRuns: 50 },
    );
  });

  test('it is the same in fields and texts, and another with another key', () => {
    const event = present(
      withKey('a key of the tests')({ message: 'of 192.0.2.77:80', 'source.address': '192.0.2.77:80' }),
    );
    assert.equal(event['message'], `of ${String(event['source.address'])}`);
    assert.notEqual(mapped('192.0.2.77', 'a key of the tests'), mapped('192.0.2.77', 'a key of others, though'));
    assert.throws(() => withKey('too short'), /at least 16/);
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
