import assert from 'node:assert/strict';
import { test } from 'node:test';
import { present, runnerOf } from '../stage-context.ts';

test('a line that names this host gets its facts, and keeps what it says itself', () => {
  const run = runnerOf('enrich-host');
  assert.deepEqual(present(run({ 'host.name': 'example-host', 'host.id': 'own' })), {
    'host.name': 'example-host',
    'host.id': 'own',
    'host.hostname': 'example-host',
    'host.architecture': 'x86_64',
  });
});
