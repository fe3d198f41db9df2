import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { ExplainAnswer } from '../../src/api/contract/explain.ts';
import { run, scratch, write } from './command.ts';

const PIPELINE = `name: noisy
summary: s
dataset: noisy
stages:
  - drop: { when: 'message: (health or ready)', rule: probes }
`;

const CONFIG = `data: ./data
pipelines: [./own]
inputs:
  - { name: lines, files: [./lines.log], pipeline: noisy }
  - { name: events, files: [./events.log], pipeline: noisy, multiline: { start: '^at ' } }
  - { name: wide, files: [./wide.log], pipeline: noisy, encoding: utf-16le }
`;

test('explain names the rule that dropped a line, for any byte of it, however its file is framed', async (t) => {
  const folder = scratch(t);
  mkdirSync(path.join(folder, 'own'));
  write(folder, 'own/noisy.yaml', PIPELINE);
  const config = write(folder, 'logmill.yaml', CONFIG);
  const lines = ['GET health', 'GET /', '', 'GET ready', 'GET ready', 'GET /a', 'GET health'];
  write(folder, 'lines.log', lines.map((line) => `${line}\n`).join(''));
  write(folder, 'events.log', 'at 1 one\n more\nat 2 health\n of it\nat 3 three\n');
  writeFileSync(path.join(folder, 'wide.log'), Buffer.from('one\nhealth\n', 'utf16le'));
  const shipped = await run(t, ['agent', '--once', '--config', config]);
  assert.equal(shipped.code, 0, shipped.stderr);
  const explain = async (file: string, offset: number) => {
    const place = `${path.join(folder, file)}:${offset}`;
    const { stdout } = await run(t, ['explain', place, '--json', '--config', config]);
    const { outcome, explanation } = JSON.parse(stdout) as ExplainAnswer;
    return [outcome, / begins at byte (\d+)/.exec(explanation)?.[1], /rule "(\w+)"/.exec(explanation)?.[1]];
  };
  assert.deepEqual(await explain('lines.log', 3), ['dropped', '0', 'probes']);
  assert.deepEqual(await explain('lines.log', 14), ['indexed', '11', undefined]);
  assert.deepEqual(await explain('lines.log', 17), ['skipped', undefined, undefined]);
  assert.deepEqual(await explain('lines.log', 30), ['dropped', '28', 'probes']);
  assert.deepEqual(await explain('events.log', 12), ['indexed', '0', undefined]);
  assert.deepEqual(await explain('events.log', 30), ['dropped', '15', 'probes']);
  assert.deepEqual(await explain('wide.log', 12), ['dropped', '8', 'probes']);
  appendFileSync(path.join(folder, 'lines.log'), 'GET health\n');
  assert.deepEqual(await explain('lines.log', 60), ['unread', undefined, undefined]);
  // Another file by now: what the old one held nobody can say.
  write(folder, 'lines.log', `${'another line altogether\n'.repeat(20)}`);
  assert.deepEqual((await explain('lines.log', 30))[0], 'indexed');
});
