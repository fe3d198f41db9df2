import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Event, JsonValue } from '../../../src/model/event.ts';
import { Rejected } from '../../../src/model/rejected.ts';
import { present, runnerOf } from '../stage-context.ts';

const generic = runnerOf('parse-json');
const read = (line: object | string, run = generic) => {
  const result = run({ message: typeof line === 'string' ? line : JSON.stringify(line) });
  return result instanceof Rejected ? result : present(result);
};

describe('times in JSON lines', () => {
  const at = '2026-11-21T10:00:00.123Z';
  const forms: [string, JsonValue][] = [
    ['time', at],
    ['timestamp', '2026-11-21 10:00:00,123'],
    ['@timestamp', '2026-11-21T11:00:00.123+01:00'],
    ['ts', 1795255200.123],
    ['time', 1795255200123],
    ['time', '1795255200123'],
    ['ts', '1795255200123456'],
    ['timestamp', '1795255200123456789'],
  ];
  for (const [key, value] of forms) {
    test(`${key}: ${JSON.stringify(value)} is understood`, () => {
      assert.deepEqual(read({ [key]: value, msg: 'x' }), { message: 'x', '@timestamp': at });
    });
  }

  test('of several times the most definite key counts and the others are kept', () => {
    assert.deepEqual(read({ ts: 1795255200, '@timestamp': at, msg: 'x' }), {
      message: 'x',
      'example.log.ts': 1795255200,
      '@timestamp': at,
    });
  });

  test('a small number under time is a duration, not a date', () => {
    assert.deepEqual(read({ time: 12.5, msg: 'x' }), { message: 'x', 'example.log.time': 12.5 });
  });

  test('a text that is no time makes the line a dead letter that names the field', () => {
    const result = read({ timestamp: 'soon' });
    assert.ok(result instanceof Rejected);
    assert.deepEqual([result.reason, result.field], ['invalid_time', 'example.log.timestamp']);
  });
});

describe('keys of JSON lines', () => {
  test('names that only logmill and the store may set cannot be set by a line', () => {
    const line = {
      event: { dataset: 'evil', ingested: 'x' },
      data_stream: { namespace: 'evil' },
      log: { offset: 7, file: { path: '/x' } },
      ecs: { version: '0' },
      msg: 'x',
    };
    assert.deepEqual(read(line), {
      message: 'x',
      'example.log.event.dataset': 'evil',
      'example.log.event.ingested': 'x',
      'example.log.data_stream.namespace': 'evil',
      'example.log.log.offset': 7,
      'example.log.log.file.path': '/x',
      'example.log.ecs.version': '0',
    });
  });

  test('the same name twice, nested and dotted, keeps both values', () => {
    assert.deepEqual(read({ a: { b: 1 }, 'a.b': 2, msg: 'x' }), { message: 'x', 'example.log.a.b': [1, 2] });
  });

  test('__proto__ and constructor are ordinary keys', () => {
    const event = read('{"__proto__":{"x":1},"constructor":"c","msg":"x"}');
    assert.deepEqual(Object.entries(event), [
      ['message', 'x'],
      ['example.log.__proto__.x', 1],
      ['example.log.constructor', 'c'],
    ]);
  });

  test('labels take any name and become text', () => {
    assert.deepEqual(read({ labels: { env: 'prod', shard: 3 }, msg: 'x' }), {
      message: 'x',
      'labels.env': 'prod',
      'labels.shard': '3',
    });
  });

  test('values convert to what ECS wants where nothing is lost', () => {
    assert.deepEqual(read({ 'http.response.status_code': '404', 'user.id': 7, tags: 'a', msg: 'x' }), {
      message: 'x',
      'http.response.status_code': 404,
      'user.id': '7',
      tags: 'a',
    });
  });

  test('a line without a message keeps itself as one', () => {
    const line = '{"a":1}';
    assert.deepEqual(read(line), { message: line, 'example.log.a': 1 });
  });
});

test('whole numbers keep every digit, wherever and however long they are', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.string(), (number, text) => {
      const event = read(`{"n":${number},"t":${JSON.stringify(text)},"msg":"x"}`) as Event;
      assert.equal(String(event['example.log.n']), String(number));
      assert.equal(event['example.log.t'], text);
    }),
  );
});

test('no value of a line is lost: every leaf is found again in the event', () => {
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean());
  const key = fc.constantFrom('a', 'b', 'user', 'host', 'error', 'http', 'level', 'name', 'id', 'trace_id', 'labels');
  const line = fc.dictionary(key, fc.oneof(leaf, fc.dictionary(key, fc.oneof(leaf, fc.dictionary(key, leaf)))));
  fc.assert(
    fc.property(line, (value) => {
      const event = JSON.stringify(read({ msg: 'x', ...value }));
      const check = (part: unknown): void => {
        if (typeof part === 'object' && part !== null) Object.values(part).forEach(check);
        else assert.ok(event.includes(JSON.stringify(String(part)).slice(1, -1)), `${String(part)} in ${event}`);
      };
      check(value);
    }),
  );
});

test('a line cut anywhere is rejected and never throws', () => {
  const line = JSON.stringify({
    time: 1795255200123,
    level: 30,
    req: { url: '/"x"' },
    err: { stack: 'a\nb' },
    msg: 'é',
  });
  for (let end = 0; end < line.length; end++)
    assert.ok(read(line.slice(0, end)) instanceof Rejected, line.slice(0, end));
});

test('whatever lines follow an object, it is read as alone and they stay with it', () => {
  const objects = [
    { msg: 'x', level: 'error', took: 1 },
    { msg: 'x', error: { stack: ['a', 'b'] }, n: [{ a: 1 }] },
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...objects),
      fc.boolean(),
      fc.array(fc.string(), { minLength: 1 }),
      (object, wide, lines) => {
        const line = wide ? JSON.stringify(object, undefined, 1) : JSON.stringify(object);
        const rest = `.${lines.join('\n')}`;
        const result = read(`${line}\n${rest}`);
        const alone = read(line);
        assert.ok(!(result instanceof Rejected) && !(alone instanceof Rejected));
        assert.deepEqual(result, { ...alone, 'example.log.text': rest });
      },
    ),
  );
});

test('in mode access values that say none are left out and the rest is as in the text form', () => {
  const run = runnerOf('parse-json', { mode: 'access', otherwise: 'pass' });
  const line = {
    time_local: '17/May/2015:10:05:03 +0000',
    remote_addr: '::ffff:10.0.0.1',
    remote_user: '-',
    request: '-',
    status: '408',
    bytes: '-',
    referrer: '',
    request_time: '0.005',
    upstream: 'a',
  };
  assert.deepEqual(read(line, run), {
    'source.address': '10.0.0.1',
    'source.ip': '10.0.0.1',
    'http.response.status_code': 408,
    'event.category': ['web'],
    'event.type': ['access'],
    'event.outcome': 'failure',
    'http.response.body.bytes': 0,
    'event.duration': 5_000_000,
    'example.log.upstream': 'a',
    '@timestamp': '2015-05-17T10:05:03.000Z',
  });
  assert.deepEqual(read('plain text', run), { message: 'plain text' });
});

test('a line that is nested too deep is rejected with its reason, whatever it is made of', () => {
  const run = runnerOf('parse-json', { mode: 'generic' });
  const lists = (levels: number) => `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`;
  const objects = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
  for (const text of [lists(500), objects(500)]) assert.ok(!(run({ message: text }) instanceof Rejected));
  for (const text of [lists(600), objects(600), lists(50_000), objects(50_000)]) {
    const result = run({ message: text });
    assert.ok(result instanceof Rejected);
    assert.deepEqual([result.reason, result.detail], ['unparsable', 'it is nested deeper than 500 levels']);
  }
});
