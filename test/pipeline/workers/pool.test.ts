import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { Chunk, Processed, Source } from '../../../src/model/line.ts';
import type { PipelineDefinition, StageUse } from '../../../src/pipeline/definition.ts';
import { loadPipelines } from '../../../src/pipeline/pipelines.ts';
import { chunkOf } from '../../../src/pipeline/testing.ts';
import { WorkerPool } from '../../../src/pipeline/workers/pool.ts';

const shipped = await loadPipelines();
const TIME = Date.parse('2026-11-21T12:00:00Z');
const BINDING = {
  input: { name: 'in' },
  namespace: 'default',
  host: { id: 'h1', name: 'this-host', fields: {} },
  timezone: 'UTC',
};

const use = (stage: string, options: object): StageUse => ({
  stage,
  options: options as StageUse['options'],
  when: undefined,
});

/** A pool, what it emitted and what it said. */
function poolOf(t: TestContext, stages: readonly StageUse[], workers = 2) {
  const definition: PipelineDefinition = { ...shipped.get('plain-text'), name: 'mine', stages, tests: [] };
  const { locate: _locate, ...plain } = definition;
  const emitted: Processed[] = [];
  const faults: string[] = [];
  const pool = new WorkerPool({
    workers,
    data: { pipeline: 'mine', definitions: [plain], folders: [], binding: BINDING },
    now: () => TIME,
    onFault: (fault) => void faults.push(fault.message),
    emit: async (processed) => void emitted.push(processed),
  });
  t.after(() => pool.close().catch(() => {}));
  return { pool, emitted, faults, definition };
}

function sourceOf(id: string, more: Partial<Source> = {}): Source {
  return { id, input: 'in', path: `/${id}`, pipeline: 'mine', modifiedAt: TIME, ...more };
}

const chunkIn = (source: Source, texts: readonly string[]): Chunk => ({ ...chunkOf(texts, 'mine'), source });
const JSON_LINES = use('parse-json', { field: 'message', mode: 'generic', otherwise: 'reject' });
const FIND_TIME = use('find-time', { field: 'message', otherwise: 'previous' });

describe('a pipeline in worker threads', () => {
  test('makes the same documents as without, in the order in which lines went in', async (t) => {
    const { pool, emitted, definition } = poolOf(t, [JSON_LINES]);
    const source = sourceOf('a');
    const chunks = Array.from({ length: 30 }, (_, at) =>
      chunkIn(
        source,
        Array.from({ length: 1 + (at % 7) * 40 }, (_line, n) => (n % 9 === 8 ? 'no' : `{"n":${at * 1000 + n}}`)),
      ),
    );
    for (const chunk of chunks) await pool.push(chunk);
    await pool.close();
    const compiled = shipped.with(definition).compile('mine', { ...BINDING, sourceTime: () => TIME, now: () => TIME });
    assert.deepEqual(
      emitted,
      chunks.map((chunk) => compiled.run(chunk)),
    );
  });

  test('keeps what a stage remembers of a source, and knows its first lines', async (t) => {
    const { pool, emitted } = poolOf(t, [FIND_TIME]);
    const sources = ['a', 'b', 'c'].map((id) => sourceOf(id));
    for (const [at, source] of sources.entries())
      await pool.push(chunkIn(source, [`2026-11-0${at + 1}T10:00:00Z begin`]));
    for (let round = 0; round < 5; round++) {
      for (const source of sources) await pool.push(chunkIn(source, ['no time here']));
    }
    await pool.close();
    const times = emitted.map(({ chunk, documents }) => [
      chunk.source.id,
      /"@timestamp":"([^T]*)/.exec(documents[0]!.document)?.[1],
    ]);
    const wanted = new Map([
      ['a', '2026-11-01'],
      ['b', '2026-11-02'],
      ['c', '2026-11-03'],
    ]);
    for (const [id, day] of times) assert.equal(day, wanted.get(id!));
  });

  test('loses nothing when a worker ends in the middle', async (t) => {
    const { pool, emitted, faults } = poolOf(t, [JSON_LINES]);
    const source = sourceOf('a');
    const chunks = Array.from({ length: 40 }, (_, at) =>
      chunkIn(
        source,
        Array.from({ length: 200 }, (_line, n) => `{"n":${at * 1000 + n}}`),
      ),
    );
    for (const [at, chunk] of chunks.entries()) {
      await pool.push(chunk);
      const slot = pool.slots[at % 2]!;
      if (at % 20 === 19 && slot.isReady) void slot.thread.terminate();
    }
    await pool.close();
    assert.deepEqual(
      emitted.map(({ chunk, documents }) => [chunk, documents.length]),
      chunks.map((chunk) => [chunk, 200]),
    );
    assert.ok(faults.every((fault) => /a worker ended/.test(fault)));
  });

  test('makes dead letters of lines that end every worker, and goes on', async (t) => {
    const endless = use('parse-regex', {
      field: 'message',
      patterns: [{ pattern: '^(?<a>(x+x+)+y)$' }],
      types: {},
      otherwise: 'pass',
    });
    const { pool, emitted, faults } = poolOf(t, [endless], 1);
    const [slot] = pool.slots;
    await pool.push(chunkIn(sourceOf('a'), ['fine', 'x'.repeat(60)]));
    await pool.push(chunkIn(sourceOf('a'), ['fine']));
    for (const crash of [1, 2]) {
      while (!slot!.isReady) await pause(5);
      await slot!.thread.terminate();
      while (faults.length < crash) await pause(5);
    }
    await pool.close();
    assert.deepEqual(
      emitted.map(({ documents, rejected }) => [documents.length, rejected.map((one) => one.rejected.reason)]),
      [
        [0, ['fault', 'fault']],
        [1, []],
      ],
    );
  });

  test('says why no worker can be started', async (t) => {
    const { pool } = poolOf(t, [use('no-such-stage', {})]);
    await assert.rejects(async () => {
      for (let chunk = 0; chunk < 20; chunk++) await pool.push(chunkIn(sourceOf('a'), ['x']));
      await pool.close();
    }, /unknown stage no-such-stage/);
  });
});
