import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { validateAgainst } from '../../src/config/schema-check.ts';
import type { Event, JsonValue } from '../../src/model/event.ts';
import { Dropped, Rejected } from '../../src/model/rejected.ts';
import { STAGES } from '../../src/pipeline/registry.ts';
import type { Stage, StageExample } from '../../src/pipeline/stage.ts';
import { batchOf, CONTEXT, present, runnerOf, statefulOf, token } from './stage-context.ts';

const FOLDER = fileURLToPath(new URL('../../src/pipeline/stages/', import.meta.url));
const TWINS = fileURLToPath(new URL('./stages/', import.meta.url));
const FILES = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.ts'))
  .map((name) => path.basename(name, '.ts'));

const names = fc.constantFrom(
  'message',
  'a',
  'log.level',
  'url.original',
  'error.type',
  'http.response.status_code',
  'x.y',
);
const values: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.string()),
);

describe('the registry of stages', () => {
  test('every file in the folder is a registered stage of the same name, and every stage has its file', () => {
    assert.deepEqual(STAGES.map(({ name }) => name).sort(), FILES.sort());
  });

  for (const stage of STAGES) {
    test(`${stage.name} has a test file of its own`, () => {
      assert.ok(existsSync(path.join(TWINS, `${stage.name}.test.ts`)));
    });

    test(`${stage.name} refuses options it does not have`, () => {
      const options = { ...stage.examples[0]!.options, no_such_option: 1 };
      const { faults } = validateAgainst(stage.options, options);
      assert.deepEqual(
        faults.map(({ kind }) => kind),
        ['unknown-key'],
      );
    });

    test(`${stage.name} keeps its options over a round trip through JSON`, () => {
      const { value } = validateAgainst(stage.options, structuredClone(stage.examples[0]!.options));
      const again = validateAgainst(stage.options, JSON.parse(JSON.stringify(value)));
      assert.deepEqual(again, { value, faults: [] });
    });

    // Its own test runs the examples of a stage that is nothing without other pipelines.
    if (stage.form === 'inline') continue;

    for (const example of stage.examples) {
      test(`${stage.name}, example: ${example.title}`, () => checkExample(stage, example));
    }

    test(`${stage.name} turns any event into exactly one verdict and keeps none of its events`, () =>
      checkAnyEvent(stage));
  }
});

async function checkAnyEvent({ name, form, examples }: Stage): Promise<void> {
  const { options } = examples[0]!;
  const events = fc.dictionary(names, values) as fc.Arbitrary<Event>;
  const isResult = (result: unknown) => typeof result === 'object' && result !== null;
  if (form === 'stateful') {
    fc.assert(
      fc.property(fc.array(events, { maxLength: 8 }), (all) => {
        const runner = statefulOf(name, options);
        const records = all.map(() => token());
        const outputs = all.flatMap((event, at) => runner.push(structuredClone(event), records[at]!, 1000 * at));
        outputs.push(...runner.flush(1000, false), ...runner.flush(2000, true), ...runner.close());
        const done = outputs.filter(({ keeps = false }) => !keeps).flatMap(({ of }) => of);
        assert.deepEqual(new Set(done), new Set(records), 'every record is named by an output that does not keep it');
        assert.ok(outputs.every(({ of, result }) => of.length > 0 && isResult(result)));
      }),
      { numRuns: 50 },
    );
  } else if (form === 'batch') {
    const run = batchOf(name, options);
    const property = fc.asyncProperty(fc.array(events, { maxLength: 8 }), async (all) => {
      const results = await run(structuredClone(all));
      assert.equal(results.length, all.length);
      assert.ok(results.every(isResult));
    });
    await fc.assert(property, { numRuns: 50 });
  } else {
    const runner = runnerOf(name, options, CONTEXT);
    fc.assert(
      fc.property(events, (fields) => {
        const first = runner(structuredClone(fields));
        const frozen = JSON.stringify(first);
        const second = runner(structuredClone(fields));
        assert.equal(JSON.stringify(second), frozen, 'the same event gives the same result');
        assert.equal(JSON.stringify(first), frozen, 'an event is not touched once it is handed back');
        assert.ok(isResult(first));
      }),
      { numRuns: 50 },
    );
  }
}

/** What comes out last when a stage has had the example's events and nothing follows. */
async function resultOf({ name, form }: Stage, example: StageExample<unknown>): Promise<unknown> {
  const options = example.options as object;
  const before = structuredClone(example.before ?? []);
  const event = structuredClone(example.in);
  if (form === 'batch') return (await batchOf(name, options)([...before, event])).at(-1);
  if (form === 'stateful') {
    const runner = statefulOf(name, options);
    const outputs = [...before, event].flatMap((one) => runner.push(one, token(), 0));
    return [...outputs, ...runner.close()].at(-1)?.result;
  }
  const runner = runnerOf(name, options);
  for (const one of before) runner(one);
  return runner(event);
}

async function checkExample(stage: Stage, example: StageExample<unknown>): Promise<void> {
  const result = await resultOf(stage, example);
  if (example.rejected !== undefined) {
    assert.ok(result instanceof Rejected, 'it is rejected');
    assert.equal(result.reason, example.rejected.reason);
    assert.equal(result.field, example.rejected.field);
  } else if (example.dropped === true) assert.ok(result instanceof Dropped, 'it is dropped');
  else assert.deepEqual(present(result), example.out);
}
