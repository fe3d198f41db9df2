import { existsSync, globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { namedFiles } from '../../../src/cli/inputs.ts';
import { processOnce } from '../../../src/cli/pipeline-once.ts';
import { readConfig } from '../../../src/cli/session.ts';
import { closeDocument } from '../../../src/model/document-writer.ts';
import type { JsonValue } from '../../../src/model/event.ts';
import type { Pipelines } from '../../../src/pipeline/pipelines.ts';
import { flatten } from '../../../src/pipeline/testing.ts';
import { type Comparison, compare, type Flat } from './compare.ts';

/** The data beside the checkout. */
export const SHARED = fileURLToPath(new URL('../../../../shared/data/', import.meta.url));
const FOLDER = `${SHARED}beats-modules/`;

/** Why the comparison cannot run, false where it can. */
export const absent = existsSync(FOLDER) ? false : 'the shared module logs are not beside this checkout';

/** The files of `<module>-<fileset>`, as `apache/access/test.log`, by that name. */
export function filesets(): ReadonlyMap<string, readonly string[]> {
  const byName = new Map<string, string[]>();
  for (const file of globSync('*/*/*.log', { cwd: FOLDER }).sort()) {
    const [module, fileset] = file.split('/');
    const name = `${module}-${fileset}`;
    byName.set(name, [...(byName.get(name) ?? []), file]);
  }
  return byName;
}

/** Sends a file through its pipeline as `pipeline run` does, and compares what comes out. */
export async function compareFile(pipelines: Pipelines, pipeline: string, file: string): Promise<Comparison> {
  const theirs = JSON.parse(readFileSync(`${FOLDER}${file}-expected.json`, 'utf8')) as Flat[];
  const [input] = namedFiles([FOLDER + file]);
  const config = await readConfig({}, { inputs: [{ ...input!, pipeline }] });
  const documents: Flat[] = [];
  for await (const processed of processOnce(pipelines, pipeline, config, 'UTC')) {
    for (const { document } of processed.documents) {
      documents.push(flatten(JSON.parse(closeDocument(document)) as JsonValue));
    }
  }
  return compare(theirs, documents);
}
