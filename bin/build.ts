// npm run build: the published form, plain JavaScript in dist/, or in the folder named (Node refuses TypeScript under node_modules).
import { cpSync, existsSync, globSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

/**
 * One file instead of a thousand modules: an agent starts in two thirds of the time and with 15 MB less (ADR 13). What is
 * loaded from a path at run time stays outside: native code, the regex checker's worker, the user-agent patterns.
 */
const OUTSIDE = ['@duckdb/*', 'recheck', 'uap-core'];
/** What is started as a process or thread of its own, or loaded before one. */
const ENTRIES = ['src/cli/main.ts', 'src/pipeline/workers/thread.ts', 'src/drill/writer.ts', 'src/drill/clock-jump.ts'];
/** CommonJS packages ask for these; a module has none of its own. */
const BANNER = [
  'import { createRequire as __createRequire } from "node:module";',
  'const require = __createRequire(import.meta.url), __filename = import.meta.filename, __dirname = import.meta.dirname;',
].join('\n');

const [, , out = 'dist'] = process.argv;
rmSync(out, { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: ENTRIES,
  outdir: out,
  outbase: 'src',
  // As deep as the modules of src/, so that paths to config/, pipelines/ and package.json count the same.
  chunkNames: 'cli/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  external: OUTSIDE,
  banner: { js: BANNER },
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
});
cpSync('src/ui/assets', path.join(out, 'ui/assets'), { recursive: true });
writeFileSync(path.join(out, 'third-party-licences.txt'), licencesOf(Object.keys(metafile.inputs)));
console.log(`built ${out}: ${globSync(path.join(out, '**/*.js')).length} files`);

/** The licence of every package that is part of the files built, as the licences ask for. */
function licencesOf(inputs: readonly string[]): string {
  const folders = new Set(
    inputs.flatMap((input) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []),
  );
  return [...folders].sort().map(licenceOf).join('\n');
}

function licenceOf(folder: string): string {
  const about = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as { [key: string]: unknown };
  const files = readdirSync(folder).filter((name) => /^(licen[cs]e|notice|copying)/i.test(name));
  const texts = files.map((name) => path.join(folder, name)).filter((file) => existsSync(file));
  const header = `==== ${about['name']} ${about['version']} (${about['license'] ?? 'see below'}) ====`;
  return [header, ...texts.map((file) => readFileSync(file, 'utf8').trim()), ''].join('\n\n');
}
