import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateLines } from './generate.ts';
import { usageOf } from './peers.ts';
import { measure, startPinned, type Usage } from './processes.ts';

/** What `npm run build` makes of the sources: the form that is installed. */
export const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
/** As the launcher, which is plain JavaScript, starts the command. */
export const { flagsFor, environment } = (await import(new URL('../../bin/node.mjs', import.meta.url).href)) as {
  flagsFor(command: string): string[];
  environment(): NodeJS.ProcessEnv;
};
/** The common yardstick's generator, where the checkout has it beside itself. */
const YARDSTICK = fileURLToPath(new URL('../../../shared/bench/gen.mjs', import.meta.url));

/** Builds the package, which is what is measured. */
export async function buildPackage(): Promise<void> {
  await measure([fileURLToPath(new URL('../../bin/build.ts', import.meta.url))]);
}

/** A folder with a file of generated lines. */
export async function prepareLines(lines: number) {
  const folder = await mkdtemp(join(tmpdir(), 'logmill-bench-'));
  const file = join(folder, 'app.log');
  if (existsSync(YARDSTICK)) await measure([YARDSTICK, file, String(lines)]);
  else await generateLines(file, lines);
  return { folder, file, remove: () => rm(folder, { recursive: true }) };
}

/** A configuration for one run, with a data folder of its own, into the store at `url`. */
async function prepareRun(input: { folder: string; file: string }, url: string) {
  const data = await mkdtemp(join(input.folder, 'data-'));
  const config = join(data, 'logmill.yaml');
  await writeFile(
    config,
    JSON.stringify({
      data: join(data, 'data'),
      host: { id: 'bench', name: 'bench' },
      store: { elasticsearch: { node: url } },
      inputs: [{ name: 'app', files: [input.file], pipeline: 'pino', service: 'bench' }],
    }),
  );
  return {
    args: [...flagsFor('agent'), CLI, 'agent', '--config', config],
    remove: () => rm(data, { recursive: true }),
  };
}

/** One run of `logmill agent --once` over the file. */
export async function measureMainLine(input: { folder: string; file: string }, url: string): Promise<Usage> {
  const run = await prepareRun(input, url);
  const usage = await measure([...run.args, '--once'], 'pinned', environment());
  await run.remove();
  return usage;
}

/** Starts `logmill agent` on core 0 to follow the file; `stop` ends it as a service manager would. */
export async function startAgent(input: { folder: string; file: string }, url: string) {
  const run = await prepareRun(input, url);
  const child = startPinned(0, run.args, environment());
  return {
    usage: () => usageOf(child),
    async stop(): Promise<void> {
      child.kill();
      if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
      await run.remove();
    },
  };
}
