import { join } from 'node:path';
import { Client } from '@elastic/elasticsearch';
import type { Config } from '../../config/schema.ts';
import { parseBytes } from '../../model/units.ts';
import type { Store } from '../client.ts';
import { Catalog } from './catalog.ts';
import { connectionTo, EMBEDDED_NODE } from './connection.ts';
import { Database, type DatabaseOptions } from './database.ts';
import { EmbeddedEngine } from './engine.ts';
import { Router } from './router.ts';
import { allRoutes } from './routes.ts';
import { Writer } from './writer.ts';

/** Parts of the configuration that the embedded store reads. */
export type EmbeddedConfig = Pick<Config, 'data' | 'store'>;

/** Opens the store in `<data>/store`. Throws LogmillError DATA_UNWRITABLE, STORE_NEWER or STORE_UNREADABLE. */
export async function openEmbedded(config: EmbeddedConfig): Promise<Store> {
  const folder = join(config.data, 'store');
  const { memory_limit: memory = '512MB', threads = 2 } = config.store.embedded ?? {};
  const engine = await openEngine({ folder, memoryBytes: parseBytes(memory), threads });
  const client = new Client({ node: EMBEDDED_NODE, Connection: connectionTo(engine), maxRetries: 0 });
  return {
    client,
    home: 'embedded',
    place: folder,
    engine,
    close: async () => {
      await client.close();
      await engine.close();
    },
  };
}

/** Opens the engine alone; `now` is the clock that slices go by. Throws as `openEmbedded`. */
export async function openEngine(options: DatabaseOptions & { now?: () => number }): Promise<EmbeddedEngine> {
  const database = await Database.open(options);
  const catalog = await Catalog.open(database);
  const writer = new Writer(database, catalog, options.now);
  return new EmbeddedEngine(new Router(allRoutes), database, catalog, writer);
}
