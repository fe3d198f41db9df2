import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createFlow, type Experience } from '../../src/delivery/flow.ts';

const LIMITS = { concurrency: 8, bytes: 4_000_000, smallestBytes: 64_000 };

const experience: fc.Arbitrary<Experience> = fc.oneof(
  fc.record({
    kind: fc.constant('taken' as const),
    ms: fc.integer({ min: 0, max: 60_000 }),
    bytes: fc.integer({ min: 1, max: 4_000_000 }),
  }),
  fc.constant<Experience>({ kind: 'overloaded' }),
  fc.record({ kind: fc.constant('too_large' as const), bytes: fc.integer({ min: 1, max: 8_000_000 }) }),
);
/** Whether the bulk that it is about was sent before or after the one before was answered. */
const step = fc.record({ experience, late: fc.boolean() });

describe('the flow of bulks', () => {
  it('stays within its bounds whatever it learns, and is back at the most after a calm', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const flow = createFlow(LIMITS);
        let ticket = flow.begin();
        for (const { experience: learnt, late } of steps) {
          if (!late) ticket = flow.begin();
          flow.learn(ticket, learnt);
          assert.ok(Number.isInteger(flow.concurrency()) && flow.concurrency() >= 1);
          assert.ok(flow.concurrency() <= LIMITS.concurrency);
          assert.ok(flow.bytes() >= LIMITS.smallestBytes && flow.bytes() <= LIMITS.bytes);
        }
        for (let bulk = 0; bulk < 1200; bulk++) {
          flow.learn(flow.begin(), { kind: 'taken', ms: 100, bytes: flow.bytes() });
        }
        assert.deepEqual([flow.concurrency(), flow.bytes()], [LIMITS.concurrency, LIMITS.bytes]);
      }),
    );
  });

  it('does not grow while it only hears of overload, and gives up size when one bulk at a time is still too much', () => {
    const flow = createFlow(LIMITS);
    for (let bulk = 0; bulk < 40; bulk++) flow.learn(flow.begin(), { kind: 'taken', ms: 5, bytes: 1 });
    assert.equal(flow.concurrency(), 8);
    const seen: [number, number][] = [];
    for (let bulk = 0; bulk < 5; bulk++) {
      flow.learn(flow.begin(), { kind: 'overloaded' });
      seen.push([flow.concurrency(), flow.bytes()]);
    }
    assert.deepEqual(seen, [
      [4, 4_000_000],
      [2, 4_000_000],
      [1, 4_000_000],
      [1, 2_000_000],
      [1, 1_000_000],
    ]);
  });

  it('counts the failures of one round as one', () => {
    const flow = createFlow(LIMITS);
    for (let bulk = 0; bulk < 40; bulk++) flow.learn(flow.begin(), { kind: 'taken', ms: 5, bytes: 1 });
    const round = Array.from({ length: 8 }, () => flow.begin());
    for (const ticket of round) flow.learn(ticket, { kind: 'overloaded' });
    assert.equal(flow.concurrency(), 4);
  });

  it('goes down when full bulks take twice the best time, but not for what is quick anyway', () => {
    const flow = createFlow(LIMITS);
    for (let bulk = 0; bulk < 40; bulk++) flow.learn(flow.begin(), { kind: 'taken', ms: 400, bytes: 4_000_000 });
    flow.learn(flow.begin(), { kind: 'taken', ms: 490, bytes: 4_000_000 });
    assert.equal(flow.concurrency(), 8);
    flow.learn(flow.begin(), { kind: 'taken', ms: 1500, bytes: 4_000_000 });
    assert.equal(flow.concurrency(), 5);
  });

  it('keeps below a size that was refused, and tries it again only after long', () => {
    const flow = createFlow(LIMITS);
    flow.learn(flow.begin(), { kind: 'too_large', bytes: 4_000_000 });
    assert.equal(flow.bytes(), 2_000_000);
    for (let bulk = 0; bulk < 500; bulk++) flow.learn(flow.begin(), { kind: 'taken', ms: 5, bytes: flow.bytes() });
    assert.equal(flow.bytes(), 2_000_000);
    for (let bulk = 0; bulk < 600; bulk++) flow.learn(flow.begin(), { kind: 'taken', ms: 5, bytes: flow.bytes() });
    assert.equal(flow.bytes(), 4_000_000);
  });
});
