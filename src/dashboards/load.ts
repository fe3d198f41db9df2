import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { touchesKeys } from '../config/salvage.ts';
import { checkYamlFile } from '../config/yaml-file.ts';
import { LogmillError } from '../errors.ts';
import { checkSpec } from './check-spec.ts';
import { lintNdjson } from './kibana/lint.ts';
import { kibanaNdjson } from './kibana/saved-objects.ts';
import { DashboardSchema, type DashboardSpec } from './spec.ts';

export type LoadedDashboard = { readonly name: string; readonly file: string; readonly spec: DashboardSpec };

const PAGE = 'the shipped dashboards/*.dashboard.yaml';
const SUFFIX = '.dashboard.yaml';

/** Checks every `*.dashboard.yaml` in the folder; a folder that is not there holds none. */
export async function checkDashboards(
  folder: string,
): Promise<{ dashboards: LoadedDashboard[]; faults: LogmillError[] }> {
  const dashboards: LoadedDashboard[] = [];
  const faults: LogmillError[] = [];
  const owners = new Map<string, string>();
  for (const entry of await namesIn(folder)) {
    const file = path.join(folder, entry);
    const checked = await checkYamlFile(file, DashboardSchema, { environment: false, page: PAGE });
    faults.push(...checked.faults);
    const spec = checked.usable;
    if (spec === undefined) continue;
    const other = owners.get(spec.id);
    if (other !== undefined) {
      faults.push(
        new LogmillError('DASHBOARD_INVALID', { detail: `${other} has the same id` }, checked.locate(['id'])),
      );
    }
    owners.set(spec.id, entry);
    const broken = checked.faults.map(({ where }) => where.key ?? '');
    const found = checkSpec(spec, checked.locate);
    faults.push(...found.filter(({ where }) => !touchesKeys(where.key ?? '', broken)));
    if (checked.value === undefined || found.length > 0) continue;
    faults.push(...importFaults(kibanaNdjson(spec), file));
    dashboards.push({ name: entry.slice(0, -SUFFIX.length), file, spec });
  }
  return { dashboards, faults };
}

/** What Kibana would refuse, or show as nothing, in an import file made of this source. */
export function importFaults(ndjson: string, file: string): LogmillError[] {
  return lintNdjson(ndjson).map(
    ({ check, detail }) => new LogmillError('DASHBOARD_INVALID', { detail: `${check}: ${detail}` }, { file }),
  );
}

/** All dashboards of the folder. Throws the first fault as a LogmillError. */
export async function loadDashboards(folder: string): Promise<LoadedDashboard[]> {
  const { dashboards, faults } = await checkDashboards(folder);
  if (faults[0] !== undefined) throw faults[0];
  return dashboards;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith(SUFFIX)).toSorted();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
