import { createWriteStream, type WriteStream } from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { getSystemErrorMessage } from 'node:util';
import { LogmillError } from '../errors.ts';

/** Writes a file that was named on the command line. Throws LogmillError OUTPUT_FAILED. */
export async function writeOutput(file: string, text: string): Promise<void> {
  await forPeople(file, () => writeFile(path.resolve(file), text));
}

/** Opens one for what is yet to come, empty. Throws LogmillError OUTPUT_FAILED. */
export async function openOutput(file: string): Promise<WriteStream> {
  const handle = await forPeople(file, () => open(path.resolve(file), 'w'));
  return createWriteStream('', { fd: handle });
}

async function forPeople<Result>(file: string, write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    const { errno, code, message } = error as NodeJS.ErrnoException;
    const detail = errno === undefined ? message : `${getSystemErrorMessage(errno)} (${code})`;
    throw new LogmillError('OUTPUT_FAILED', { path: path.resolve(file), detail }, {}, error);
  }
}
