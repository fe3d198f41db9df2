import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LogmillError } from '../../../src/errors.ts';
import { statefulOf } from '../stage-context.ts';
import { at, occurrences, passes, START } from './let-through.ts';

test('lets through what a plain count of all events would, in whatever order they come', () => {
  fc.assert(
    fc.property(occurrences, fc.integer({ min: 1, max: 3 }), fc.constantFrom(1, 7, 60), (all, events, length) => {
      const runner = statefulOf('throttle', { events, window: `${length}s`, by: ['k'] });
      const counts: Record<string, number> = {};
      for (const { key, second } of all) {
        const window = `${key} ${Math.floor((START / 1000 + second) / length)}`;
        counts[window] = (counts[window] ?? 0) + 1;
        assert.equal(passes(runner, { k: key, '@timestamp': at(second) }), counts[window] <= events);
      }
    }),
  );
});

test('without a key all events count together, and without a time the moment they are read', () => {
  const runner = statefulOf('throttle', { events: 2, window: '1m' });
  assert.deepEqual(
    [0, 1000, 2000, 60_000].map((now) => passes(runner, { message: 'x' }, now)),
    [true, true, false, true],
  );
});

test('an event without the key is let through, always', () => {
  const runner = statefulOf('throttle', { events: 1, by: ['k'] });
  assert.ok([1, 2, 3].every(() => passes(runner, { message: 'x' })));
});

test('forgets the oldest keys when there are too many', () => {
  const runner = statefulOf('throttle', { events: 1, by: ['k'], most_keys: 2 });
  assert.deepEqual(
    ['a', 'b', 'b', 'c', 'a', 'a'].map((k) => passes(runner, { k, '@timestamp': at(0) })),
    [true, true, false, true, true, false],
  );
});

test('a window of no length is refused', () => {
  assert.throws(() => statefulOf('throttle', { events: 1, window: '0s' }), LogmillError);
});
