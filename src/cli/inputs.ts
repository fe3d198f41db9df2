import { statSync } from 'node:fs';
import path from 'node:path';
import type { InputSource } from '../config/load.ts';
import { LogmillError } from '../errors.ts';

/**
 * One input that reads the files named on the command line; their formats are found by their first lines.
 * @throws LogmillError INPUT_MISSING
 */
export function namedFiles(files: readonly string[], folder = process.cwd()): InputSource[] {
  const absolute = files.map((file) => path.resolve(folder, file));
  for (const file of absolute) {
    if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true)
      throw new LogmillError('INPUT_MISSING', { path: file });
  }
  return [{ name: 'files', files: absolute }];
}
