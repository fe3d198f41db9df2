import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { run, scratch, write } from './command.ts';

test('lines that no pipeline could read become documents once one can, and their dead letters are gone', async (t) => {
  const folder = scratch(t);
  const file = write(folder, 'app.log', '{"level":30,"msg":"fine"}\nnot json\n');
  const data = ['--data', `${folder}/data`];
  await run(t, ['agent', '--once', file, '--pipeline', 'json', ...data]);
  const letters = async () => (await run(t, ['dead-letters', 'list', ...data])).stdout;
  const replay = async (...options: string[]) =>
    JSON.parse((await run(t, ['dead-letters', 'replay', '--json', ...options, ...data])).stdout);
  assert.match(await letters(), /1 dead letter$/m);
  assert.deepEqual(await replay(), { indexed: 0, dropped: 0, failed: 1, notWhole: 0 });
  assert.deepEqual(await replay('--of', 'json', '--pipeline', 'plain-text'), {
    indexed: 1,
    dropped: 0,
    failed: 0,
    notWhole: 0,
  });
  assert.match(await letters(), /0 dead letters$/m);
  const { stdout } = await run(t, ['search', 'message: "not json"', '--json', ...data]);
  assert.equal(JSON.parse(stdout).event.dataset, 'plain');
  const unknown = await run(t, ['dead-letters', 'replay', '--pipeline', 'plain-txt', ...data]);
  assert.equal(unknown.code, 1);
  assert.match(unknown.stderr, /did you mean "plain-text"/);
});

test('what a pipeline made of several lines is read again as these, and what a container said of a line is not lost', async (t) => {
  const folder = scratch(t);
  mkdirSync(path.join(folder, 'own'));
  const pipeline = (more: string) => {
    const join =
      '{ parse-dissect: { patterns: ["%{id} %{what}"] } }, { join-events: { by: [pairs.id], lists: [pairs.what] } }';
    write(folder, 'own/pairs.yaml', `{ name: pairs, summary: s, dataset: pairs, stages: [${join}${more}] }\n`);
  };
  const frame = (second: number, text: string) => `2026-11-21T10:00:0${second}.5Z stderr F ${text}\n`;
  const log = write(folder, 'app.log', `${frame(1, '1 a')}${frame(2, '2 b')}${frame(3, '1 c')}`);
  const input = `{ name: app, files: [${log}], pipeline: pairs, container: cri }`;
  const command = configured(t, folder, input);
  pipeline(', { parse-json: { field: message, otherwise: reject } }');
  await command('agent', '--once');
  assert.match(await command('dead-letters', 'list'), /2 dead letters$/m);
  pipeline('');
  assert.equal(JSON.parse(await command('dead-letters', 'replay', '--json')).indexed, 2);
  const found = await command('search', '--json', '--sort', 'log.offset:asc');
  const events = found
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    events.map((event) => [
      event.message,
      event.pairs.what,
      event['@timestamp'],
      event.stream,
      event.logmill.line.count,
    ]),
    [
      ['1 a\n1 c', ['a', 'c'], '2026-11-21T10:00:01.500Z', 'stderr', 2],
      ['2 b', 'b', '2026-11-21T10:00:02.500Z', 'stderr', 1],
    ],
  );
});

test('letters of a pipeline that is gone stay, say so, and keep no others from their turn', async (t) => {
  const folder = scratch(t);
  mkdirSync(path.join(folder, 'own'));
  const pipeline = (name: string, stages: string) =>
    write(folder, `own/${name}.yaml`, `{ name: ${name}, summary: s, dataset: own, stages: [${stages}] }\n`);
  const refusing = '{ parse-json: { otherwise: reject } }';
  const gone = pipeline('gone', refusing);
  pipeline('there', refusing);
  const inputs = ['gone', 'there'].map((name) => {
    const file = write(folder, `${name}.log`, 'no JSON\n');
    return `  - { name: ${name}, files: [${file}], pipeline: ${name} }\n`;
  });
  const config = write(folder, 'logmill.yaml', `data: ./data\npipelines: [./own]\ninputs:\n${inputs.join('')}`);
  const command = (...args: string[]) => run(t, [...args, '--config', config]);
  assert.equal((await command('agent', '--once')).code, 0);
  rmSync(gone);
  pipeline('there', '');
  write(folder, 'logmill.yaml', 'data: ./data\npipelines: [./own]\ninputs: []\n');
  const replayed = await command('dead-letters', 'replay', '--json');
  assert.equal(replayed.code, 0, replayed.stderr);
  assert.deepEqual(JSON.parse(replayed.stdout), { indexed: 1, dropped: 0, failed: 1, notWhole: 0 });
  const left = await command('search', '--index', 'logs-logmill.dead_letter-*', '--json');
  const { reason, replay } = JSON.parse(left.stdout).logmill.dead_letter;
  assert.deepEqual([reason, replay.reason], ['unparsable', 'unparsable']);
  assert.match(replay.detail, /^no pipeline is called "gone" here; name another with --pipeline$/);
});

test('a row of a table is read again by the header of its file, and is none itself where that is gone', async (t) => {
  const folder = scratch(t);
  mkdirSync(path.join(folder, 'own'));
  const pipeline = (uneven: string) =>
    write(
      folder,
      'own/rows.yaml',
      `{ name: rows, summary: s, dataset: rows, stages: [{ parse-csv: { header: row, uneven: ${uneven} } }] }\n`,
    );
  const log = write(folder, 'rows.csv', 'id,name,city\n1,bob,Ulm\neve,Bonn\nada,Rom\n');
  const input = `{ name: rows, files: [${log}], pipeline: rows }`;
  const command = configured(t, folder, input);
  const replayed = async () => JSON.parse(await command('dead-letters', 'replay', '--json'));
  pipeline('reject');
  await command('agent', '--once');
  assert.match(await command('dead-letters', 'list'), /2 dead letters$/m);
  pipeline('accept');
  rmSync(log);
  assert.deepEqual(await replayed(), { indexed: 0, dropped: 0, failed: 2, notWhole: 0 });
  write(folder, 'rows.csv', 'id,name,city\n1,bob,Ulm\neve,Bonn\nada,Rom\n');
  assert.deepEqual(await replayed(), { indexed: 2, dropped: 0, failed: 0, notWhole: 0 });
  const found = await command('search', 'rows.id: eve', '--json');
  assert.deepEqual(JSON.parse(found).rows, { id: 'eve', name: 'Bonn' });
});

/** Commands under a configuration with one input and the folder's own pipelines. @returns what a command printed; it must succeed. */
function configured(t: TestContext, folder: string, input: string): (...args: string[]) => Promise<string> {
  const config = write(
    folder,
    'logmill.yaml',
    `data: ./data\npipelines: [./own]\nhttp: { port: 0 }\ninputs:\n  - ${input}\n`,
  );
  return async (...args) => {
    const { code, stderr, stdout } = await run(t, [...args, '--config', config]);
    assert.equal(code, 0, stderr);
    return stdout;
  };
}
