import type { Embedded } from './embedded.ts';
import { quote } from './index-state.ts';
import type { Route, RouteRequest, RouteResponse } from './route.ts';

/** `_stats`, as far as it tells how much there is. */
export const statsRoutes: readonly Route<Embedded>[] = [
  { methods: ['GET'], pattern: '/:index/_stats', handle: stats },
  { methods: ['GET'], pattern: '/:index/_stats/:metric', handle: stats },
];

/** The size is that of the documents' text: what of the file is one stream's, DuckDB does not tell. */
async function stats({ params, query, signal }: RouteRequest, store: Embedded): Promise<RouteResponse> {
  const slices = store.resolve(params['index']!, { ignoreUnavailable: query['ignore_unavailable'] === 'true' });
  let count = 0;
  let bytes = 0;
  for (const { table } of slices) {
    const sql = `SELECT count(*) AS n, coalesce(sum(strlen(_source)), 0) AS bytes FROM ${quote(table)}`;
    const [row] = await store.query(sql, [], signal);
    count += Number(row?.['n'] ?? 0);
    bytes += Number(row?.['bytes'] ?? 0);
  }
  const all = { docs: { count, deleted: 0 }, store: { size_in_bytes: bytes } };
  return {
    status: 200,
    body: {
      _shards: { total: slices.length, successful: slices.length, failed: 0 },
      _all: { primaries: all, total: all },
    },
  };
}
