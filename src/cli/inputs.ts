import { statSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import type { InputSource } from '../config/load.ts';
import { LogmillError } from '../errors.ts';

/**
 * One input that reads the files named on the command line, through the pipeline named; without one their formats are
 * found by their first lines.
 * @throws LogmillError INPUT_MISSING, INPUT_FOLDER
 */
export function namedFiles(
  files: readonly string[],
  { pipeline, folder = process.cwd() }: { pipeline?: string | undefined; folder?: string } = {},
): InputSource[] {
  const absolute = files.map((file) => path.resolve(folder, file));
  for (const file of absolute) {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found?.isFile() !== true)
      throw new LogmillError(found?.isDirectory() === true ? 'INPUT_FOLDER' : 'INPUT_MISSING', { path: file });
  }
  return [{ name: 'files', files: absolute, ...(pipeline === undefined ? {} : { pipeline }) }];
}

/** Refuses --pipeline where no files are named: inputs of a configuration name their own. */
export function requireFiles(files: readonly string[], { pipeline }: { pipeline?: string }, command: Command): void {
  if (pipeline !== undefined && files.length === 0)
    command.error("error: --pipeline needs files; in a configuration it is an input's `pipeline:`");
}
