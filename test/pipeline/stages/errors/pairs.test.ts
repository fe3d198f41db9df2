import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Event } from '../../../../src/model/event.ts';
import { present, runnerOf } from '../../stage-context.ts';
import { givenOf, languages, pairsOf } from './pairs.ts';

const run = runnerOf('group-errors');
const result = (event: Event): Event => present(run(structuredClone(event)));
const keyOf = (event: Event): unknown => result(event)['error.grouping_key'];

for (const file of languages()) {
  test(`keys of ${file} are the same where the error is the same, and only there`, () => {
    const wrong: string[] = [];
    for (const { title, same, a, b } of pairsOf(file)) {
      const [one, other] = [keyOf(a), keyOf(b)];
      if (typeof one !== 'string' || typeof other !== 'string') wrong.push(`${title}: no key`);
      else if ((one === other) !== same) wrong.push(`${title}: must be ${same ? 'the same' : 'different'}`);
    }
    assert.deepEqual(wrong, []);
  });

  test(`exceptions of ${file} give the type, message and culprit that they name`, () => {
    for (const { title, event, gives } of givenOf(file)) {
      const out = result(event);
      for (const [field, value] of gives) assert.equal(out[field] ?? '-', value, `${title}, ${field}`);
    }
  });
}

test('a trace has the same key in error.stack_trace as in a message', () => {
  for (const file of languages()) {
    for (const { title, a } of pairsOf(file)) {
      const out = result(a);
      if (typeof out['error.stack_trace'] !== 'string' || Object.keys(a).length > 2) continue;
      const { 'error.type': type, 'error.message': message, 'error.stack_trace': stack } = out;
      const apart = {
        message: 'x',
        'error.stack_trace': stack,
        ...(type && { 'error.type': type }),
        ...(message && { 'error.message': message }),
      };
      assert.equal(keyOf(apart as Event), out['error.grouping_key'], title);
    }
  }
});

test('there are at least 150 pairs of either kind', () => {
  const pairs = languages().flatMap(pairsOf);
  const same = pairs.filter((pair) => pair.same).length;
  assert.ok(same >= 150 && pairs.length - same >= 150, `${same} same, ${pairs.length - same} different`);
});
