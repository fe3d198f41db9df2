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
import type { StageExample } from '../../src/pipeline/stage.ts';
import { CONTEXT, present, runnerOf } from './stage-context.ts';

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
      test(`${stage.name}, example: ${example.title}`, () => checkExample(stage.name, example));
    }

    test(`${stage.name} turns any event into exactly one verdict and keeps none of its events`, () => {
      const runner = runnerOf(stage.name, stage.examples[0]!.options, CONTEXT);
      fc.assert(
        fc.property(fc.dictionary(names, values), (fields) => {
          const first = runner(structuredClone(fields) as Event);
          const frozen = JSON.stringify(first);
          const second = runner(structuredClone(fields) as Event);
          assert.equal(JSON.stringify(second), frozen, 'the same event gives the same result');
          assert.equal(JSON.stringify(first), frozen, 'an event is not touched once it is handed back');
          const isVerdict = first instanceof Rejected || first instanceof Dropped;
          assert.ok(isVerdict || Array.isArray(first) || typeof first === 'object');
        }),
        { numRuns: 50 },
      );
    });
  }
});

function checkExample(name: string, example: StageExample<unknown>): void {
  const runner = runnerOf(name, example.options as object);
  for (const event of example.before ?? []) runner(structuredClone(event));
  const result = runner(structuredClone(example.in));
  if (example.rejected !== undefined) {
    assert.ok(result instanceof Rejected, 'it is rejected');
    assert.equal(result.reason, example.rejected.reason);
    assert.equal(result.field, example.rejected.field);
  } else if (example.dropped === true) assert.ok(result instanceof Dropped, 'it is dropped');
  else assert.deepEqual(present(result), example.out);
}
