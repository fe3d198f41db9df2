import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { run, scratch, write } from './command.ts';

test('report 11: lines that come too late for their event are stored though all state is lost, each once', async (t) => {
  const folder = scratch(t);
  const log = write(folder, 'app.log', 'ERROR <0>\n\tat <1>\n');
  const multiline = 'multiline: { mode: java, timeout: 1s }';
  const input = `{ name: app, files: [${log}], pipeline: plain-text, ${multiline} }`;
  const config = write(folder, 'logmill.yaml', `data: ./data\nhttp: { port: 0 }\ninputs:\n  - ${input}\n`);
  const once = async (late: string, keepState = false) => {
    appendFileSync(log, late);
    if (!keepState) rmSync(path.join(folder, 'data/state'), { recursive: true, force: true });
    const { code, stderr } = await run(t, ['agent', '--once', '--config', config]);
    assert.equal(code, 0, stderr);
  };
  await once('');
  await once('\tat <2>\n');
  await once('\tat <3>\n', true);
  await once('\tat <4>\nINFO <5>\n');
  await once('');
  const { stdout } = await run(t, ['search', '--json', '--sort', 'log.offset:asc', '--config', config]);
  assert.deepEqual(
    stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { message: string }).message),
    ['ERROR <0>\n\tat <1>', '\tat <2>', '\tat <3>', '\tat <4>', 'INFO <5>'],
  );
});

test('lines that come too late for the event that a stage joins are stored though all state is lost, each once', async (t) => {
  const folder = scratch(t);
  mkdirSync(path.join(folder, 'own'));
  const stages = '[{ parse-dissect: { patterns: ["%{id} %{what}"] } }, { join-events: { by: [pairs.id] } }]';
  write(folder, 'own/pairs.yaml', `{ name: pairs, summary: s, dataset: pairs, stages: ${stages} }\n`);
  const log = write(folder, 'app.log', '1 a\n2 b\n1 c\n');
  const input = `{ name: app, files: [${log}], pipeline: pairs }`;
  const config = write(
    folder,
    'logmill.yaml',
    `data: ./data\npipelines: [./own]\nhttp: { port: 0 }\ninputs:\n  - ${input}\n`,
  );
  const once = async (late: string) => {
    appendFileSync(log, late);
    rmSync(path.join(folder, 'data/state'), { recursive: true, force: true });
    const { code, stderr } = await run(t, ['agent', '--once', '--config', config]);
    assert.equal(code, 0, stderr);
  };
  for (const late of ['', '1 d\n1 e\n', '2 f\n']) await once(late);
  const { stdout } = await run(t, ['search', '--json', '--sort', 'log.offset:asc', '--config', config]);
  assert.deepEqual(
    stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { message: string }).message),
    ['1 a\n1 c', '2 b', '1 d\n1 e', '2 f'],
  );
});
