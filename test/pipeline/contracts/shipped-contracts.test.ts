import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import type { PipelineTest } from '../../../src/pipeline/definition.ts';
import { runAlone } from '../../../src/pipeline/flow/run-alone.ts';
import { type CompiledPipeline, loadPipelines, SHIPPED_PIPELINES } from '../../../src/pipeline/pipelines.ts';
import { contractFiles, shippedContracts } from '../../../src/pipeline/reference/contract-files.ts';
import { chunkOf } from '../../../src/pipeline/testing.ts';

/** A folder with the contracts as they would be generated now. */
async function freshContracts(): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'logmill-contracts-'));
  mkdirSync(path.join(folder, 'schemas'));
  for (const file of contractFiles(await shippedContracts(await loadPipelines()))) {
    writeFileSync(path.join(folder, 'schemas', path.basename(file.path)), file.content);
  }
  return folder;
}

test('a pipeline that holds its events against the contract of its stream lets all its own cases pass', async (t) => {
  const folder = await freshContracts();
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const pipelines = await loadPipelines([SHIPPED_PIPELINES, folder]);
  const refused = new Set<string>();
  let seen = 0;
  const made = new Set(readdirSync(path.join(folder, 'schemas')));
  // Contracts written by hand know only what they care for.
  for (const definition of pipelines.definitions.filter(({ dataset }) => made.has(`${dataset}.json`))) {
    const validate = { stage: 'validate-schema', options: { mode: 'reject', drift: true }, when: undefined };
    const strict = pipelines.with({ ...definition, stages: [...definition.stages, validate] });
    let current: PipelineTest;
    const textsOf = ({ before = [], in: line }: PipelineTest) => [...before, line];
    const inZone = new Map<string, CompiledPipeline>();
    const compile = (timezone: string) =>
      strict.compile(definition.name, {
        input: { name: 'test' },
        namespace: 'default',
        host: { id: 'host', name: 'host', fields: {} },
        timezone,
        sourceTime: () => Date.parse(current.source_time ?? '2026-11-01T00:00:00Z'),
        source: () => current,
        head: () => textsOf(current),
        onNotice: (notice) => {
          if (notice.kind === 'drift') refused.add(`${definition.name}: ${notice.field} ${notice.detail}`);
        },
      });
    for (current of definition.tests) {
      const { timezone = 'UTC' } = current;
      const compiled = inZone.get(timezone) ?? compile(timezone);
      inZone.set(timezone, compiled);
      seen += (await runAlone(compiled, chunkOf(textsOf(current), definition.name))).documents.length;
    }
  }
  assert.ok(seen > 500, `only ${seen} documents`);
  assert.deepEqual([...refused], []);
});
