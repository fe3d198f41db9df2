import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Waiting } from '../../../src/agent/queue/waiting.ts';

test('who gives up takes nothing from those who wait for the same numbers after a failed write', async () => {
  const waiting = new Waiting();
  const failed = waiting.add(5, [1, 2]);
  const next = waiting.add(5, [1, 2]);
  failed.giveUp();
  assert.ok(waiting.has(5, 6));
  waiting.settled(5, 'indexed', 'a');
  waiting.settled(6, 'dropped', 'b');
  assert.equal(await failed.done, undefined);
  assert.deepEqual(
    (await next.done)?.map(({ line, outcome }) => [line, outcome]),
    [
      [1, 'indexed'],
      [2, 'dropped'],
    ],
  );
});
