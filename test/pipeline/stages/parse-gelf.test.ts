import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Event } from '../../../src/model/event.ts';
import { Rejected } from '../../../src/model/rejected.ts';
import { present, runnerOf } from '../stage-context.ts';

const read = (line: object | string) =>
  runnerOf('parse-gelf')({ message: typeof line === 'string' ? line : JSON.stringify(line) });

test('the fields of version 1.0 are understood, and a NUL at the end is no part of the line', () => {
  const line = { host: 'h', short_message: 's', facility: 'f', file: 'a.c', line: 7, level: 3, timestamp: 1795255200 };
  assert.deepEqual(present(read(`${JSON.stringify(line)}\0`)), {
    message: 's',
    'host.name': 'h',
    'example.log.facility': 'f',
    'log.origin.file.name': 'a.c',
    'log.origin.file.line': 7,
    'log.level': 'error',
    'log.syslog.severity.code': 3,
    'example.log.level': '3',
    '@timestamp': '2026-11-21T10:00:00.000Z',
  });
});

test('additional fields are called without their underscore; names that logmill owns stay its own', () => {
  const event = read({
    short_message: 's',
    _a: 1,
    '_event.dataset': 'evil',
    _level: 'WARN',
    _: 'x',
    __proto__x: 2,
  }) as Event;
  assert.deepEqual(present(event), {
    message: 's',
    'example.log.a': 1,
    'example.log.event.dataset': 'evil',
    'example.log.level': 'WARN',
    'example.log._': 'x',
    'example.log._proto__x': 2,
  });
});

test('what is no GELF is rejected', () => {
  for (const line of ['', '[]', '{"short_message":7}', '{"short_message":"x"'])
    assert.ok(read(line) instanceof Rejected, line);
});

test('a time that is none rejects the line and names the field', () => {
  const result = read({ short_message: 's', timestamp: 'soon' });
  assert.ok(result instanceof Rejected);
  assert.deepEqual([result.reason, result.field], ['invalid_time', 'example.log.timestamp']);
});

test('no object makes it throw', () => {
  const key = fc.constantFrom('short_message', 'host', 'level', 'timestamp', '_a', 'line', '_trace_id');
  fc.assert(fc.property(fc.dictionary(key, fc.jsonValue()), (line) => void read({ short_message: 'x', ...line })));
});
