import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Jump } from '../../../src/pipeline/jump.ts';
import { batch, FlowRig, map } from './flow-rig.ts';

const messages = (rig: FlowRig) => rig.events().map(({ message }) => message);

describe('the order of events', () => {
  test('is kept by one that jumps over several look-ups', async () => {
    const jump = new Jump();
    jump.to = 3;
    const guard = map((event) => (event['message'] === 'over' ? jump.with(event) : event));
    const gate = Promise.withResolvers<void>();
    const quick = batch(async (events) => events);
    const slow = batch(async (events) => {
      await gate.promise;
      return events;
    });
    const rig = new FlowRig([guard, quick, slow, map((event) => event)]);
    await rig.push(['a', 'over', 'b']);
    await rig.rest();
    assert.deepEqual(messages(rig), [], 'nothing overtakes');
    gate.resolve();
    await rig.flow.close();
    assert.deepEqual(messages(rig), ['a', 'over', 'b']);
  });

  test('does not depend on a look-up that answers with nothing: its line is rejected, and the others go on', async () => {
    const empty = batch(async (events) => events.map((event) => (event['message'] === 'a' ? [] : event)));
    const rig = new FlowRig([empty]);
    await rig.push(['a', 'b']);
    await rig.flow.close();
    rig.settle();
    assert.deepEqual(messages(rig), ['b']);
    assert.equal(rig.acknowledged[0]!.tally.dead_lettered.lines, 1);
  });
});
