import { getSystemErrorMessage } from 'node:util';

/** A file or folder that matches but cannot be read, and why. */
export type Unreadable = { readonly path: string; readonly reason: string };

/** Why something cannot be read, from what the system threw: `permission denied (EACCES)`. */
export function readingFault(error: unknown): string {
  const { code, errno, message } = error as NodeJS.ErrnoException;
  return code === undefined || errno === undefined ? message : `${getSystemErrorMessage(errno)} (${code})`;
}
