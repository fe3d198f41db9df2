import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pino } from 'pino';
import { checkConfig } from '../src/config/load.ts';
import { startMainLine } from '../src/main-line.ts';
import { loadPipelines } from '../src/pipeline/pipelines.ts';
import { connectElasticsearch } from '../src/store/elasticsearch/connect.ts';
import { createTelemetry } from '../src/telemetry.ts';
import { startFaultStore } from './delivery/fault-store.ts';

test('a fault of the program that stops delivery is known at once, also when no more lines come', {
  timeout: 30_000,
}, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'logmill-main-line-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const remote = await startFaultStore();
  t.after(() => remote.close());
  await writeFile(join(folder, 'app.log'), 'the only line\n');
  await writeFile(join(folder, 'logmill.yaml'), `data: ./data\ninputs:\n  - { name: app, files: [app.log] }\n`);
  const { value: config } = await checkConfig(join(folder, 'logmill.yaml'));
  const store = connectElasticsearch({ node: remote.node, dataStreams: true, timeout: '5s' });
  const telemetry = createTelemetry();
  const fault = new TypeError('a fault of the program');
  telemetry.bulkSeconds.observe = () => {
    throw fault;
  };
  const mainLine = startMainLine({
    config: config!,
    store,
    pipelines: await loadPipelines(),
    stateFolder: join(folder, 'state'),
    host: { id: 'host-1', name: 'web1' },
    once: false,
    telemetry,
    log: pino({ level: 'silent' }),
  });
  t.after(async () => {
    await mainLine.stop(0).catch(() => {});
    await store.close();
  });
  await assert.rejects(mainLine.done, fault);
});
