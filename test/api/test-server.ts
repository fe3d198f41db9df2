import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@elastic/elasticsearch';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import type { ServerOptions } from '../../src/api/options.ts';
import { buildServer } from '../../src/api/server.ts';
import { type Config, ConfigSchema } from '../../src/config/schema.ts';
import { checkYamlText } from '../../src/config/yaml-file.ts';
import { emptyTally, type LedgerEntry } from '../../src/model/ledger.ts';
import { openStore, type Store } from '../../src/store/client.ts';
import { createTelemetry } from '../../src/telemetry.ts';
import { NOW, seed } from './seed.ts';

/** A configuration with all defaults. */
export function testConfig(yaml = ''): Config {
  const { value, faults } = checkYamlText(`data: /nowhere\n${yaml}`, 'test.yaml', ConfigSchema);
  if (value === undefined) throw faults[0];
  return value;
}

/** An embedded store of its own, empty. */
export async function openTestStore(): Promise<Store> {
  const folder = await mkdtemp(join(tmpdir(), 'logmill-api-'));
  const store = await openStore({ ...testConfig(), data: folder });
  return {
    ...store,
    close: async () => {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A store that holds the seeded world. */
export async function openSeededStore(): Promise<Store> {
  const store = await openTestStore();
  await seed(store, testConfig());
  return store;
}

/** A store that is not there. */
export function absentStore(): Store {
  const client = new Client({ node: 'http://127.0.0.1:9', maxRetries: 0 });
  return { client, home: 'elasticsearch', place: 'http://127.0.0.1:9', engine: undefined, close: () => client.close() };
}

/** A server over a store, at the seeded moment; `change` overrides what it is given. */
export function testServer(store: Store, change: Partial<ServerOptions> = {}): FastifyInstance {
  return buildServer({
    config: testConfig(),
    store,
    telemetry: createTelemetry(),
    log: pino({ level: 'silent' }),
    version: '0.0.0-test',
    tokens: [],
    now: () => NOW,
    ...change,
  });
}

/** The account of a file of which `lines` lines of 100 bytes are read. */
export function ledgerEntry(path: string, lines: number, rejected = 0): LedgerEntry {
  const tally = emptyTally();
  tally.indexed = { lines: lines - rejected, bytes: (lines - rejected) * 100 };
  tally.dead_lettered = { lines: rejected, bytes: rejected * 100 };
  return {
    input: 'shop',
    path,
    fileKey: 'AAAAAAAAAAAAAAAA',
    pipeline: 'json',
    read: { lines, bytes: lines * 100 },
    tally,
    inFlight: { lines: 0, bytes: 0 },
    unread: 0,
    gaps: 0,
    acknowledged: lines * 100,
  };
}
