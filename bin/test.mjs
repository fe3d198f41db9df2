// npm test: installs what is missing, then type check, lint, layering, dead code and all tests, in this order.
import { ensureInstalled, requireNode, root, runUnderNode } from './node.mjs';

await ensureInstalled();
requireNode();
process.chdir(root);
process.exit(await runUnderNode(['bin/check.ts', ...process.argv.slice(2)]));
