import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { LogmillError } from '../errors.ts';
import { changesBetween, type OutcomeChange } from '../pipeline/compare.ts';
import { changeLines } from './field-changes.ts';
import { type LineOutcome, outcomesOf } from './pipeline-documents.ts';
import { openAllPipelines } from './runtime.ts';
import { type CommonOptions, readConfig } from './session.ts';
import { counted, paint, printable } from './terminal.ts';

const MOST_SHOWN = 20;

/** Holds what a pipeline makes of a file against what is kept beside it; fails where they differ. */
export async function goldenPipeline(
  name: string,
  file: string,
  options: CommonOptions & { update?: boolean },
): Promise<void> {
  const pipelines = await openAllPipelines(await readConfig(options));
  const golden = `${file}.golden.ndjson`;
  const now: LineOutcome[] = [];
  for await (const outcome of outcomesOf(pipelines, name, file, options)) now.push(outcome);
  if (options.update === true) {
    await writeFile(golden, now.map((outcome) => `${JSON.stringify(outcome)}\n`).join(''));
    process.stdout.write(`${golden}: ${counted(now.length, 'line')} kept\n`);
    return;
  }
  if (!existsSync(golden)) throw new LogmillError('INPUT_MISSING', { path: golden }, { file: golden });
  const text = await readFile(golden, 'utf8');
  const kept = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LineOutcome);
  const changes = changesBetween(kept, now);
  for (const change of changes.slice(0, MOST_SHOWN)) process.stdout.write(changeText(change));
  if (changes.length > MOST_SHOWN) process.stdout.write(`… and ${changes.length - MOST_SHOWN} more\n`);
  process.stdout.write(`${counted(now.length, 'line')}, ${changes.length} not as kept\n`);
  if (changes.length > 0) process.exitCode = 1;
}

/** A line of which something else is made, with what. */
export function changeText({ offset, line, parts }: OutcomeChange): string {
  const head = `${paint('bold', `${offset}: ${printable(line)}`)}\n`;
  return `${head}${parts.map((changes) => changeLines(changes, '    ')).join('    --\n')}`;
}
