import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PipelineDefinition, StageUse } from '../../../src/pipeline/definition.ts';
import { loadPipelines } from '../../../src/pipeline/pipelines.ts';
import { runPipeline as description } from '../../../src/pipeline/stages/run-pipeline.ts';
import { chunkOf } from '../../../src/pipeline/testing.ts';
import { BINDING, fieldsOf } from '../documents.ts';

const shipped = await loadPipelines();

function use(stage: string, options: object = {}, more: Partial<StageUse> = {}): StageUse {
  return { stage, options: options as StageUse['options'], when: undefined, ...more };
}

function pipeline(name: string, stages: StageUse[]): PipelineDefinition {
  return { ...shipped.get('plain-text'), name, dataset: `${name}.log`, stages };
}

/** The set with these pipelines, and what the first of them makes of lines. */
function run(definitions: readonly PipelineDefinition[], ...lines: string[]) {
  const set = definitions.reduce((all, definition) => all.with(definition), shipped);
  const { name } = definitions[0]!;
  const { documents, rejected } = set.compile(name, BINDING).run(chunkOf(lines, name));
  const fields = documents.map(fieldsOf);
  return { documents: fields, indices: documents.map(({ index }) => index), rejected };
}

const INNER = pipeline('inner', [
  use('parse-regex', { patterns: [{ pattern: '^(?<a>\\w+)=(?<b>\\w+)$' }], types: {}, field: 'message' }),
  use('set', { fields: { 'labels.seen': 'inner' } }),
]);

describe('run-pipeline', () => {
  for (const { title, options, in: event, out, rejected } of description.examples) {
    test(`does as its example says: ${title}`, () => {
      const result = run([pipeline('example', [use('run-pipeline', options)])], String(event['message']));
      assert.equal(result.rejected[0]?.rejected.reason, rejected?.reason);
      for (const [field, value] of Object.entries(out ?? {})) assert.equal(result.documents[0]?.[field], value, field);
    });
  }

  test('runs the stages of the other pipeline where it stands', () => {
    const outer = pipeline('outer', [
      use('run-pipeline', { name: 'inner' }),
      use('set', { fields: { 'labels.after': 'outer' } }),
    ]);
    const { documents, indices, rejected } = run([outer, INNER], 'x=y', 'nothing');
    const [{ a, b, 'labels.seen': seen, 'labels.after': after } = {}] = documents;
    assert.deepEqual([a, b, seen, after], ['x', 'y', 'inner', 'outer']);
    assert.deepEqual(indices, ['logs-outer.log-default']);
    assert.equal(rejected[0]?.rejected.reason, 'unparsable', 'what it rejects is rejected');
  });

  test('is passed by as a whole by events that its condition does not match', () => {
    const guarded = use('run-pipeline', { name: 'inner' }, { when: 'message: "x=y"' });
    const { documents, rejected } = run([pipeline('outer', [guarded]), INNER], 'x=y', 'nothing');
    assert.deepEqual(
      documents.map(({ 'labels.seen': seen }) => seen),
      ['inner', undefined],
    );
    assert.deepEqual(rejected, []);
  });

  test('is left at the stage that rejects, where that is not to end the event', () => {
    const tolerant = use('run-pipeline', { name: 'inner' }, { onError: 'tag' });
    const after = use('set', { fields: { 'labels.after': 'outer' } });
    const { documents } = run([pipeline('outer', [tolerant, after]), INNER], 'nothing');
    const [{ tags, message, 'labels.seen': seen, 'labels.after': last } = {}] = documents;
    assert.deepEqual([tags, message, seen, last], [['run-pipeline_failed'], 'nothing', undefined, 'outer']);
  });

  test('with its own dataset puts fields and documents there', () => {
    const inner = pipeline('inner', [use('parse-json', { field: 'message', mode: 'generic', otherwise: 'reject' })]);
    const own = run([pipeline('outer', [use('run-pipeline', { name: 'inner', dataset: 'own' })]), inner], '{"q":1}');
    assert.equal(own.documents[0]?.['inner.log.q'], 1);
    assert.equal(own.documents[0]?.['event.dataset'], 'inner.log');
    assert.deepEqual(own.indices, ['logs-inner.log-default']);
    const callers = run([pipeline('outer', [use('run-pipeline', { name: 'inner' })]), inner], '{"q":1}');
    assert.equal(callers.documents[0]?.['outer.log.q'], 1);
  });

  test('may stand inside a pipeline that is run itself', () => {
    const middle = pipeline('middle', [use('run-pipeline', { name: 'inner' }, { when: 'message: x*' })]);
    const outer = pipeline('outer', [use('run-pipeline', { name: 'middle' })]);
    const { documents } = run([outer, middle, INNER], 'x=y', 'nothing');
    assert.deepEqual(
      documents.map(({ 'labels.seen': seen }) => seen),
      ['inner', undefined],
    );
  });

  test('is refused where pipelines run each other in a circle, and where there is no such pipeline', () => {
    const outer = pipeline('outer', [use('run-pipeline', { name: 'inner' })]);
    const inner = pipeline('inner', [use('run-pipeline', { name: 'outer' })]);
    assert.throws(() => run([outer, inner], 'x'), { code: 'PIPELINE_CYCLE', message: /outer → inner → outer/ });
    const lost = pipeline('outer', [use('run-pipeline', { name: 'plain-txt' })]);
    assert.throws(() => run([lost], 'x'), { code: 'STAGE_OPTION', message: /did you mean "plain-text"/ });
  });
});
