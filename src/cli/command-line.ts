import path from 'node:path';
import type { CommonOptions } from './session.ts';

const LAUNCHER = path.resolve(import.meta.dirname, '..', '..', 'bin', 'logmill.mjs');

/** A command of logmill that works as it is pasted into a shell in this folder, on the same configuration and data. */
export function commandLine(words: readonly string[], { config, data }: CommonOptions): string {
  const launcher = path.relative('', LAUNCHER);
  return [
    'node',
    launcher.startsWith('..') ? LAUNCHER : launcher,
    ...words,
    ...(config === undefined ? [] : ['--config', config]),
    ...(data === undefined ? [] : ['--data', data]),
  ]
    .map(quoted)
    .join(' ');
}

/** A word as a POSIX shell reads it back. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
