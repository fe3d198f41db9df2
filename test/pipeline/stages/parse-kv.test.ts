import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { LogmillError } from '../../../src/errors.ts';
import type { Event } from '../../../src/model/event.ts';
import { Rejected } from '../../../src/model/rejected.ts';
import { present, runnerOf } from '../stage-context.ts';

/** What the text gives, without the text itself and the prefix of the dataset. */
const read = (text: string, options: object = {}): Event => {
  const event = present(runnerOf('parse-kv', { field: 'x', target: 'k', ...options })({ x: text }));
  return Object.fromEntries(Object.entries(event).map(([key, value]) => [key.replace(/^k\./, ''), value]));
};

describe('pairs', () => {
  test('runs of blanks and tabs separate, at the ends they say nothing', () => {
    assert.deepEqual(read('  a=1 \t b=2\n'), { a: '1', b: '2' });
  });

  test('where tabs separate, blanks belong to the values', () => {
    assert.deepEqual(read('src=/a b\tdst=\tacl=x y ', { pair_separator: '\t' }), { src: '/a b', dst: '', acl: 'x y' });
  });

  test('a head before the first of several pairs is no part of its key', () => {
    const options = { pair_separator: 'auto', rest: 'k.rest' };
    const head = 'Nov 21 10:00:00 web-1 app[1]:';
    assert.deepEqual(read(`${head} a=1, b="x y", c=2`, options), { rest: head, a: '1', b: 'x y', c: '2' });
    assert.deepEqual(read('Client IP=10.0.0.7, User=bob', options), { 'Client IP': '10.0.0.7', User: 'bob' });
  });

  test('a value may hold the value separator', () => {
    assert.deepEqual(read('url=/a?b=c&d=e n=1'), { url: '/a?b=c&d=e', n: '1' });
  });

  test('a quote that is not closed before a separator is an ordinary character', () => {
    assert.deepEqual(read('a="x b=\'y\'z c="q"'), { a: '"x', b: "'y'z", c: 'q' });
  });

  test('single quotes hold double ones and the other way round', () => {
    assert.deepEqual(read(`a='say "hi"' b="it's"`), { a: 'say "hi"', b: "it's" });
  });

  test('a backslash in quotes means itself where escapes are off', () => {
    assert.deepEqual(read('dir="C:\\logs\\" n=1', { escapes: false }), { dir: 'C:\\logs\\', n: '1' });
    assert.deepEqual(read('dir="C:\\new" n=1'), { dir: 'C:\\new', n: '1' });
  });

  test('a key that comes twice becomes a list', () => {
    assert.deepEqual(read('a=1 a=2 a=3'), { a: ['1', '2', '3'] });
    assert.deepEqual(read('a=1 a=2', { keys: 'ecs' }), { a: ['1', '2'] });
  });

  test('separators of several characters, as sudo writes them', () => {
    const text = 'TTY=pts/0 ; PWD=/home/bob ; USER=root ; COMMAND=/bin/ls -l a=b';
    assert.deepEqual(read(text, { pair_separator: ' ; ' }), {
      TTY: 'pts/0',
      PWD: '/home/bob',
      USER: 'root',
      COMMAND: '/bin/ls -l a=b',
    });
  });

  test('a sign that stands alone between blanks is that of the word before it', () => {
    assert.deepEqual(read('a = 1 b = "x y" c= d=4 e ='), { a: '1', b: 'x y', c: '', d: '4', e: '' });
    assert.deepEqual(read('a = 1 b = 2', { value_separator: ' = ' }), { a: '1', b: '2' });
    assert.deepEqual(read('total: 7 state: up', { value_separator: ': ' }), { total: '7', state: 'up' });
  });

  test('brackets hold separators and brackets of their kind, where the pipeline says so', () => {
    const text = 'a=(x y) b=[p [q] r] c=<m n>, d={"e": 1} f=(g h';
    assert.deepEqual(read(text, { brackets: true, rest: 'r' }), {
      ...{ a: 'x y', b: 'p [q] r', c: 'm n', d: '"e": 1', f: '(g', r: 'h' },
    });
    assert.deepEqual(read('a=[1,2], b=3', { brackets: true, pair_separator: ',' }), { a: '1,2', b: '3' });
    assert.deepEqual(read('a=(x)y', { brackets: true }), { a: '(x)y' });
  });

  test('a quoted value with blanks around it where another character separates', () => {
    assert.deepEqual(read('a = "x, y" , b = z z', { pair_separator: ',' }), { a: 'x, y', b: 'z z' });
  });
});

describe('the separator that a text has', () => {
  const auto = { pair_separator: 'auto' };
  test('is what follows the first value', () => {
    assert.deepEqual(read('a=1,b=2 3', auto), { a: '1', b: '2 3' });
    assert.deepEqual(read('a="1, 2"; b=3', auto), { a: '1, 2', b: '3' });
    assert.deepEqual(read('a=1&b=2', auto), { a: '1', b: '2' });
    assert.deepEqual(read('a=1 | b=2', auto), { a: '1', b: '2' });
  });

  test('is a blank otherwise', () => {
    assert.deepEqual(read('a=1 b=2,3', auto), { a: '1', b: '2,3' });
    assert.deepEqual(read('a="x y", b=2'), { a: 'x y', b: '2' });
    assert.deepEqual(read('a=', auto), { a: '' });
  });
});

describe('what is in no pair', () => {
  test('the field stays where its words go nowhere', () => {
    assert.deepEqual(read('hello a=1 =2 world'), { x: 'hello a=1 =2 world', a: '1' });
  });

  test('the words go to a field of their own, and message always stays', () => {
    assert.deepEqual(read('hello a=1 =2 world', { rest: 'r' }), { a: '1', r: 'hello =2 world' });
    const event = runnerOf('parse-kv', { rest: 'r' })({ message: 'a=1 b' });
    assert.deepEqual(present(event), { message: 'a=1 b', 'example.log.a': '1', r: 'b' });
  });

  test('a text without pairs may pass', () => {
    assert.deepEqual(read('plain text', { otherwise: 'pass' }), { x: 'plain text' });
  });
});

describe('where keys go', () => {
  test('a value that does not fit the type of its field stays under its key', () => {
    assert.deepEqual(read('p=http ip=10.0.0.7', { fields: { p: 'source.port', ip: 'source.ip' } }), {
      p: 'http',
      'source.ip': '10.0.0.7',
    });
  });

  test('ECS names with fitting values are those fields, but never those that logmill owns', () => {
    assert.deepEqual(read('source.port=7 event.dataset=evil log.level=x', { keys: 'ecs' }), {
      'source.port': 7,
      'event.dataset': 'evil',
      'log.level': 'x',
    });
    const event = runnerOf('parse-kv', { keys: 'ecs' })({ message: 'event.dataset=evil' });
    assert.equal((event as Event)['event.dataset'], undefined);
  });

  test('generic keys are known by the names loggers give them', () => {
    assert.deepEqual(read('level=WARN ts=1795255200 msg="a b" n=1', { keys: 'generic', values: 'auto' }), {
      'log.level': 'warn',
      level: 'WARN',
      message: 'a b',
      '@timestamp': '2026-11-21T10:00:00.000Z',
      n: 1,
    });
  });

  test('excluded keys are left out, __proto__ is a key like any other', () => {
    for (const keys of ['own', 'ecs']) {
      assert.deepEqual(read('a=1 b=2 __proto__=3', { keys, exclude: ['b'], prefix: 'p_' }), {
        p_a: '1',
        p___proto__: '3',
      });
    }
  });
});

const keyText = fc.stringMatching(/^[a-z_][a-z0-9_]{0,10}$/);

test('what is written as pairs is read back', () => {
  fc.assert(
    fc.property(fc.dictionary(keyText, fc.string(), { minKeys: 1 }), fc.constantFrom(' ', ', ', ';'), (pairs, pair) => {
      const quoted = (text: string) => `"${text.replace(/["'\\]/g, '\\$&')}"`;
      const text = Object.entries(pairs).map(([key, value]) => `${key}=${quoted(value)}`);
      assert.deepEqual(read(text.join(pair), { pair_separator: pair }), { ...pairs });
    }),
  );
});

test('no text makes it throw, and every word of it is found again', () => {
  const run = runnerOf('parse-kv', { rest: 'r', escapes: false, quotes: false });
  const words = fc.array(fc.oneof(fc.string(), fc.constantFrom('a="', "b='", '"', '=', ' ', '\\')));
  fc.assert(
    fc.property(words, (parts) => {
      const text = parts.join('');
      const result = run({ message: text });
      if (result instanceof Rejected) return;
      const { message: _, ...fields } = present(result);
      const found = JSON.stringify(fields);
      for (const word of text.split(/[\s=]+/)) assert.ok(found.includes(JSON.stringify(word).slice(1, -1)), word);
    }),
  );
});

test('a long hostile text takes time in proportion to its length', () => {
  const run = runnerOf('parse-kv', { otherwise: 'pass' });
  for (const part of ['a="', '=', 'a=\'" ', 'a="\\" ', ' ', 'a = ']) run({ message: part.repeat(300_000) });
  const bracketed = runnerOf('parse-kv', { otherwise: 'pass', brackets: true });
  for (const part of ['a=(', 'a=[ ', 'a=[] ']) bracketed({ message: part.repeat(10_000) });
});

describe('separators that are regular expressions', () => {
  const cut = (text: string, options: object) =>
    present(runnerOf('parse-kv', { field: 'x', target: 'k', rest: 'r', otherwise: 'pass', ...options })({ x: text }));

  test('cut at what they match, and leave what is in no pair', () => {
    assert.deepEqual(cut('start msg=a b c user=bob', { pair_pattern: ' (?=\\w+=)' }), {
      r: 'start',
      'k.msg': 'a b c',
      'k.user': 'bob',
    });
    assert.deepEqual(cut('a=1;b=2, c=3', { pair_pattern: '[;,]\\s*' }), { 'k.a': '1', 'k.b': '2', 'k.c': '3' });
    assert.deepEqual(cut('a:1 b=>x=>y  a: 2', { value_pattern: '=>|:\\s?' }), {
      r: '2',
      'k.a': ['1', ''],
      'k.b': 'x=>y',
    });
  });

  test('have groups without effect, and match nothing at all without harm', () => {
    assert.deepEqual(cut('a=1;b=2', { pair_pattern: '(;)|(,)' }), { 'k.a': '1', 'k.b': '2' });
    assert.deepEqual(cut('a=1', { pair_pattern: 'x*' }), { 'k.a': '1' });
  });

  test('are tried on the beginning of a text, whose last value has the rest', () => {
    const rest = `${'x '.repeat(10_000)}c=3`;
    const { 'k.a': first, 'k.b': last } = cut(`a=1 b=${rest}`, { pair_pattern: ' (?=\\w+=)' });
    assert.deepEqual([first, String(last).length, String(last).endsWith('c=3')], ['1', rest.length, true]);
    assert.equal(cut('x '.repeat(10_000), { pair_pattern: ' (?=\\w+=)' })['k.x'], undefined);
  });

  test('take quotes and brackets off values', () => {
    const options = { pair_pattern: ';', brackets: true };
    assert.deepEqual(cut('a="x \\"y\\"";b=[1 2];c=";d', options), { r: 'd', 'k.a': 'x "y"', 'k.b': '1 2', 'k.c': '"' });
    assert.deepEqual(cut("a='x'", { pair_pattern: ';', quotes: false }), { 'k.a': "'x'" });
  });

  test('are refused where they are none, and beside auto', () => {
    for (const options of [
      { pair_pattern: '(' },
      { value_pattern: '[' },
      { pair_pattern: ';', pair_separator: 'auto' },
    ]) {
      assert.throws(() => runnerOf('parse-kv', options), LogmillError);
    }
  });
});
