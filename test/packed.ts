import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { scratch } from './process/command.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const BUILT = 'dist';

/** The built package as npm would lay it down: what `files` names and nothing else, with its dependencies beside it. */
export function packed(t: TestContext): string {
  const folder = scratch(t);
  execFileSync(process.execPath, ['bin/build.ts', path.join(folder, BUILT)], { cwd: ROOT });
  const { files } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { files: string[] };
  for (const name of ['package.json', ...files.filter((file) => file !== BUILT)])
    cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'), 'dir');
  return folder;
}
