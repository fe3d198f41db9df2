import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LogmillError } from '../../../src/errors.ts';
import { present, runnerOf } from '../stage-context.ts';

test('the field may stay, and the time may go to another one', () => {
  const run = runnerOf('parse-time', { field: 'at', format: 'UNIX_MS', target: 'event.created', keep: true });
  assert.deepEqual(present(run({ at: 0 })), { at: 0, 'event.created': '1970-01-01T00:00:00.000Z' });
});

test('an event without the field passes as it is', () => {
  assert.deepEqual(present(runnerOf('parse-time', { field: 'at' })({ a: 1 })), { a: 1 });
});

test('months may have names of another language', () => {
  const run = runnerOf('parse-time', { field: 'at', format: 'd MMMM yyyy', locale: 'de' });
  assert.deepEqual(present(run({ at: '3 Dezember 2026' })), { '@timestamp': '2026-12-03T00:00:00.000Z' });
});

test('an unknown letter, zone or language is refused when the pipeline is made', () => {
  assert.throws(() => runnerOf('parse-time', { field: 'at', format: 'yyyy-QQ' }), LogmillError);
  assert.throws(() => runnerOf('parse-time', { field: 'at', timezone: 'Mars/Olympus' }), LogmillError);
  for (const locale of ['xx', '!!']) {
    assert.throws(() => runnerOf('parse-time', { field: 'at', locale }), /locale names no language/);
  }
});
