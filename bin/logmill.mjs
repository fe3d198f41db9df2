#!/usr/bin/env node
// The command: runs dist/ where it was built (a published package), else the sources.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { ensureInstalled, flagsFor, root, runUnderNode } from './node.mjs';

const sources = path.join(root, 'src', 'cli', 'main.ts');
const main = existsSync(sources) ? sources : path.join(root, 'dist', 'cli', 'main.js');
if (main === sources) await ensureInstalled();
// npm runs scripts in the project's folder; paths on the command line count from where the person stands.
const cwd = process.env.npm_command === 'run-script' ? (process.env.INIT_CWD ?? process.cwd()) : process.cwd();
process.exit(await runUnderNode([...flagsFor(process.argv[2]), main, ...process.argv.slice(2)], { cwd }));
