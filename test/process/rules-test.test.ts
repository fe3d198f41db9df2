import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run, scratch, start, write } from './command.ts';

const RULE = 'name: bursts\nkind: threshold\nquery: "log.level: error"\nwindow: 1m\nwhen: ">= 3"\n';
const RANGE = ['--from', '2026-11-01T09:00:00Z', '--to', '2026-11-01T11:00:00Z'];

function lines(minute: string, count: number): string {
  const line = (second: number) =>
    JSON.stringify({ '@timestamp': `2026-11-01T10:${minute}:${10 + second}Z`, 'log.level': 'error', message: 'no' });
  return Array.from({ length: count }, (_, second) => `${line(second)}\n`).join('');
}

test('a rule is tried on the stored events, with and without a server, and writes nothing', async (t) => {
  const folder = scratch(t);
  const log = write(folder, 'app.json', lines('05', 4) + lines('20', 2) + lines('40', 3));
  const input = `{ name: app, files: [${log}], pipeline: json, dataset: app.log }`;
  const config = write(folder, 'logmill.yaml', `data: ./data\nhttp: { port: 0 }\ninputs: [${input}]\n`);
  assert.equal((await run(t, ['agent', '--once', '--config', config])).code, 0);
  const args = ['rules', 'test', write(folder, 'rule.yaml', RULE), '--config', config, ...RANGE];

  const { code, stdout, stderr } = await run(t, args);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /2026-11-01T10:0[56]:00.000Z +2026-11-01T10:0\d:00.000Z +4 /);
  assert.match(stdout, /^2 alerts of bursts between 2026-11-01T09:00:00.000Z and 2026-11-01T11:00:00.000Z$/m);

  const server = start(t, ['serve', '--config', config]);
  await server.until(/serving /);
  assert.equal((await run(t, args)).stdout, stdout);
  server.child.kill('SIGTERM');
  await server.ended;
  const kept = await run(t, ['search', '*', '--index', 'logs-logmill.alert-*', '--count', '--config', config]);
  assert.equal(kept.stdout.trim(), '0', kept.stderr);
});

test('a faulty rule and a range that is none are refused', async (t) => {
  const folder = scratch(t);
  const bad = await run(t, ['rules', 'test', write(folder, 'bad.yaml', 'name: a\nkind: threshold\nwhen: "> x"\n')]);
  assert.equal(bad.code, 1);
  assert.match(bad.stdout, /bad\.yaml:3:7: when must be a comparison/);
  const rule = write(folder, 'rule.yaml', RULE);
  const range = await run(t, ['rules', 'test', rule, '--from', 'now', '--to', 'now-1h']);
  assert.equal(range.code, 1);
  assert.match(range.stderr, /ends \(now-1h\) before it begins/);
});
