import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { Client } from '@elastic/elasticsearch';
import { framingOf } from '../../src/agent/framing/framer.ts';
import { deadLetterIndex } from '../../src/delivery/dead-letters.ts';
import type { Tally } from '../../src/model/ledger.ts';
import { type Chunk, documentId, type Processed } from '../../src/model/line.ts';
import { Rejected } from '../../src/model/rejected.ts';
import { fileInput } from '../agent/rig.ts';
import { sourceOf, startTestDelivery } from './chunks.ts';
import { HOMES, type OpenedHome } from './homes.ts';

const INPUT = fileInput(['app.log'], { multiline: { mode: 'java', max_lines: 500, timeout: '5s' } });
const LINES = ['ERROR <0>', '\tat <1>', '\tat <2>', '\tat <3>', '\tat <4>'].map((line) => `${line}\n`);
type Source = { readonly message?: string; readonly logmill?: { readonly dead_letter: { readonly line: string } } };
const upTo = (count: number) => LINES.slice(0, count).join('');

for (const home of HOMES) {
  describe(`report 11: lines of an event that the store has without them (${home.name})`, { skip: home.skip }, () => {
    let opened: OpenedHome;
    let client: Client;
    before(async () => {
      opened = await home.open();
      client = opened.client;
    });
    after(() => opened?.close());

    /** One process: reads the first lines, with the events' ends that it has written down, and sends what they make. */
    async function run(
      place: { stream: string; key: string; namespace: string },
      lines: number,
      ends: readonly number[],
      rejects = false,
    ) {
      const process = (chunk: Chunk): Processed => ({
        chunk,
        documents: rejects
          ? []
          : chunk.lines.map((line, at) => ({
              id: documentId(line),
              index: place.stream,
              line: at,
              document: JSON.stringify({
                '@timestamp': '2026-01-01T00:00:00.000Z',
                message: line.text,
                ...(line.waited === undefined ? {} : { logmill: { line: { count: line.waited } } }),
                event: { dataset: 'test' },
              }).slice(0, -2),
            })),
        rejected: rejects ? chunk.lines.map((_, line) => ({ line, rejected: new Rejected('unparsable', 'no') })) : [],
        dropped: [],
      });
      const bytes = Buffer.from(upTo(lines));
      const cuts = ends.map((count) => upTo(count).length);
      const framed = framingOf(INPUT)
        .of(bytes)
        .frame(bytes, 0, { keyAt: () => place.key, cuts, keeps: true });
      const tallies: Tally[] = [];
      const { delivery } = startTestDelivery(client, { process, namespace: place.namespace });
      await delivery.accept(
        process({ source: sourceOf(), ...framed, acknowledge: (tally) => void tallies.push(tally) }),
      );
      await delivery.drain();
      await delivery.close();
      assert.equal(tallies.length, 1);
      return tallies[0]!;
    }

    async function place() {
      const namespace = `t${randomBytes(4).toString('hex')}`;
      const stream = `logs-late-${namespace}`;
      await client.indices.putIndexTemplate({
        name: `late-${namespace}`,
        index_patterns: [stream, deadLetterIndex(namespace)],
        priority: 500,
        data_stream: {},
        template: { mappings: { properties: { '@timestamp': { type: 'date' } } } },
      });
      return { stream, key: namespace.padEnd(16, 'k'), namespace };
    }

    async function stored(
      index: string,
      field: (source: Source) => string | undefined,
    ): Promise<(string | undefined)[]> {
      await client.indices.refresh({ index });
      const { hits } = await client.search<Source>({ index, size: 100 });
      return hits.hits.map(({ _source }) => field(_source!)).sort();
    }
    const messages = (index: string) => stored(index, ({ message }) => message);

    it('are an event of their own where they were not sent before', async () => {
      const at = await place();
      await run(at, 2, [2]);
      const tally = await run(at, 4, [4]);
      assert.deepEqual(await messages(at.stream), ['\tat <2>\n\tat <3>', 'ERROR <0>\n\tat <1>']);
      assert.deepEqual([tally.already_there.lines, tally.merged.lines], [1, 3]);
    });

    it('are not sent twice where they were, nor what came even later', async () => {
      const at = await place();
      await run(at, 2, [2]);
      await run(at, 4, [2, 4]);
      for (let again = 0; again < 2; again++) await run(at, 5, [5]);
      assert.deepEqual(await messages(at.stream), ['\tat <2>\n\tat <3>', '\tat <4>', 'ERROR <0>\n\tat <1>']);
    });

    it('are not looked for where the event was handed out whole', async () => {
      const at = await place();
      await run(at, 4, [4]);
      await run(at, 2, [2]);
      await run(at, 4, [4]);
      assert.deepEqual(await messages(at.stream), ['ERROR <0>\n\tat <1>\n\tat <2>\n\tat <3>']);
    });

    it('are a dead letter of their own where the event is one', async () => {
      const at = await place();
      const letters = deadLetterIndex(at.namespace);
      await run(at, 1, [1], true);
      await run(at, 3, [3], true);
      const lines = await stored(letters, ({ logmill }) => logmill?.dead_letter.line);
      assert.deepEqual(lines, ['\tat <1>\n\tat <2>', 'ERROR <0>']);
    });
  });
}
