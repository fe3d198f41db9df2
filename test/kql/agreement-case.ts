import assert from 'node:assert/strict';
import type { Client } from '@elastic/elasticsearch';
import fc from 'fast-check';
import { parseKql } from '../../src/kql/parse.ts';
import { kqlToDsl } from '../../src/kql/to-dsl.ts';
import { kqlToPredicate } from '../../src/kql/to-predicate.ts';
import type { Event } from '../../src/model/event.ts';
import { storedType } from '../../src/model/field-type.ts';
import { event, FIELDS, kqlTree } from './arbitraries.ts';
import { printKql } from './print.ts';

const EVENTS = 80;

/** Indexes random events and holds the store's answers to random queries against the predicate's. */
export async function agreesWithPredicate(
  client: Client,
  index: string,
  queries: number,
  seed?: number,
): Promise<void> {
  const events = fc.sample(event, { numRuns: EVENTS, seed: 20261121 });
  await indexEvents(client, index, events);
  await fc.assert(
    fc.asyncProperty(kqlTree, async (tree) => {
      const node = parseKql(printKql(tree));
      const meets = kqlToPredicate(node);
      const query = kqlToDsl(node);
      const found = await client.search({ index, size: EVENTS, query, _source: false });
      const ids = found.hits.hits.map(({ _id }) => Number(_id)).toSorted((a, b) => a - b);
      const expected = [...events.keys()].filter((id) => meets(events[id] ?? {}));
      assert.deepEqual(
        ids,
        expected,
        `${printKql(tree)}\n${JSON.stringify(query)}\n${firstDifference(events, ids, expected)}`,
      );
    }),
    { numRuns: queries, ...(seed === undefined ? {} : { seed }) },
  );
}

function firstDifference(events: readonly Event[], ids: readonly number[], expected: readonly number[]): string {
  const id = [...events.keys()].find((at) => ids.includes(at) !== expected.includes(at));
  return id === undefined
    ? ''
    : `${ids.includes(id) ? 'only the store' : 'only the predicate'}: ${JSON.stringify(events[id])}`;
}

async function indexEvents(client: Client, index: string, events: readonly Event[]): Promise<void> {
  const properties: Record<string, { type: string }> = {};
  for (const name of Object.keys(FIELDS)) properties[name] = { type: storedType(name) ?? 'keyword' };
  properties['shop.order.items'] = { type: 'long' };
  await client.indices.create({ index, mappings: { properties: properties as never } });
  const operations = events.flatMap((document, id) => [{ create: { _index: index, _id: String(id) } }, document]);
  const { errors } = await client.bulk({ operations, refresh: true });
  assert.equal(errors, false, 'every event is indexed');
}
