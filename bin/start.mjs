// npm start [-- FILES | options of "logmill up"], npm run demo: installs what is missing, then runs everything in one process.
import path from 'node:path';
import { ensureInstalled, flagsFor, root, runUnderNode } from './node.mjs';

await ensureInstalled();
const main = path.join(root, 'src', 'cli', 'main.ts');
process.exit(
  await runUnderNode([...flagsFor('up'), main, 'up', ...process.argv.slice(2)], {
    cwd: process.env.INIT_CWD ?? process.cwd(),
  }),
);
