import type { estypes } from '@elastic/elasticsearch';
import { asking, type Reading } from './read-store.ts';

type Sort = estypes.SortCombinations[];

/**
 * What documents without the field sort as, by its type. The store's own mark for "missing" is the widest 64-bit
 * integer, which a JSON number cannot carry back in a cursor; these can be, and no real value lies beyond them.
 */
const FURTHEST: Readonly<Record<string, number>> = {
  ...Object.fromEntries(['integer', 'short', 'byte', 'boolean'].map((type) => [type, 2_147_483_647])),
  ...Object.fromEntries(['long', 'double', 'float', 'half_float', 'date'].map((type) => [type, 8.64e15])),
};

/**
 * `field:order`, then the place in the file. Documents without the field come last, those without a file count as
 * offset -1.
 * @throws LogmillError as `searchStore`
 */
export async function sortBy(reading: Reading, index: string, text: string): Promise<Sort> {
  const [field = '', order = 'asc'] = text.split(/:(?=(?:asc|desc)$)/) as [string, ('asc' | 'desc')?];
  // Every event has a time, so the usual order needs no look at the mapping.
  const type = field === '@timestamp' ? 'date' : await typeOf(reading, index, field);
  const furthest = FURTHEST[type];
  const missing =
    field === '@timestamp' || furthest === undefined ? {} : { missing: order === 'asc' ? furthest : -furthest };
  const first = { [field]: { order, unmapped_type: type, ...missing } } as estypes.SortCombinations;
  return [first, { 'log.offset': { order, unmapped_type: 'long', missing: -1 } }];
}

/** Type of the field where it is mapped; streams that lack it must sort as if they had it. */
async function typeOf({ store, signal }: Reading, index: string, field: string): Promise<string> {
  const answer = await asking(store, () =>
    store.client.fieldCaps(
      { index, fields: field, ignore_unavailable: true, allow_no_indices: true },
      { signal, maxRetries: 0 },
    ),
  );
  return Object.keys(answer.fields[field] ?? {}).find((type) => type !== 'unmapped') ?? 'keyword';
}
