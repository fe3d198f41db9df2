import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@elastic/elasticsearch';
import { type Config, ConfigSchema } from '../../src/config/schema.ts';
import { checkYamlText } from '../../src/config/yaml-file.ts';
import { openStore } from '../../src/store/client.ts';
import { installTemplates } from '../../src/store/templates.ts';
import { elasticsearchUrl } from '../elasticsearch.ts';

/** A place where the store's data rests; the tests of rules and notifications run on each. */
export type Home = { readonly name: string; open(): Promise<{ client: Client; close(): Promise<void> }> };

/** Every home there is here. */
export function homes(): Home[] {
  const url = elasticsearchUrl();
  const remote = { name: 'Elasticsearch', open: () => open({ elasticsearch: { node: url } }) };
  const embedded = { name: 'the embedded store', open: () => open({ embedded: {} }) };
  return url === undefined ? [embedded] : [embedded, remote];
}

async function open(store: object) {
  const folder = await mkdtemp(join(tmpdir(), 'logmill-rules-'));
  const text = JSON.stringify({ data: folder, store });
  const { value, faults } = checkYamlText(text, 'test.yaml', ConfigSchema);
  if (value === undefined) throw faults[0];
  const config: Config = value;
  const opened = await openStore(config);
  await installTemplates(opened, config);
  return {
    client: opened.client,
    close: async () => {
      await opened.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
