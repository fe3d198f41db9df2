import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { inputFaults } from '../../src/cli/runtime.ts';
import type { Config } from '../../src/config/schema.ts';
import { checkPipelines } from '../../src/pipeline/pipelines.ts';

const QUIET = `
name: quiet
summary: s
dataset: quiet.log
stages:
  - change-case: { fields: [message], to: lower }
  - throttle: { by: [message], events: 1, window: 1m }
`;

async function checked(t: TestContext, files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(path.join(tmpdir(), 'logmill-threads-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text.trimStart());
  const { pipelines, faults } = await checkPipelines([folder]);
  const plain = ({ message }: Error) => message.replaceAll(`${folder}/`, '');
  return { pipelines, plain, messages: faults.map(plain) };
}

test('a pipeline that asks for threads in vain is refused at its line, with the stage that cannot have them', async (t) => {
  const { messages } = await checked(t, { 'quiet.yaml': QUIET.replace('stages:', 'workers: 2\nstages:') });
  assert.deepEqual(messages, [
    'quiet.yaml:4:10: workers asks for worker threads, but pipeline quiet cannot have them: its stage throttle (quiet.yaml:7) holds events back',
  ]);
});

test('so is an input that does, also where the stage is in a pipeline that its own one runs', async (t) => {
  const outer = 'name: outer\nsummary: s\ndataset: outer.log\nstages:\n  - run-pipeline: { name: quiet }\n';
  const plainOne = outer.replace('outer', 'plain').replace('run-pipeline: { name: quiet }', 'drop: { when: "a: 1" }');
  const { pipelines, plain, messages } = await checked(t, {
    'quiet.yaml': QUIET,
    'outer.yaml': outer,
    'plain.yaml': plainOne,
  });
  assert.deepEqual(messages, []);
  const inputs = [
    { name: 'a', pipeline: 'outer', workers: 2 },
    { name: 'b', pipeline: 'outer', workers: 0 },
    { name: 'c', pipeline: 'plain', workers: 2 },
    { name: 'd', workers: 2 },
  ] as unknown as Config['inputs'];
  const faults = inputFaults(inputs, pipelines, (at) => ({ key: at.join('.') }));
  assert.deepEqual(
    faults.map((fault) => [fault.code, plain(fault)]),
    [
      [
        'PIPELINE_ONE_THREAD',
        'inputs.0.workers asks for worker threads, but pipeline outer cannot have them: its stage throttle (quiet.yaml:6) holds events back',
      ],
    ],
  );
});

test('pipelines that run each other in a circle are no endless search', async (t) => {
  const { messages } = await checked(t, {
    'a.yaml': 'name: a\nsummary: s\ndataset: a\nworkers: 1\nstages:\n  - run-pipeline: { name: b }\n',
    'b.yaml': 'name: b\nsummary: s\ndataset: b\nstages:\n  - run-pipeline: { name: a }\n',
  });
  assert.ok(messages.length > 0 && messages.every((message) => message.includes('in a circle')), messages.join());
});
