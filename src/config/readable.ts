import { readFileSync } from 'node:fs';

/** Whether a file that a configuration names can be read, now and by this user. */
export function isReadable(file: string): boolean {
  try {
    readFileSync(file);
    return true;
  } catch {
    return false;
  }
}
