import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LogmillError } from '../../../src/errors.ts';
import type { Event } from '../../../src/model/event.ts';
import { statefulOf } from '../stage-context.ts';
import { at, occurrences, passes } from './let-through.ts';

test('drops what a list of all events let through would, in whatever order they come', () => {
  fc.assert(
    fc.property(occurrences, fc.constantFrom(1, 10, 45), (all, length) => {
      const runner = statefulOf('dedupe', { by: ['k'], window: `${length}s` });
      const passed: { key: string; second: number }[] = [];
      for (const { key, second } of all) {
        const isAgain = passed.some((other) => other.key === key && Math.abs(other.second - second) < length);
        if (!isAgain) passed.push({ key, second });
        assert.equal(passes(runner, { k: key, '@timestamp': at(second) }), !isAgain);
      }
    }),
  );
});

test('all fields must be the same, and long texts are told apart', () => {
  const runner = statefulOf('dedupe', { by: ['message', 'host.name'] });
  const long = 'x'.repeat(500);
  const events = [
    { message: long, 'host.name': 'a' },
    { message: long, 'host.name': 'b' },
    { message: `${long}y`, 'host.name': 'a' },
    { message: long, 'host.name': 'a' },
    { message: long },
    { message: long, 'host.name': ['a'] },
  ];
  assert.deepEqual(
    events.map((event) => passes(runner, { ...event, '@timestamp': at(0) } as Event)),
    [true, true, true, false, true, true],
  );
});

test('an event without any of the fields is let through, always', () => {
  const runner = statefulOf('dedupe', { by: ['error.type'] });
  assert.ok([1, 2, 3].every(() => passes(runner, { message: 'x' })));
});

test('after a restart the first one is let through again', () => {
  const event = { message: 'x', '@timestamp': at(0) };
  const first = statefulOf('dedupe');
  assert.deepEqual([passes(first, { ...event }), passes(first, { ...event })], [true, false]);
  assert.equal(passes(statefulOf('dedupe'), { ...event }), true);
});

test('a window of no length is refused', () => {
  assert.throws(() => statefulOf('dedupe', { window: '0s' }), LogmillError);
});
