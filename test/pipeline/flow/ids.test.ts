import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Event } from '../../../src/model/event.ts';
import { Dropped, Rejected } from '../../../src/model/rejected.ts';
import { createChain } from '../../../src/pipeline/chain.ts';
import type { CompiledStage } from '../../../src/pipeline/compile.ts';
import { batch, countEach, FlowRig, joinEach, map, stateful } from './flow-rig.ts';

const split = map((event) =>
  String(event['message'])
    .split(',')
    .map((message) => ({ message })),
);

const splitEvents = map((event) => (event['count'] === undefined ? (split.run(event) as Event[]) : event));

/** Drops what it has had before, as far as it remembers. */
function once(remembers: readonly string[] = []): CompiledStage {
  const known = new Set<unknown>(remembers);
  return stateful({
    push(event, record) {
      const isAgain = known.has(event['message']);
      known.add(event['message']);
      return [{ result: isAgain ? new Dropped('again') : event, of: [record] }];
    },
    flush: () => [],
    close: () => [],
  });
}

async function idsOf(stages: readonly CompiledStage[], ...lines: string[]): Promise<Map<unknown, string>> {
  const rig = new FlowRig(stages);
  await rig.push(lines);
  await rig.flow.close();
  const events = rig.events();
  return new Map(rig.documents().map(({ id }, at) => [events[at]!['message'] ?? 'count', id]));
}

describe('ids of children', () => {
  test('are the same after a restart, when one of them is let through that was dropped before', async () => {
    const before = await idsOf([split, once(['b'])], 'a,b,c');
    const after = await idsOf([split, once()], 'a,b,c');
    assert.equal(before.get('c'), after.get('c'));
    assert.equal(before.get('a'), after.get('a'));
    assert.equal(before.has('b'), false);
    assert.equal(new Set(after.values()).size, 3);
  });

  test('are the same, whether stages hold events back or not, and whichever children go on', async () => {
    const without = (text: string) =>
      map((event) => (event['message'] === text ? new Rejected('invalid', 'no') : event));
    const again = map((event) => (event['message'] === 'b' ? [{ message: 'b1' }, { message: 'b2' }] : event));
    const ids = await idsOf([split, again], 'a,b,c');
    assert.equal(new Set(ids.values()).size, 4);
    for (const text of ['a', 'b1', 'b2', 'c']) {
      const left = await idsOf([split, again, without(text)], 'a,b,c');
      for (const [message, id] of left) assert.equal(id, ids.get(message), String(message));
      const chain = createChain([split, again, without(text)]);
      const events = chain.run({ message: 'a,b,c' }) as { message: string }[];
      const parts = chain.childParts();
      for (const [at, { message }] of events.entries()) {
        const [, part = '0'] = /-[0-9a-f]{8}-(\d+)$/.exec(ids.get(message)!) ?? [];
        assert.equal(parts[at], Number(part), message);
      }
    }
  });

  test('of a document about lines does not depend on when the events themselves come out', async () => {
    const isEvent = (event: Event) => event['count'] === undefined;
    const later = { ...joinEach(3), matches: isEvent };
    const looked = batch(async (events) => events, { matches: isEvent });
    const quick = await idsOf([countEach(2), splitEvents], 'a,x', 'b');
    assert.deepEqual(await idsOf([countEach(2), looked, splitEvents], 'a,x', 'b'), quick);
    const joined = await idsOf([countEach(2), later], 'a,x', 'b');
    assert.deepEqual([joined.get('a,x'), joined.get('count')], [quick.get('a'), quick.get('count')]);
    assert.equal(new Set(quick.values()).size, 4);
  });
});
