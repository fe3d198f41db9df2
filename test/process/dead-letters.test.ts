import assert from 'node:assert/strict';
import { test } from 'node:test';
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
