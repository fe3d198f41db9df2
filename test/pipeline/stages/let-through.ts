import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Event } from '../../../src/model/event.ts';
import { Dropped } from '../../../src/model/rejected.ts';
import { type statefulOf, token } from '../stage-context.ts';

/** When the seconds of `occurrences` are counted from, ms. */
export const START = Date.parse('2026-11-01T00:00:00Z');

export const at = (seconds: number) => new Date(START + 1000 * seconds).toISOString();

/** Events of a few keys in any order of time. */
export const occurrences = fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c'), second: fc.nat(200) }), {
  maxLength: 60,
});

/** Whether a stage that only drops events lets one pass; it must hand it on, or drop it, at once. */
export function passes(runner: ReturnType<typeof statefulOf>, event: Event, now = 0): boolean {
  const record = token();
  const [output, ...more] = runner.push(event, record, now);
  assert.deepEqual([output!.of, output!.keeps ?? false, more.length], [[record], false, 0], 'nothing is held back');
  return !(output!.result instanceof Dropped);
}
