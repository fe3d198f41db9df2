import path from 'node:path';
import { kibanaNdjson } from './kibana/saved-objects.ts';
import { loadDashboards } from './load.ts';

/**
 * The Kibana import files of every dashboard in the folder (`dashboards` of the checkout), to be written to
 * `<folder>/built/`. Throws LogmillError for a fault in a source.
 */
export async function buildDashboards(folder = 'dashboards'): Promise<{ path: string; content: string }[]> {
  const dashboards = await loadDashboards(folder);
  return dashboards.map(({ name, spec }) => ({
    path: path.join(folder, 'built', `${name}.ndjson`),
    content: kibanaNdjson(spec),
  }));
}
