import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Dropped } from '../../../src/model/rejected.ts';
import { runnerOf } from '../stage-context.ts';

const keeps = (share: number, message: string) => !(runnerOf('sample', { share })({ message }) instanceof Dropped);

test('about the share is kept, also of texts that differ only a little', () => {
  for (const share of [0.01, 0.1, 0.5, 0.9]) {
    const run = runnerOf('sample', { share });
    let kept = 0;
    for (let at = 0; at < 20_000; at++) if (!(run({ message: `request ${at}` }) instanceof Dropped)) kept++;
    assert.ok(Math.abs(kept / 20_000 - share) < 0.015, `${kept} of 20000`);
  }
});

test('the verdict follows from the fields alone, and a larger share keeps what a smaller one keeps', () => {
  fc.assert(
    fc.property(fc.string(), fc.double({ min: 0.001, max: 0.999, noNaN: true }), (message, share) => {
      assert.equal(keeps(share, message), keeps(share, message));
      if (keeps(share, message)) assert.ok(keeps(Math.min(1, share * 1.5), message));
      assert.ok(keeps(1, message));
    }),
  );
});

test('events of the same key are kept or dropped together, under the rule', () => {
  const run = runnerOf('sample', { share: 0.5, by: ['trace.id'], rule: 'half' });
  for (let trace = 0; trace < 50; trace++) {
    const results = ['a', 'b'].map((message) => run({ 'trace.id': `t${trace}`, message }) instanceof Dropped);
    assert.equal(results[0], results[1]);
  }
  const all = Array.from({ length: 50 }, (_, at) => run({ 'trace.id': `t${at}` }));
  assert.equal(all.find((result): result is Dropped => result instanceof Dropped)?.rule, 'half');
});
