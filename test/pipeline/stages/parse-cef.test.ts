import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Event } from '../../../src/model/event.ts';
import { Rejected } from '../../../src/model/rejected.ts';
import { present, runnerOf } from '../stage-context.ts';

const read = (message: string, options: object = {}) => runnerOf('parse-cef', options)({ message });
const head = 'CEF:0|Acme|Wall|1.0|100|Denied|5|';

describe('the header', () => {
  test('may follow a syslog header, a program’s name, or a blank after the colon', () => {
    for (const before of ['<134>1 2026-11-21T10:00:00Z fw app - - - ', 'Nov 21 10:00:00 fw CEF:', 'x: ']) {
      const line = before.endsWith('CEF:')
        ? `${before.slice(0, -4)}CEF: 0|A|B|1|2|n|3|src=::1`
        : `${before}${head}src=::1`;
      assert.equal((read(line) as Event)['source.ip'], '::1', line);
    }
  });

  test('may lack the extension and its bar, but no part before', () => {
    const event = present(read('CEF:1|A|B||7|Name|High'));
    assert.deepEqual(event, {
      'example.log.version': '1',
      'observer.vendor': 'A',
      'observer.product': 'B',
      'event.code': '7',
      'event.severity': 7,
      'example.log.name': 'Name',
      'example.log.severity': 'High',
      message: 'Name',
    });
    assert.ok(read('CEF:0|A|B|1|7|Name') instanceof Rejected);
    assert.ok(read('aCEF:0|A|B|1|7|Name|3|') instanceof Rejected);
  });
});

describe('the extension', () => {
  test('has values with blanks, with escapes, and keys in any order', () => {
    const event = read(`${head}msg=a\\nb \\\\ c fname=x y.txt cs1=k\\=v act=`) as Event;
    assert.deepEqual(
      [event['message'], event['file.name'], event['example.log.extensions.cs1'], event['event.action']],
      ['a\nb \\ c', 'x y.txt', 'k=v', ''],
    );
  });

  test('has dates in all forms of the standard', () => {
    for (const rt of [
      '1795255200000',
      'Nov 21 2026 10:00:00',
      'Nov 21 2026 11:00:00.000 CET',
      '2026-11-21T10:00:00Z',
    ]) {
      assert.equal((read(`${head}rt=${rt} src=::1`) as Event)['@timestamp'], '2026-11-21T10:00:00.000Z', rt);
    }
    assert.equal((read(`${head}rt=soon`) as Event)['example.log.extensions.rt'], 'soon');
  });

  test('has values that do not fit ECS kept under their keys', () => {
    const event = read(`${head}src=web-1 spt=x deviceDirection=1 proto=17 outcome=Failed cat=/a`) as Event;
    assert.deepEqual(
      [
        event['example.log.extensions.src'],
        event['example.log.extensions.spt'],
        event['network.direction'],
        event['network.transport'],
        event['event.outcome'],
        event['example.log.extensions.outcome'],
      ],
      ['web-1', 'x', 'outbound', 'udp', 'failure', 'Failed'],
    );
  });
});

test('own keys fill fields, and a line that is none may pass', () => {
  assert.equal((read(`${head}AcmeUser=bob`, { fields: { AcmeUser: 'user.name' } }) as Event)['user.name'], 'bob');
  assert.deepEqual(present(read('x', { otherwise: 'pass' })), { message: 'x' });
});

test('what is written as CEF is read back', () => {
  const text = fc.string().filter((value) => value.trim() === value && value !== '');
  const pairs = fc.dictionary(fc.stringMatching(/^x[a-z0-9]{0,8}$/), text, { minKeys: 1 });
  fc.assert(
    fc.property(fc.array(text, { minLength: 5, maxLength: 5 }), pairs, (parts, extension) => {
      const header = parts.map((part) => part.replace(/[\\|]/g, '\\$&').replace(/[\r\n]/g, '_'));
      const values = Object.entries(extension).map(
        ([key, value]) => `${key}=${value.replace(/[\\=]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r')}`,
      );
      const event = read(`CEF:0|${header.join('|')}|5|${values.join(' ')}`) as Event;
      assert.equal(event['observer.vendor'], parts[0]!.replace(/[\r\n]/g, '_'));
      for (const [key, value] of Object.entries(extension)) assert.equal(event[`example.log.extensions.${key}`], value);
    }),
  );
});

test('no text makes it throw, and a long hostile one takes time in proportion', () => {
  const run = runnerOf('parse-cef');
  const part = fc.oneof(fc.string(), fc.constantFrom('|', '\\', 'CEF:0|', ' src=', '=', 'rt='));
  fc.assert(fc.property(fc.array(part), (parts) => void run({ message: parts.join('') })));
  for (const hostile of ['a=', ' ', 'a', '\\', ' a=1']) run({ message: head + hostile.repeat(200_000) });
});
