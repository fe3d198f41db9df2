import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { packed } from '../packed.ts';
import { type Result, scratch, startNode, write } from './command.ts';
import { eventually, serverOf } from './server.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

test('the published package runs without its sources: version, check, store, pipelines, page', async (t) => {
  const folder = packed(t);
  assert.ok(!existsSync(path.join(folder, 'src')));
  const elsewhere = scratch(t);
  const logmill = (...args: string[]): Promise<Result> =>
    startNode(t, [path.join(folder, 'bin', 'logmill.mjs'), ...args], {}, elsewhere).ended;

  await t.test('logmill --version and logmill check, through its launcher', async () => {
    const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string };
    assert.deepEqual(await logmill('--version'), { code: 0, signal: null, stdout: `${version}\n`, stderr: '' });
    const { code, stdout, stderr } = await logmill('check');
    assert.equal(code, 0, stdout + stderr);
    const pipelines = readdirSync(path.join(ROOT, 'pipelines')).length;
    assert.match(stdout, new RegExp(`✓ ${pipelines} pipelines\\n`));
    assert.match(stdout, /✓ 3 dashboards\n✓ 5 rules\n✓ notifications/);
  });

  await t.test('up FILE stores what it reads, answers KQL and serves the page with all its assets', async (up) => {
    write(elsewhere, 'app.log', '{"message":"hello"}\n');
    const main = path.join(folder, 'dist', 'cli', 'main.js');
    const running = startNode(up, [main, 'up', 'app.log', '--data', './data', '--port', '0'], {}, elsewhere);
    const server = await serverOf(running);
    await eventually('the line is found', async () => (await server.ask('search', { query: 'message: hello' })).total);
    const page = await (await fetch(server.url)).text();
    const assets = new Set([...page.matchAll(/(?:href|src)="(\/ui\/[^"]+)"/g)].map(([, asset]) => asset));
    assert.ok(assets.size >= 3, page.slice(0, 1000));
    for (const asset of assets) assert.equal((await fetch(new URL(asset!, server.url))).status, 200, asset);
    running.child.kill('SIGINT');
    assert.equal((await running.ended).code, 0);
  });

  await t.test('agent --once sends lines through worker threads', async () => {
    const log = write(elsewhere, 'many.log', '{"message":"hello"}\n'.repeat(1000));
    const input = `{ name: app, files: [${log}], pipeline: json, workers: 2, dataset: app }`;
    write(
      elsewhere,
      'logmill.yaml',
      `data: ./worked\nhttp: { port: 0 }\nstore: { embedded: {} }\ninputs: [${input}]\n`,
    );
    const { code, stdout, stderr } = await logmill('agent', '--once', '--config', 'logmill.yaml');
    assert.equal(code, 0, stdout + stderr);
    const found = await logmill(
      'search',
      'message: hello',
      '--count',
      '--index',
      'logs-app-default',
      '--config',
      'logmill.yaml',
    );
    assert.equal(found.stdout, '1000\n', stderr + found.stderr);
  });
});
