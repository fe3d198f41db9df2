import { validateAgainst } from '../../src/config/schema-check.ts';
import type { Event } from '../../src/model/event.ts';
import { stageByName } from '../../src/pipeline/registry.ts';
import { schemaFinder } from '../../src/pipeline/schemas.ts';
import type { MapRunner, StageContext } from '../../src/pipeline/stage.ts';

/** Where examples and stage tests run: dataset example.log, UTC, a file last written on 1 November 2026. */
export const CONTEXT: StageContext = {
  pipeline: 'example-log',
  dataset: 'example.log',
  host: { id: 'h1', name: 'example-host', fields: { 'host.architecture': 'x86_64' } },
  timezone: 'UTC',
  sourceTime: () => Date.parse('2026-11-01T00:00:00Z'),
  schema: schemaFinder([]),
};

/** A runner with checked options and defaults filled in, as a pipeline file would make it. */
export function runnerOf(name: string, options: object = {}, context: Partial<StageContext> = {}): MapRunner {
  const stage = stageByName(name);
  if (stage === undefined) throw new Error(`no stage ${name}`);
  const { value, faults } = validateAgainst(stage.options, structuredClone(options));
  if (faults.length > 0) throw new Error(JSON.stringify(faults));
  return stage.create(value, { ...CONTEXT, ...context });
}

/** The event without fields that were taken off. */
export function present(event: unknown): Event {
  return Object.fromEntries(Object.entries(event as Event).filter(([, value]) => value !== undefined));
}
