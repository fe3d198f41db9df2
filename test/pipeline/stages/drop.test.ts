import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LogmillError } from '../../../src/errors.ts';
import { Dropped } from '../../../src/model/rejected.ts';
import { runnerOf } from '../stage-context.ts';

test('the ledger gets the rule’s name, or the condition where it has none', () => {
  const named = runnerOf('drop', { when: 'a: 1', rule: 'ones' })({ a: 1 });
  const unnamed = runnerOf('drop', { when: 'a: 1' })({ a: 1 });
  assert.ok(named instanceof Dropped && unnamed instanceof Dropped);
  assert.deepEqual([named.rule, unnamed.rule], ['ones', 'a: 1']);
});

test('a condition that names now is refused, because the same line must give the same document at any time', () => {
  for (const when of ['@timestamp < now-1d', '@timestamp: now', 'a: 1 and not event.created >= "now/d"']) {
    assert.throws(() => runnerOf('drop', { when }), LogmillError, when);
  }
  assert.doesNotThrow(() => runnerOf('drop', { when: 'message: now' }));
});

test('bad KQL is refused when the pipeline is made', () => {
  assert.throws(
    () => runnerOf('drop', { when: 'a: (' }),
    (error) => error instanceof LogmillError && error.code === 'KQL_SYNTAX',
  );
});
