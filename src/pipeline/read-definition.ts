import { readFileSync } from 'node:fs';
import type { Static } from 'typebox';
import { checkMultiline } from '../config/framing-check.ts';
import { keyOf } from '../config/schema-check.ts';
import { type Checked, checkYamlFile, checkYamlText } from '../config/yaml-file.ts';
import { LogmillError } from '../errors.ts';
import {
  type PipelineDefinition,
  PipelineSchema,
  type PipelineTest,
  pipelineSchema,
  type StageUse,
} from './definition.ts';
import { detectFaults } from './detect/check-detect.ts';
import { STAGES, stageByName } from './registry.ts';

const PAGE = 'docs/reference/pipelines.md';
const OPTIONS = { environment: false, page: PAGE } as const;
/** The test cases of a pipeline, up to the next key of the file. */
const TESTS = /^tests:.*\n(?:[ \t#-].*\n|\n)*/m;

/** Reads and checks the file of a pipeline, its test cases too. Undefined where it has a fault. */
export async function readDefinition(file: string, faults: LogmillError[]): Promise<PipelineDefinition | undefined> {
  return definitionOf(await checkYamlFile(file, PipelineSchema, OPTIONS), file, faults);
}

/**
 * Reads a pipeline that ships, to be run: without its test cases, and with the schemas of the stages it has, not of all
 * there are. An agent so starts in half the time. Throws LogmillError for a fault, which its own tests would have found.
 */
export function readShipped(file: string): PipelineDefinition {
  const text = readFileSync(file, 'utf8').replace(TESTS, '');
  const faults: LogmillError[] = [];
  const schema = pipelineSchema(STAGES.filter(({ name }) => text.includes(`${name}:`)));
  const definition = definitionOf(checkYamlText(text, file, schema, OPTIONS), file, faults);
  if (definition === undefined || faults[0] !== undefined) throw faults[0] ?? new Error(`BUG: ${file} has no content`);
  return definition;
}

function definitionOf(
  { usable, locate, faults: found }: Checked<Static<typeof PipelineSchema>>,
  file: string,
  faults: LogmillError[],
): PipelineDefinition | undefined {
  faults.push(...found);
  if (usable === undefined) return undefined;
  const { stages, tests, ...rest } = usable;
  faults.push(...framingFaults(usable.multiline, locate), ...detectFaults(usable.detect, locate, PAGE));
  return { ...rest, file, locate, stages: stages.map(stageUse), tests: tests as readonly PipelineTest[] };
}

function framingFaults(multiline: PipelineDefinition['multiline'], locate: Checked<unknown>['locate']): LogmillError[] {
  const faults: LogmillError[] = [];
  if (multiline === undefined) return faults;
  checkMultiline(
    multiline,
    (...rest) => rest,
    (path, detail) => {
      const params = { key: keyOf(path), detail, page: PAGE };
      faults.push(new LogmillError('CONFIG_INVALID', params, locate(path)));
    },
  );
  return faults;
}

/** `when` is an option of its own for some stages (drop), and for all others the condition of their running at all. */
function stageUse(entry: unknown): StageUse {
  const [stage, { on_error, ...options }] = Object.entries(entry as Record<string, Record<string, unknown>>)[0]!;
  const onError = on_error as StageUse['onError'];
  const own = stageByName(stage)?.options as unknown as { properties?: Record<string, unknown> };
  if (own.properties?.['when'] !== undefined) return { stage, options, when: undefined, onError };
  const { when, ...others } = options;
  return { stage, options: others, when: when as string | undefined, onError };
}
