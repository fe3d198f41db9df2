import { writeSync } from 'node:fs';
import { Client } from '@elastic/elasticsearch';
import { connectionTo, EMBEDDED_NODE } from '../../../src/store/embedded/connection.ts';
import { openEngine } from '../../../src/store/embedded/open.ts';
import { putStreamTemplate, STREAM, TIME } from './engine.ts';

/**
 * A process that only writes, to be killed: sends all batches from the first, several at once, and prints `sending N`
 * and `stored N` before and after each. Ends by itself when all are stored.
 */
export const BATCHES = 60;
export const BATCH_SIZE = 200;

export function idOf(batch: number, at: number): string {
  return `killedfile000000-${(batch * BATCH_SIZE + at).toString(36).padStart(10, '0')}-deadbeef`;
}

async function run(folder: string): Promise<void> {
  const engine = await openEngine({ folder, memoryBytes: 256 * 1024 * 1024, threads: 1 });
  const client = new Client({ node: EMBEDDED_NODE, Connection: connectionTo(engine), maxRetries: 0 });
  await putStreamTemplate(client);
  let next = 0;
  const worker = async () => {
    while (next < BATCHES) {
      const batch = next++;
      const operations = Array.from({ length: BATCH_SIZE }, (_, at) => [
        { create: { _index: STREAM, _id: idOf(batch, at) } },
        { '@timestamp': TIME, message: `line ${at}`, batch, [`field_${batch % 7}`]: at, tags: ['a', `b${at % 3}`] },
      ]).flat();
      const { items } = await client.bulk({ operations });
      const settled = items.every((item) => item.create!.status === 201 || item.create!.status === 409);
      // Straight to the descriptor: a line that was printed must not sit in a buffer when the process dies.
      writeSync(1, `${settled ? 'stored' : 'refused'} ${batch}\n`);
    }
  };
  await Promise.all([worker(), worker(), worker()]);
  await engine.close();
}

if (import.meta.main) await run(process.argv[2]!);
