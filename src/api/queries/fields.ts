import { EVENT_INDICES } from '../../model/indices.ts';
import type { FieldsAnswer, FieldsRequest } from '../contract/fields.ts';
import { asking, type Reading } from './read-store.ts';

/** Mapping types that hold no value of their own. */
const STRUCTURE = new Set(['object', 'nested']);

/** Fields of the streams by name. @throws LogmillError as `searchStore` */
export async function listFields({ store, signal }: Reading, request: FieldsRequest): Promise<FieldsAnswer> {
  const answer = await asking(store, () =>
    store.client.fieldCaps(
      { index: request.index ?? EVENT_INDICES, fields: '*', ignore_unavailable: true, allow_no_indices: true },
      { signal, maxRetries: 0 },
    ),
  );
  const fields = Object.entries(answer.fields).flatMap(([name, byType]) => {
    const kinds = Object.entries(byType).filter(([type]) => !STRUCTURE.has(type) && type !== 'unmapped');
    if (kinds.length === 0 || kinds.some(([, kind]) => kind.metadata_field === true) || name.startsWith('_')) return [];
    return {
      name,
      types: kinds.map(([type]) => type).sort(),
      searchable: kinds.every(([, kind]) => kind.searchable),
      aggregatable: kinds.every(([, kind]) => kind.aggregatable),
    };
  });
  return { fields: fields.sort((left, right) => (left.name < right.name ? -1 : 1)) };
}
