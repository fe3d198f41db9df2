import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { run, scratch, write } from './command.ts';

test('check names every fault of every file in one run, each at its line', async (t) => {
  const folder = scratch(t);
  for (const name of ['rules', 'own']) mkdirSync(path.join(folder, name));
  write(
    path.join(folder, 'rules'),
    'one.yaml',
    'name: one\nkind: threshold\nwhen: "> 5"\nquery: "a: ("\nsummary: "{{ x }}"\n',
  );
  write(path.join(folder, 'rules'), 'two.yaml', 'name: two\nkind: threshold\nwhen: "> 5"\nintervall: 1m\n');
  write(
    path.join(folder, 'own'),
    'own.yaml',
    "name: own\nsummary: s\ndataset: own.log\nstages:\n  - drop: { when: 'a: (' }\n",
  );
  write(
    folder,
    'notify.yaml',
    'channels:\n  - { name: chat, kind: webhook, url: not a url }\n  - { name: chat, kind: consol }\n',
  );
  const config = [
    'http: { port: 700000 }',
    'inputs: [{ name: a, files: [/x], pipeline: onw }]',
    'rules: [rules/*.yaml, norules/*.yaml]',
    'pipelines: [own]',
    'notify: notify.yaml',
  ];
  const { code, stdout } = await run(t, ['check', '--config', write(folder, 'logmill.yaml', config.join('\n'))]);
  assert.equal(code, 1);
  const named = stdout.replaceAll(`${folder}/`, '').matchAll(/✗ (\S+?:\d+:\d+): (\S+)/g);
  assert.deepEqual([...named].map(([, place, key]) => `${place} ${key}`).toSorted(), [
    'logmill.yaml:1:15 http.port',
    'logmill.yaml:2:44 inputs[0].pipeline:',
    'logmill.yaml:3:23 rules[1]',
    'notify.yaml:2:39 channels[0].url',
    'notify.yaml:3:13 channels[1].name',
    'notify.yaml:3:25 channels[1].kind:',
    'own/own.yaml:5:19 stages[0].drop.when',
    'rules/one.yaml:4:13 query',
    'rules/one.yaml:5:10 summary',
    'rules/two.yaml:4:1 unknown',
  ]);
});

test('check says what it could not look at behind a configuration that is no YAML', async (t) => {
  const folder = scratch(t);
  const { code, stdout } = await run(t, ['check', '--config', write(folder, 'logmill.yaml', 'http: [\n')]);
  assert.equal(code, 1);
  assert.match(stdout, /logmill\.yaml:2:1: not valid YAML/);
  assert.match(stdout, /– rules not checked: the configuration cannot be read/);
  assert.match(stdout, /– notifications not checked/);
});

test('check passes the shipped configuration and counts what it looked at', async (t) => {
  const folder = scratch(t);
  write(folder, 'rule.yaml', 'name: one\nkind: threshold\nwhen: "> 5"\n');
  const { code, stdout } = await run(t, ['check', '--config', write(folder, 'logmill.yaml', 'rules: [rule.yaml]\n')]);
  assert.equal(code, 0, stdout);
  assert.match(stdout, /✓ 1 rule\n/);
  assert.match(stdout, /✓ \d+ pipelines\n/);
});
