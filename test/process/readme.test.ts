import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Result, Running, scratch, start, write } from './command.ts';
import { eventually, serverOf } from './server.ts';

/* What people paste from the README and from the banner works where they stand. */

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** Runs lines as a shell does that was not started by npm. */
function shell(t: TestContext, cwd: string, ...lines: string[]): Promise<Result> {
  const { npm_command: _npm, INIT_CWD: _cwd, ...env } = process.env;
  const child = spawn('bash', ['-c', lines.join('\n')], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  return new Running(child).ended;
}

/** `up` on a file with one error and one warning, with a folder of a name that shells take apart. */
async function startUp(t: TestContext, more: readonly string[] = []) {
  const folder = scratch(t);
  write(folder, 'app.log', '{"log":{"level":"error"},"message":"one"}\n{"message":"two"}\n');
  const running = start(t, ['up', 'app.log', '--data', "./my data's", '--port', '0', ...more], {}, folder);
  const server = await serverOf(running);
  await eventually('both lines', async () => (await server.ask('search')).total === 2);
  return { folder, running, server };
}

test('the alias of the README works in any folder, with paths that count from there', async (t) => {
  const { folder } = await startUp(t);
  const [alias] = /^alias logmill=.*$/m.exec(README)!;
  const search = `logmill search '*' --count --data "./my data's"`;
  const { code, stdout, stderr } = await shell(t, ROOT, 'shopt -s expand_aliases', alias, `cd ${folder}`, search);
  assert.deepEqual([code, stdout, stderr], [0, '2\n', '']);
});

test('every curl line of the README is answered', async (t) => {
  const { server } = await startUp(t);
  const addresses = [...README.matchAll(/^curl '(http:[^']+)'/gm)].map(([, address]) => address!);
  assert.ok(addresses.length >= 2);
  for (const address of addresses) {
    const answer = await fetch(address.replace(/^http:\/\/[^/]+\//, server.url));
    assert.equal(answer.status, 200, `${address}: ${await answer.text()}`);
  }
});

test('the search that the banner names finds this data when it is pasted where logmill was started', async (t) => {
  const { folder, running } = await startUp(t);
  const [, hint] = /^ +search +(.+)$/m.exec(running.stdout)!;
  const { code, stdout, stderr } = await shell(t, folder, hint!);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /error.*one\n1 hit, 1 shown\n$/);
});

test('the search that the banner names repeats the configuration, and files that two inputs match are named', async (t) => {
  const folder = scratch(t);
  const file = write(folder, 'app.log', '{"log":{"level":"error"},"message":"one"}\n');
  const inputs = ['a', 'b'].map((name) => `  - { name: ${name}, files: [./app.log], pipeline: json }\n`).join('');
  write(folder, 'mine.yaml', `data: ./its-data\nhttp: { port: 0 }\ninputs:\n${inputs}`);
  const running = start(t, ['up', '--config', 'mine.yaml'], {}, folder);
  await serverOf(running);
  const matched = /^ +matched +1 file by two inputs, such as (.*): the first input reads it$/m.exec(running.stdout);
  assert.equal(matched?.[1], file, running.stdout);
  const [, hint] = /^ +search +(.+)$/m.exec(running.stdout)!;
  const { stdout, stderr } = await shell(t, folder, hint!);
  assert.match(stdout, /1 hit, 1 shown\n$/, stderr);
});
