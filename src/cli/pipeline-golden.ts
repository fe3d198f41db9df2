import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { LogmillError } from '../errors.ts';
import { changesBetween, type OutcomeChange } from '../pipeline/compare.ts';
import { changeLines } from './field-changes.ts';
import { writeOutput } from './output-file.ts';
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
    await writeOutput(golden, now.map((outcome) => `${JSON.stringify(outcome)}\n`).join(''));
    process.stdout.write(`${golden}: ${counted(now.length, 'line')} kept\n`);
    return;
  }
  if (!existsSync(golden)) throw new LogmillError('GOLDEN_MISSING', { path: golden });
  const changes = changesBetween(await readKept(golden), now);
  for (const change of changes.slice(0, MOST_SHOWN)) process.stdout.write(changeText(change));
  if (changes.length > MOST_SHOWN) process.stdout.write(`… and ${changes.length - MOST_SHOWN} more\n`);
  process.stdout.write(`${counted(now.length, 'line')}, ${changes.length} not as kept\n`);
  if (changes.length > 0) process.exitCode = 1;
}

async function readKept(golden: string): Promise<LineOutcome[]> {
  const lines = (await readFile(golden, 'utf8')).split('\n').filter((line) => line !== '');
  return lines.map((line, index) => {
    const kept = outcomeIn(line);
    if (kept === undefined)
      throw new LogmillError('GOLDEN_INVALID', { path: golden }, { file: golden, line: index + 1 });
    return kept;
  });
}

function outcomeIn(line: string): LineOutcome | undefined {
  try {
    const { offset, line: text, made } = JSON.parse(line) as LineOutcome;
    return typeof offset === 'number' && typeof text === 'string' && Array.isArray(made)
      ? { offset, line: text, made: made as LineOutcome['made'] }
      : undefined;
  } catch {
    return undefined;
  }
}

/** A line of which something else is made, with what. */
export function changeText({ offset, line, parts }: OutcomeChange): string {
  const head = `${paint('bold', `${offset}: ${printable(line)}`)}\n`;
  return `${head}${parts.map((changes) => changeLines(changes, '    ')).join('    --\n')}`;
}
