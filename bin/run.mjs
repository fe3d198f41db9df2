// node bin/run.mjs FILE [ARGS]: runs a TypeScript file of this checkout under a Node that can.
import { ensureInstalled, runUnderNode } from './node.mjs';

await ensureInstalled();
process.exit(await runUnderNode(process.argv.slice(2)));
