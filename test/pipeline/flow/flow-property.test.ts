import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { settled } from '../../../src/model/ledger.ts';
import { Dropped, Rejected } from '../../../src/model/rejected.ts';
import type { CompiledStage } from '../../../src/pipeline/compile.ts';
import { Jump } from '../../../src/pipeline/jump.ts';
import { batch, countEach, FlowRig, joinEach, map } from './flow-rig.ts';

/** A number that is the same for the same text: what stages do depends on the line, so that a failure comes again. */
function numberOf(text: unknown, seed: number): number {
  let sum = seed;
  for (const character of String(text)) sum = (sum * 31 + character.charCodeAt(0)) % 1009;
  return sum;
}

type Plan = { readonly kind: string; readonly seed: number };

/** Looks things up in an order of its own: `release` lets one of the answers go. */
class Answers {
  #waiting: (() => void)[] = [];

  wait(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  release(choice: number): void {
    const [open] = this.#waiting.splice(choice % Math.max(1, this.#waiting.length), 1);
    open?.();
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }
}

function stageOf({ kind, seed }: Plan, at: number, count: number, answers: Answers): CompiledStage {
  const pick = (event: { message?: unknown }, of: number) => numberOf(event.message, seed) % of;
  if (kind === 'join') return joinEach(2 + (seed % 4));
  if (kind === 'count') return countEach(2 + (seed % 5));
  if (kind === 'jump') {
    const jump = new Jump();
    jump.to = Math.min(count, at + 1 + (seed % 3));
    return map((event) => (pick(event, 3) === 0 ? jump.with(event) : event));
  }
  if (kind === 'look-up') {
    return batch(
      async (events) => {
        await answers.wait();
        if (seed % 7 === 0) throw new Error('no answer');
        return events.map((event) => (pick(event, 9) === 0 ? new Rejected('invalid', 'unknown') : event));
      },
      { matches: (event) => pick(event, 4) !== 0, onError: seed % 2 === 0 ? 'tag' : 'reject' },
    );
  }
  return map((event) => {
    const choice = pick(event, 12);
    if (choice === 0) return new Dropped('rule');
    if (choice === 1) return new Rejected('invalid', 'no');
    if (choice === 2) throw new Error('broken');
    if (choice === 3) return [{ ...event }, { ...event, message: `${String(event['message'])}+` }];
    return choice < 6 ? { ...event } : event;
  });
}

const plans = fc.array(
  fc.record({ kind: fc.constantFrom('map', 'join', 'count', 'look-up', 'jump'), seed: fc.nat(1000) }),
  { minLength: 1, maxLength: 6 },
);
const steps = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('push' as const), lines: fc.integer({ min: 1, max: 5 }), source: fc.nat(2) }),
    fc.record({ do: fc.constant('settle' as const), at: fc.nat(20) }),
    fc.record({ do: fc.constant('answer' as const), at: fc.nat(5) }),
    fc.record({ do: fc.constant('time' as const) }),
  ),
  { maxLength: 40 },
);

describe('a pipeline of any forms of stages', () => {
  test('loses no line, settles each once, and acknowledges nothing before everything made of it is settled', async () => {
    await fc.assert(
      fc.asyncProperty(plans, steps, fc.integer({ min: 10, max: 200 }), async (plan, script, mostKeptBytes) => {
        const answers = new Answers();
        const stages = plan.map((one, at) => stageOf(one, at, plan.length, answers));
        const rig = new FlowRig(stages, { mostKeptBytes });
        const pushing: Promise<void>[] = [];
        let lines = 0;
        for (const step of script) {
          // One caller: the next chunk comes when there is room.
          if (step.do === 'push') {
            await released(Promise.all(pushing.splice(0)), answers, rig);
            const texts = Array.from({ length: step.lines }, () => `line ${lines++}`);
            pushing.push(rig.push(texts, `source${step.source}`));
          } else if (step.do === 'settle') rig.settleAt(step.at);
          else if (step.do === 'answer') answers.release(step.at);
          else rig.clock.pass(1000);
          assertInOrder(rig);
        }
        await released(Promise.all(pushing), answers, rig);
        await released(rig.flow.close(), answers, rig);
        assertInOrder(rig);
        while (rig.waiting > 0) rig.settleAt(lines % rig.waiting);
        assertAllDone(rig, lines);
      }),
      { numRuns: 300 },
    );
  });
});

/** Waits for something that may wait for answers. */
async function released(wanted: Promise<unknown>, answers: Answers, rig: FlowRig): Promise<void> {
  let isDone = false;
  const done = wanted.then(() => {
    isDone = true;
  });
  while (!isDone) {
    answers.release(0);
    await rig.rest();
  }
  await done;
}

/** Chunks of a source are acknowledged in order, and none that has a line in something not settled yet. */
function assertInOrder(rig: FlowRig): void {
  const next = new Map<string, number>();
  for (const { chunk, tally } of rig.acknowledged) {
    assert.equal(chunk.start, next.get(chunk.source.id) ?? 0);
    next.set(chunk.source.id, chunk.end);
    const sum = settled(tally);
    assert.deepEqual(sum, { lines: chunk.lines.length, bytes: chunk.end - chunk.start });
  }
  for (const { source, offset } of rig.unsettledLines()) {
    assert.ok(offset >= (next.get(source) ?? 0), 'a line was acknowledged that something unsettled is made of');
  }
}

function assertAllDone(rig: FlowRig, lines: number): void {
  const acknowledged = rig.acknowledged.reduce((sum, { chunk }) => sum + chunk.lines.length, 0);
  assert.equal(acknowledged, lines, 'every chunk is acknowledged, once');
  const ids = rig.documents().map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length, 'ids are unique');
}
