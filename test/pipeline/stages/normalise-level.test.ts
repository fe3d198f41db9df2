import assert from 'node:assert/strict';
import { test } from 'node:test';
import { present, runnerOf } from '../stage-context.ts';

test('every word of the table becomes one of the six levels', () => {
  const run = runnerOf('normalise-level');
  const words: Record<string, string> = {
    Emerg: 'fatal',
    crit: 'fatal',
    ERR: 'error',
    w: 'warn',
    Notice: 'info',
    D: 'debug',
    finest: 'trace',
  };
  for (const [word, level] of Object.entries(words)) {
    assert.equal(present(run({ 'log.level': word }))['log.level'], level, word);
  }
});

test('a word outside the table stays, in small letters', () => {
  assert.equal(present(runnerOf('normalise-level')({ 'log.level': 'AUDIT' }))['log.level'], 'audit');
});

test('a level in a field of its own moves to log.level', () => {
  const run = runnerOf('normalise-level', { field: 'json.sev' });
  assert.deepEqual(present(run({ 'json.sev': 'E' })), { 'log.level': 'error', 'example.log.level': 'E' });
});
