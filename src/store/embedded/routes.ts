import { bulkRoutes } from './bulk.ts';
import { clusterRoutes } from './cluster-routes.ts';
import { documentRoutes } from './documents.ts';
import type { Embedded } from './embedded.ts';
import { indexRoutes } from './index-routes.ts';
import type { Route } from './route.ts';
import { searchRoutes } from './search/routes.ts';
import { statsRoutes } from './stats-routes.ts';
import { templateRoutes } from './template-routes.ts';

/** Everything the engine answers. */
export const allRoutes: readonly Route<Embedded>[] = [
  ...bulkRoutes,
  ...documentRoutes,
  ...indexRoutes,
  ...templateRoutes,
  ...clusterRoutes,
  ...statsRoutes,
  ...searchRoutes,
];
