import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Event } from '../../src/model/event.ts';
import { Rejected } from '../../src/model/rejected.ts';
import type { StageUse } from '../../src/pipeline/definition.ts';
import { tolerant } from '../../src/pipeline/on-error.ts';
import { loadPipelines } from '../../src/pipeline/pipelines.ts';
import { chunkOf } from '../../src/pipeline/testing.ts';
import { BINDING, fieldsOf } from './documents.ts';

const shipped = await loadPipelines();

function run(stages: StageUse[], line: string, keep_original = false) {
  const set = shipped.with({ ...shipped.get('plain-text'), keep_original, stages });
  const compiled = set.compile('plain-text', BINDING);
  const { documents, rejected } = compiled.run(chunkOf([line], 'plain-text'));
  const first = documents[0];
  const document = first && fieldsOf(first);
  return { document, rejected };
}

const failing = (
  onError: StageUse['onError'],
  options: object = { patterns: [{ pattern: '^(?<x>never)$' }] },
): StageUse => ({
  stage: 'parse-regex',
  options: { field: 'message', types: {}, otherwise: 'reject', ...options },
  when: undefined,
  onError,
});
const rewrite: StageUse = { stage: 'set', options: { fields: { message: 'other' }, override: true }, when: undefined };

describe('on_error', () => {
  test('rejects by default, and when told to', () => {
    assert.equal(run([failing(undefined)], 'x').rejected[0]?.rejected.reason, 'unparsable');
    assert.equal(run([failing('reject')], 'x').rejected[0]?.rejected.reason, 'unparsable');
  });

  test('tag keeps the document, says which stage failed and why, and goes on with the stages after it', () => {
    const after: StageUse = {
      stage: 'set',
      options: { fields: { 'labels.after': 'yes' }, override: true },
      when: undefined,
    };
    const { document, rejected } = run([failing('tag'), after], 'x');
    assert.deepEqual(rejected, []);
    assert.deepEqual(document?.['tags'], ['parse-regex_failed']);
    const [failure] = (document?.['logmill.stage_errors'] ?? []) as { stage: string; reason: string; detail: string }[];
    assert.equal(failure?.stage, 'parse-regex');
    assert.equal(failure?.reason, 'unparsable');
    assert.equal(typeof failure?.detail, 'string');
    assert.equal(document?.['labels.after'], 'yes');
    assert.equal(document?.['message'], 'x');
  });

  test('keeps the whole line in event.original where message is something else by then', () => {
    assert.equal(run([failing('tag'), rewrite], 'the line').document?.['event.original'], 'the line');
    assert.equal(run([failing('tag')], 'the line').document?.['event.original'], undefined, 'message has it');
    const succeeding = failing('tag', { patterns: [{ pattern: '(?<x>.)' }] });
    assert.equal(run([succeeding, rewrite], 'the line').document?.['event.original'], undefined, 'nothing failed');
    assert.equal(run([succeeding], 'the line', true).document?.['event.original'], 'the line', 'the option counts');
  });

  test('drop-field takes the field at fault off, tags the document, and lets the stage do the rest', () => {
    const stage = (event: Event) => {
      for (const field of ['a', 'b']) {
        if (event[field] === 'bad') return new Rejected('invalid', 'is bad', field);
      }
      event['done'] = true;
      return event;
    };
    const result = tolerant(stage, 'drop-field', 'check', (event) => event)({ a: 'bad', b: 'bad', c: 1 }) as Event;
    assert.deepEqual([result['a'], result['b'], result['c'], result['done']], [undefined, undefined, 1, true]);
    assert.deepEqual(result['tags'], ['check_failed']);
    assert.deepEqual(
      (result['logmill.stage_errors'] as { field: string }[]).map(({ field }) => field),
      ['a', 'b'],
    );
  });

  test('never drops message, nor a field that is not there', () => {
    for (const field of ['message', 'absent', undefined]) {
      const stage = () => new Rejected('invalid', 'is bad', field);
      const result = tolerant(stage, 'drop-field', 'check', (event) => event)({ message: 'x' }) as Event;
      assert.equal(result['message'], 'x');
      assert.equal((result['logmill.stage_errors'] as unknown[]).length, 1);
    }
  });

  test('notes the failure of a stage whose field is not there', () => {
    const stage = () => new Rejected('invalid', 'is missing', 'x');
    const result = tolerant(stage, 'drop-field', 'check', (event) => event, 'x')({ message: 'm' }) as Event;
    assert.deepEqual([result['message'], result['tags']], ['m', ['check_failed']]);
  });

  test('gives the event on as it was before the stage that failed', () => {
    const stage = (event: Event) => {
      event['half'] = 'written';
      return new Rejected('invalid', 'is bad');
    };
    const result = tolerant(stage, 'tag', 'check', (event) => event)({ message: 'x', tags: 'mine' }) as Event;
    assert.equal(result['half'], undefined);
    assert.deepEqual(result['tags'], ['mine', 'check_failed']);
  });
});
