// npm start [-- FILES | --demo | options of "logmill up"]: installs what is missing, then runs everything in one process.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { ensureInstalled, root, runUnderNode } from './node.mjs';

await ensureInstalled();
const cwd = process.env.INIT_CWD ?? process.cwd();
const args = process.argv.slice(2);
const own = existsSync(path.join(cwd, 'logmill.yaml')) || args.some((arg) => arg === '--config' || arg.startsWith('--config='));
const config = own ? [] : ['--config', path.join(root, 'config', 'logmill.yaml')];
process.exit(
  await runUnderNode([path.join(root, 'src', 'cli', 'main.ts'), 'up', ...config, ...args], { cwd }),
);
