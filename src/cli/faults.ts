import type { LogmillError } from '../errors.ts';
import { paint } from './terminal.ts';

/** Prints each fault with what to do about it, and makes the command fail when there is one. */
export function printFaults(faults: readonly LogmillError[]): void {
  for (const { message, help } of faults) process.stdout.write(`${paint('red', '✗')} ${message}\n    ${help}\n`);
  if (faults.length > 0) process.exitCode = 1;
}
