import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { settled } from '../../../src/model/ledger.ts';
import { Dropped, Rejected } from '../../../src/model/rejected.ts';
import { Jump } from '../../../src/pipeline/jump.ts';
import { batch, countEach, FlowRig, joinEach, map, stateful, tallyOf } from './flow-rig.ts';

const messages = (rig: FlowRig) => rig.events().map(({ message }) => message);

describe('a pipeline with stages that hold events back', () => {
  test('joins lines to one document, which has the id of the first; the others count as merged', async () => {
    const rig = new FlowRig([joinEach(3)]);
    await rig.push(['a', 'b', 'c', 'd']);
    await rig.flow.close();
    assert.deepEqual(rig.events(), [
      { message: 'a', joined: ['a', 'b', 'c'] },
      { message: 'd', joined: ['d'] },
    ]);
    const [first, second] = rig.documents();
    assert.match(first!.id, /-00000000000-/);
    assert.match(second!.id, /-00000000006-/);
    assert.deepEqual(rig.acknowledged, [], 'nothing is settled yet');
    rig.settle();
    const { tally } = rig.acknowledged[0]!;
    assert.deepEqual(tally, tallyOf({ indexed: { lines: 2, bytes: 4 }, merged: { lines: 2, bytes: 4 } }));
  });

  test('acknowledges chunks together that an event has lines of, and in order', async () => {
    const rig = new FlowRig([joinEach(3)]);
    await rig.push(['a', 'b', 'c', 'd']);
    await rig.push(['e', 'f', 'g', 'h', 'i']);
    assert.equal(rig.documents().length, 3);
    rig.settleAt(0);
    assert.equal(rig.acknowledged.length, 0, 'the first chunk has a line of the second event');
    rig.settleAt(1);
    assert.equal(rig.acknowledged.length, 0);
    rig.settle();
    assert.deepEqual(
      rig.acknowledged.map(({ chunk }) => chunk.start),
      [0, 8],
    );
    for (const { chunk, tally } of rig.acknowledged) assert.equal(settled(tally).bytes, chunk.end - chunk.start);
  });

  test('does not acknowledge a line that a later document is about', async () => {
    const rig = new FlowRig([countEach(4)]);
    await rig.push(['a', 'b', 'c']);
    rig.settle();
    assert.equal(rig.documents().length, 3, 'they pass at once');
    assert.equal(rig.acknowledged.length, 0);
    await rig.push(['d']);
    const documents = rig.documents();
    assert.equal(JSON.parse(documents.at(-1)!.document).count, 4);
    assert.equal(
      new Set(documents.map(({ id }) => id)).size,
      documents.length,
      'a document about lines has an id of its own',
    );
    rig.settle();
    assert.deepEqual(
      rig.acknowledged.map(({ tally }) => tally),
      [tallyOf({ indexed: { lines: 3, bytes: 6 } }), tallyOf({ indexed: { lines: 1, bytes: 2 } })],
    );
  });

  test('tells its stages about once a second what time it is, while they have something', async () => {
    const asked: number[] = [];
    const join = joinEach(5);
    const stage = stateful({
      ...join.runner,
      flush(now, isPressed) {
        asked.push(now);
        return asked.length === 2 ? join.runner.close() : join.runner.flush(now, isPressed);
      },
    });
    const rig = new FlowRig([stage]);
    await rig.push(['a']);
    rig.clock.pass(1000);
    rig.clock.pass(1000);
    rig.clock.pass(1000);
    await rig.rest();
    assert.equal(asked.length, 2);
    assert.deepEqual(messages(rig), ['a']);
  });

  test('lets everything go when what waits takes too much room', async () => {
    const rig = new FlowRig([joinEach(1000)], { mostKeptBytes: 30 });
    await rig.push(Array.from({ length: 10 }, (_, at) => String(at)));
    assert.equal(rig.documents().length, 0);
    await rig.push(Array.from({ length: 10 }, (_, at) => String(at)));
    assert.equal(rig.documents().length, 1);
    rig.settle();
    assert.equal(rig.acknowledged.length, 2);
  });

  test('keeps the order of lines, whatever is looked up comes back first', async () => {
    const answers: (() => void)[] = [];
    const slow = batch(
      async (events) => {
        await new Promise<void>((resolve) => answers.push(resolve));
        return events.map((event) => ({ ...event, found: true }));
      },
      { matches: (event) => event['message'] !== 'pass' },
    );
    const rig = new FlowRig([slow]);
    await rig.push(['a', 'pass', 'b']);
    await rig.push(['pass']);
    await rig.push(['c']);
    await rig.rest();
    answers[1]!();
    await rig.rest();
    assert.deepEqual(messages(rig), [], 'nothing overtakes');
    answers[0]!();
    await rig.flow.close();
    assert.deepEqual(messages(rig), ['a', 'pass', 'b', 'pass', 'c']);
  });

  test('lets an event that jumps over a look-up wait its turn', async () => {
    const jump = new Jump();
    jump.to = 2;
    const guard = map((event) => (event['message'] === 'over' ? jump.with(event) : event));
    const gate = Promise.withResolvers<void>();
    const slow = batch(async (events) => {
      await gate.promise;
      return events;
    });
    const rig = new FlowRig([guard, slow, map((event) => Object.assign(event, { last: true }))]);
    await rig.push(['a', 'over', 'b']);
    gate.resolve();
    await rig.flow.close();
    assert.deepEqual(messages(rig), ['a', 'over', 'b']);
    assert.ok(rig.events().every(({ last }) => last === true));
  });

  test('takes no more chunks than it can look up', async () => {
    const gates: (() => void)[] = [];
    const slow = batch(async (events) => {
      await new Promise<void>((resolve) => gates.push(resolve));
      return events;
    });
    const rig = new FlowRig([slow]);
    for (let chunk = 0; chunk < 3; chunk++) await rig.push(['a']);
    let isTaken = false;
    const fourth = rig.push(['b']).then(() => {
      isTaken = true;
    });
    await rig.rest();
    assert.equal(isTaken, false);
    gates[0]!();
    await fourth;
    for (const open of gates) open();
    await rig.flow.close();
    assert.equal(rig.documents().length, 4);
  });

  test('keeps the text of all lines for a document that the store refuses', async () => {
    const rig = new FlowRig([joinEach(2)]);
    await rig.push(['a', 'b']);
    const [{ chunk } = { chunk: undefined }] = rig.emitted;
    assert.equal(chunk!.again!(0).text, 'a\nb');
    assert.equal(chunk!.again!(0).bytes, 4);
  });

  test('settles a line when all its children are', async () => {
    const split = map((event) => [event, { ...event, message: 'child' }]);
    const verdict = map((event) => (event['message'] === 'child' ? new Dropped('children') : event));
    const rig = new FlowRig([split, joinEach(1), verdict]);
    await rig.push(['a']);
    rig.settleAt(1);
    assert.equal(rig.acknowledged.length, 0);
    rig.settle();
    assert.deepEqual(rig.acknowledged[0]!.tally, tallyOf({ indexed: { lines: 1, bytes: 2 } }));
  });

  test('rejects lines on which a stage throws or a look-up fails, and goes on', async () => {
    const throws = map((event) => {
      if (event['message'] === 'bad') throw new Error('broken');
      return event;
    });
    const forgets = stateful({
      push: (event, record) => {
        if (event['message'] === 'worse') throw new Error('worse');
        return event['message'] === 'kept' ? [] : [{ result: event, of: [record] }];
      },
      flush: () => [],
      close: () => [],
    });
    const fails = batch(async (events) => {
      if (events.some(({ message }) => message === 'lost')) throw new Error('no answer');
      return events;
    });
    const rig = new FlowRig([throws, forgets, fails]);
    await rig.push(['a', 'bad', 'worse', 'kept']);
    await rig.push(['lost']);
    await rig.flow.close();
    rig.settle();
    assert.deepEqual(messages(rig), ['a']);
    assert.equal(rig.faults.length, 4);
    assert.deepEqual(
      rig.acknowledged.map(({ tally }) => [tally.indexed.lines, tally.dead_lettered.lines]),
      [
        [1, 3],
        [0, 1],
      ],
    );
  });

  test('keeps a document whose look-up fails, where it is told to', async () => {
    const fails = batch(async (events) => events.map(() => new Rejected('invalid', 'unknown name', 'message')), {
      onError: 'tag',
    });
    const rig = new FlowRig([fails]);
    await rig.push(['a']);
    await rig.flow.close();
    const [event] = rig.events();
    assert.deepEqual([event!['message'], event!['tags']], ['a', ['batch_failed']]);
  });
});
