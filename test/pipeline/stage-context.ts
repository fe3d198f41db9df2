import { fileURLToPath } from 'node:url';
import { validateAgainst } from '../../src/config/schema-check.ts';
import type { Event } from '../../src/model/event.ts';
import { optionFiles } from '../../src/pipeline/option-files.ts';
import { stageByName } from '../../src/pipeline/registry.ts';
import { schemaFinder } from '../../src/pipeline/schemas.ts';
import type {
  BatchRunner,
  MapRunner,
  OptionFiles,
  RecordToken,
  StageContext,
  StatefulRunner,
} from '../../src/pipeline/stage.ts';

/** Where examples and stage tests run: dataset example.log, UTC, a file last written on 1 November 2026. */
export const CONTEXT: StageContext = {
  pipeline: 'example-log',
  dataset: 'example.log',
  host: { id: 'h1', name: 'example-host', fields: { 'host.architecture': 'x86_64' } },
  timezone: 'UTC',
  sourceTime: () => Date.parse('2026-11-01T00:00:00Z'),
  files: exampleFiles(),
  schema: schemaFinder([]),
};

/** Files that examples name are in test/fixtures/stages, and every secret is known. */
function exampleFiles(): OptionFiles {
  const folder = fileURLToPath(new URL('../fixtures/stages/pipeline.yaml', import.meta.url));
  return { ...optionFiles(folder), secret: () => 'a key of the examples', of: exampleFiles };
}

/** A runner of a map stage with checked options and defaults filled in, as a pipeline file would make it. */
export function runnerOf(name: string, options: object = {}, context: Partial<StageContext> = {}): MapRunner {
  const { stage, value } = checked(name, options);
  if (stage.form !== 'map') throw new Error(`${name} is no map`);
  return stage.create(value, { ...CONTEXT, ...context });
}

/** The same of a stateful stage. */
export function statefulOf(name: string, options: object = {}, context: Partial<StageContext> = {}): StatefulRunner {
  const { stage, value } = checked(name, options);
  if (stage.form !== 'stateful') throw new Error(`${name} is not stateful`);
  return stage.create(value, { ...CONTEXT, ...context });
}

/** The same of a stage that looks things up. */
export function batchOf(name: string, options: object = {}, context: Partial<StageContext> = {}): BatchRunner {
  const { stage, value } = checked(name, options);
  if (stage.form !== 'batch') throw new Error(`${name} looks nothing up`);
  return stage.create(value, { ...CONTEXT, ...context });
}

function checked(name: string, options: object) {
  const stage = stageByName(name);
  if (stage === undefined) throw new Error(`no stage ${name}`);
  const { value, faults } = validateAgainst(stage.options, structuredClone(options));
  if (faults.length > 0) throw new Error(JSON.stringify(faults));
  return { stage, value };
}

/** A record's token, for stateful stages. */
export function token(): RecordToken {
  return { isRecord: true };
}

/** The event without fields that were taken off. */
export function present(event: unknown): Event {
  return Object.fromEntries(Object.entries(event as Event).filter(([, value]) => value !== undefined));
}
