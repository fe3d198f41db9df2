import { parseBulkBody } from './bulk-body.ts';
import type { Embedded } from './embedded.ts';
import { type Operation, type Outcome, type Place, perform, placeOf } from './operation.ts';
import { EsError, type Route, type RouteRequest, type RouteResponse } from './route.ts';
import type { Transaction } from './transaction.ts';

type ItemError = Readonly<Record<string, unknown>>;
type Item = Outcome | { _index: string; _id: string | null; status: number; error: ItemError };

/** `_bulk`, with and without an index in the path. */
export const bulkRoutes: readonly Route<Embedded>[] = [
  { methods: ['POST', 'PUT'], pattern: '/_bulk', handle: bulk },
  { methods: ['POST', 'PUT'], pattern: '/:index/_bulk', handle: bulk },
];

async function bulk(request: RouteRequest, store: Embedded): Promise<RouteResponse> {
  const started = performance.now();
  const { body, params, query } = request;
  const requireAlias = query['require_alias'] === 'true' || query['require_alias'] === '';
  const operations = parseBulkBody(body, { index: params['index'], requireAlias });
  const items =
    operations.length === 0
      ? []
      : await store.writer.write(body.length, (transaction) => performAll(transaction, operations));
  return {
    status: 200,
    body: {
      errors: items.some((item) => 'error' in item),
      took: Math.round(performance.now() - started),
      items: items.map((item, at) => ({ [operations[at]!.action]: item })),
    },
  };
}

/** Carries out operations in order; each gets its own outcome. */
async function performAll(transaction: Transaction, operations: readonly Operation[]): Promise<Item[]> {
  const places = await findPlaces(transaction, operations);
  await lookUp(transaction, operations, places);
  return operations.map((operation, at) => {
    const place = places[at]!;
    try {
      if (place instanceof EsError) throw place;
      return perform(transaction, operation, place);
    } catch (error) {
      if (!(error instanceof EsError)) throw error;
      const _index = place instanceof EsError ? operation.target : place.index.name;
      return { _index, _id: operation.id ?? null, status: error.status, error: causeOf(error) };
    }
  });
}

async function findPlaces(transaction: Transaction, operations: readonly Operation[]): Promise<(Place | EsError)[]> {
  const places: (Place | EsError)[] = [];
  const known = new Map<string, Place | EsError>();
  for (const operation of operations) {
    const key = `${operation.action} ${operation.requireAlias} ${operation.target}`;
    let place = known.get(key);
    if (place === undefined) {
      place = await placeOf(transaction, operation).catch((error: unknown) => {
        if (error instanceof EsError) return error;
        throw error;
      });
      known.set(key, place);
    }
    places.push(place);
  }
  return places;
}

/** Looks up the ids that may be stored already, all of a stream at once. */
export async function lookUp(
  transaction: Transaction,
  operations: readonly Operation[],
  places: readonly (Place | EsError)[],
): Promise<void> {
  const wanted = new Map<string, { ids: string[]; withSource: boolean }>();
  for (const [at, { id, action }] of operations.entries()) {
    const place = places[at]!;
    if (place instanceof EsError || id === undefined) continue;
    if ((await transaction.rangesOf(place.key)).isNew(id)) continue;
    let ask = wanted.get(place.key);
    if (ask === undefined) {
      ask = { ids: [], withSource: false };
      wanted.set(place.key, ask);
    }
    ask.ids.push(id);
    if (action === 'update') ask.withSource = true;
  }
  for (const [key, { ids, withSource }] of wanted) await transaction.find(key, ids, withSource);
}

function causeOf(error: EsError): ItemError {
  return { type: error.type, reason: error.message, ...error.details };
}
