// npm start [-- FILES | --demo | options of "logmill up"]: installs what is missing, then runs everything in one process.
import path from 'node:path';
import { ensureInstalled, root, runUnderNode } from './node.mjs';

await ensureInstalled();
process.exit(
  await runUnderNode([path.join(root, 'src', 'cli', 'main.ts'), 'up', ...process.argv.slice(2)], {
    cwd: process.env.INIT_CWD ?? process.cwd(),
  }),
);
