import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { InputRate } from '../../src/cli/top.ts';
import type { LedgerEntry } from '../../src/model/ledger.ts';
import { startFaultStore } from '../delivery/fault-store.ts';
import { run, scratch, start, write } from './command.ts';
import { eventually } from './server.ts';

test('a running agent tells commands what is on its way now, and nobody without its token anything', async (t) => {
  const store = await startFaultStore();
  t.after(() => store.close());
  const folder = scratch(t);
  write(folder, 'app.log', 'one\ntwo\n');
  const config = write(
    folder,
    'logmill.yaml',
    `data: ./data\nstore: { elasticsearch: { node: "${store.node}" } }\ninputs:\n  - { name: app, files: [./app.log], pipeline: plain-text }\n`,
  );
  // A bulk that is never answered: its lines stay on their way.
  store.bulkFaults.push({ kind: 'silent', taken: false });
  const agent = start(t, ['agent', '--config', config]);
  const ledger = async () =>
    JSON.parse((await run(t, ['ledger', '--json', '--config', config])).stdout || '{}') as Partial<LedgerEntry>;
  await eventually('two lines are in flight', async () => (await ledger()).inFlight?.lines === 2);
  const [rate] = (await run(t, ['top', '--once', '--json', '--config', config])).stdout.split('\n');
  const { input, files, inFlightBytes } = JSON.parse(rate!) as InputRate;
  assert.deepEqual([input, files, inFlightBytes], ['app', 1, 8]);
  const { port, token } = JSON.parse(readFileSync(path.join(folder, 'data', 'agent.lock'), 'utf8'));
  const ask = (authorization: string) => fetch(`http://127.0.0.1:${port}/metrics`, { headers: { authorization } });
  assert.equal((await ask('Bearer no')).status, 401);
  assert.match(await (await ask(`Bearer ${token}`)).text(), /^logmill_agent_read_lines_total\{input="app"\} 2$/m);
  agent.child.kill('SIGTERM');
  assert.equal((await agent.ended).code, 0);
  // What is on disk by now.
  assert.equal((await ledger()).inFlight?.lines, 0);
});
