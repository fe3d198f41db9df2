import path from 'node:path';
import type { LogmillError } from '../errors.ts';
import { changesBetween, type OutcomeChange } from '../pipeline/compare.ts';
import { checkPipelines, type Pipelines, SHIPPED_PIPELINES } from '../pipeline/pipelines.ts';
import { readDefinition } from '../pipeline/read-definition.ts';
import { checkPatterns } from '../pipeline/slow-patterns.ts';
import { namedFiles } from './inputs.ts';
import { type LineOutcome, outcomesOf } from './pipeline-documents.ts';
import { changeText } from './pipeline-golden.ts';
import { openAllPipelines } from './runtime.ts';
import { type CommonOptions, readConfig } from './session.ts';
import { counted } from './terminal.ts';

type Options = CommonOptions & { limit: number; json?: boolean };

/** Prints which documents of a file two pipelines make differently. */
export async function diffPipelines(before: string, after: string, file: string, options: Options): Promise<void> {
  const known = await openAllPipelines(await readConfig(options));
  const [old, now] = [await outcomes(known, before, file, options), await outcomes(known, after, file, options)];
  const changes = changesBetween(old, now);
  if (options.json === true) {
    for (const change of changes) process.stdout.write(`${JSON.stringify(change)}\n`);
    return;
  }
  for (const change of changes.slice(0, options.limit)) process.stdout.write(changeText(change));
  if (changes.length > options.limit) process.stdout.write(`… and ${changes.length - options.limit} more (--limit)\n`);
  process.stdout.write(summary(changes, Math.max(old.length, now.length)));
}

function summary(changes: readonly OutcomeChange[], lines: number): string {
  const fields = new Map<string, number>();
  for (const { parts } of changes) {
    for (const field of new Set(parts.flat().map((change) => change.field))) {
      fields.set(field, (fields.get(field) ?? 0) + 1);
    }
  }
  const often = [...fields].sort(([, one], [, other]) => other - one).slice(0, 10);
  const list = often.map(([field, count]) => `${field} (${count})`).join(', ');
  return `${counted(lines, 'line')}, ${changes.length} changed${list === '' ? '' : `: ${list}`}\n`;
}

async function outcomes(known: Pipelines, named: string, file: string, options: Options): Promise<LineOutcome[]> {
  const all: LineOutcome[] = [];
  const { pipelines, name } = await pipelineNamed(known, named);
  for await (const outcome of outcomesOf(pipelines, name, file, options)) all.push(outcome);
  return all;
}

/** A pipeline by its name or by its file; what stands beside that file counts too. */
async function pipelineNamed(known: Pipelines, named: string): Promise<{ pipelines: Pipelines; name: string }> {
  if (!/\.ya?ml$/.test(named)) return { pipelines: known, name: known.get(named).name };
  const file = path.resolve(named);
  namedFiles([file]);
  // What else is in its folder may be no pipeline at all, or another one of the same name.
  const { pipelines: beside } = await checkPipelines([SHIPPED_PIPELINES, path.dirname(file)]);
  const faults: LogmillError[] = [];
  const definition = await readDefinition(file, faults);
  if (definition !== undefined) faults.push(...(await checkPatterns([definition])));
  if (definition === undefined || faults[0] !== undefined) throw faults[0] ?? new Error(`BUG: ${file} has no content`);
  return { pipelines: beside.with(definition), name: definition.name };
}
