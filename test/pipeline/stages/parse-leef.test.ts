import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Event } from '../../../src/model/event.ts';
import { Rejected } from '../../../src/model/rejected.ts';
import { present, runnerOf } from '../stage-context.ts';

const read = (message: string, options: object = {}) => runnerOf('parse-leef', options)({ message });

describe('versions', () => {
  const both = (line: string) => {
    const event = read(line) as Event;
    return [event['source.ip'], event['example.log.attributes.note'], event['event.code']];
  };

  test('1.0 has tabs between attributes, with a syslog header or without', () => {
    assert.deepEqual(both('LEEF:1.0|A|B|1|E|src=::1\tnote=a b=c'), ['::1', 'a b=c', 'E']);
    assert.deepEqual(both('<13>Jan 18 11:07:53 fw LEEF:1.0|A|B|1|E|src=::1\tnote=x'), ['::1', 'x', 'E']);
  });

  test('2.0 names the character in between, or its code, or leaves it out', () => {
    for (const [named, used] of [
      ['^', '^'],
      ['x5E', '^'],
      ['0x5e', '^'],
      ['x09', '\t'],
      ['', '\t'],
      ['\\t', '\t'],
    ]) {
      assert.deepEqual(both(`LEEF:2.0|A|B|1|E|${named}|src=::1${used}note=x`), ['::1', 'x', 'E'], named);
    }
    assert.deepEqual(both('LEEF:2.0|A|B|1|E|src=::1\tnote=x'), ['::1', 'x', 'E']);
  });

  test('others, and headers with parts missing, are rejected', () => {
    for (const line of ['LEEF:3.0|A|B|1|E|', 'LEEF:1.0|A|B', 'x']) assert.ok(read(line) instanceof Rejected, line);
  });
});

test('dates are in the form the line names, or in any usual one', () => {
  const time = (attributes: string) => (read(`LEEF:1.0|A|B|1|E|${attributes}`) as Event)['@timestamp'];
  assert.equal(time('devTime=21/11/2026 10.00\tdevTimeFormat=dd/MM/yyyy HH.mm'), '2026-11-21T10:00:00.000Z');
  assert.equal(time('devTime=1795255200000'), '2026-11-21T10:00:00.000Z');
  assert.equal(time('devTime=Nov 21 2026 10:00:00\tdevTimeFormat=!!qq'), '2026-11-21T10:00:00.000Z');
  assert.equal(time('devTime=soon'), undefined);
});

test('attributes between bars or circumflexes are told apart where there is no tab', () => {
  const attributes = (line: string) => {
    const event = read(line) as Event;
    return ['x', 'y', 'z'].map((name) => event[`example.log.attributes.${name}`]);
  };
  assert.deepEqual(attributes('LEEF:1.0|A|B|1|E|x=1 2|y=a=b|z=3'), ['1 2', 'a=b', '3']);
  assert.deepEqual(attributes('LEEF:1.0|A|B|1|E|x=1^y=2^z='), ['1', '2', '']);
  assert.deepEqual(attributes('LEEF:2.0|A|B|1|E|x=1|y=2|z=3'), ['1', '2', '3']);
  assert.deepEqual(attributes('LEEF:1.0|A|B|1|E|x=a|b\ty=c|z=1'), ['a|b', 'c|z=1', undefined]);
  assert.deepEqual(attributes('LEEF:1.0|A|B|1|E|x=a|b c'), ['a|b c', undefined, undefined]);
});

test('what is before the header goes to a field, text without a key is kept', () => {
  const event = present(read('fw-1 LEEF:1.0|A|B|1|E|hello\tsrc=x', { rest: 'r' }));
  assert.deepEqual(
    [event['r'], event['example.log.attributes.text'], event['example.log.attributes.src']],
    ['fw-1', 'hello', 'x'],
  );
});

test('what is written as LEEF is read back', () => {
  const value = fc.stringMatching(/^[^\t\r\n^]{1,20}$/).filter((text) => text.trim() === text);
  fc.assert(
    fc.property(
      fc.dictionary(fc.stringMatching(/^x[a-z]{0,8}$/), value, { minKeys: 1 }),
      fc.constantFrom('\t', '^'),
      (pairs, by) => {
        const text = Object.entries(pairs).map(([key, one]) => `${key}=${one}`);
        const event = read(`LEEF:2.0|A|B|1|E|${by === '^' ? '^' : 'x09'}|${text.join(by)}`) as Event;
        for (const [key, one] of Object.entries(pairs)) assert.equal(event[`example.log.attributes.${key}`], one);
      },
    ),
  );
});

test('no text makes it throw', () => {
  const run = runnerOf('parse-leef');
  const part = fc.oneof(
    fc.string(),
    fc.constantFrom('|', 'LEEF:2.0|', 'LEEF:1.0|', '\t', '=', 'devTime=', 'devTimeFormat='),
  );
  fc.assert(fc.property(fc.array(part), (parts) => void run({ message: parts.join('') })));
});
