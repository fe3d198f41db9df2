import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { scratch, start, write } from './command.ts';
import { eventually, type Server, serverOf } from './server.ts';

/* A new configuration is taken while lines come, or refused with the one before at work. */

const TAKEN = 'the configuration is taken anew';
const REFUSED = 'the new configuration is refused; the one before stays at work';
const START = 'data: ./data\nhttp: { port: 0 }\nstore: { embedded: {} }\n';
const input = (name: string, more = '') =>
  `  - { name: ${name}, files: [./${name}.log], pipeline: plain-text${more} }\n`;

type Said = { readonly msg: string; readonly code?: string; readonly reason?: string; readonly line?: number };

async function running(t: TestContext, inputs: string, files: readonly string[]) {
  const folder = scratch(t);
  for (const file of files) write(folder, file, '');
  const config = write(folder, 'logmill.yaml', `${START}inputs:\n${inputs}`);
  const up = start(t, ['up', '--config', config]);
  const server = await serverOf(up);
  const ownLog = path.join(folder, 'data', 'logs', 'logmill.log');
  const said = (): Said[] =>
    (existsSync(ownLog) ? readFileSync(ownLog, 'utf8') : '')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  return {
    folder,
    up,
    server,
    said,
    /** Writes a configuration and has it taken or refused, at a hang-up, because nobody waits for the watching here. */
    async reload(text: string, outcome: string): Promise<Said> {
      const before = said().filter(({ msg }) => msg === outcome).length;
      writeFileSync(config, START + text);
      up.child.kill('SIGHUP');
      return await eventually(outcome, async () => said().filter(({ msg }) => msg === outcome)[before]);
    },
  };
}

async function messages(server: Server): Promise<string[]> {
  const { hits } = await server.ask('search', { size: '10000' });
  return hits.map(({ source }) => String(source['message']));
}

async function metric(server: Server, name: string): Promise<number> {
  const text = await (await fetch(`${server.url}metrics`)).text();
  return Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]);
}

test('inputs come, go and change at SIGHUP while lines are written: every line is there once', async (t) => {
  const files = ['a.log', 'b.log'];
  const { folder, server, reload, up } = await running(t, input('a'), files);
  let written = 0;
  const writing = setInterval(() => {
    for (const file of files) appendFileSync(path.join(folder, file), `${file} line ${written}\n`);
    written++;
  }, 2);
  for (let round = 0; round < 3; round++) {
    await reload(`inputs:\n${input('a')}${input('b')}`, TAKEN);
    await reload(`inputs:\n${input('b', `, fields: { round: ${round} }`)}`, TAKEN);
  }
  await reload(`inputs:\n${input('a')}${input('b')}`, TAKEN);
  clearInterval(writing);
  const all = await eventually('every line', async () => {
    const found = await messages(server);
    return found.length >= 2 * written && found;
  });
  assert.equal(all.length, 2 * written);
  assert.equal(new Set(all).size, all.length);
  const { files: books } = await server.ask('ledger');
  assert.equal(
    books.reduce((sum, { tally }) => sum + tally.indexed.lines, 0),
    2 * written,
    'the ledger agrees',
  );
  up.child.kill('SIGTERM');
  assert.equal((await up.ended).code, 0);
});

test('a faulty configuration is refused in one line that names the fault, and the one before stays at work', async (t) => {
  const { folder, server, reload } = await running(t, input('a'), ['a.log']);
  assert.equal(await metric(server, 'logmill_config_reload_success'), 1);
  const refusal = await reload(`inputs:\n${input('a', ', pipline: json')}`, REFUSED);
  assert.equal(refusal.code, 'CONFIG_UNKNOWN_KEY');
  assert.match(refusal.reason ?? '', /pipline/);
  assert.equal(refusal.line, 5);
  assert.equal(await metric(server, 'logmill_config_reload_success'), 0);
  appendFileSync(path.join(folder, 'a.log'), 'still read\n');
  await eventually('the line', async () => (await messages(server)).includes('still read'));
  await reload(`inputs:\n${input('a', ', pipeline: nowhere')}`, REFUSED);
  await reload(`inputs:\n${input('a')}rules: [gone.yaml]\n`, REFUSED);
  await reload(`inputs:\n${input('a')}`, TAKEN);
  assert.equal(await metric(server, 'logmill_config_reload_success'), 1);
  const age = Date.now() / 1000 - (await metric(server, 'logmill_config_reload_success_timestamp_seconds'));
  assert.ok(age >= -1 && age < 60, `${age} s ago`);
});

test('a change of the file is seen without a signal, and rules are taken anew as well', async (t) => {
  const { folder, server, said } = await running(t, input('a'), ['a.log']);
  const rule = `name: boom\nkind: threshold\nquery: 'message: boom'\nwindow: 1h\ninterval: 1s\nwhen: '> 0'\nsummary: 'boom'\n`;
  write(folder, 'rule.yaml', rule);
  write(folder, 'logmill.yaml', `${START}inputs:\n${input('a')}rules: [rule.yaml]\n`);
  await eventually('the new rule at work', async () => said().some(({ msg }) => msg === TAKEN));
  // The rule looks at what comes after it was first evaluated.
  await eventually('an alert of the new rule', async () => {
    appendFileSync(path.join(folder, 'a.log'), 'boom\n');
    return (await server.ask('alerts')).alerts.length > 0;
  });
});
