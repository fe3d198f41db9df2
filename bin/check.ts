// What `npm test` runs: type check, lint, layering, dead code, generated files, the package, line budget, then every test.
import { spawn } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { startElasticsearch } from '../test/elasticsearch.ts';
import { lanes } from '../test/lanes.ts';

const HARD_LIMIT = 400;
const bin = (name: string, file: string) => ['node_modules', name, file].join('/');

const STATIC_CHECKS: readonly (readonly [string, readonly string[]])[] = [
  ['types', [bin('typescript', 'bin/tsc'), '-p', '.']],
  ['lint', [bin('@biomejs/biome', 'bin/biome'), 'check', '--error-on-warnings']],
  ['layering', ['bin/layers.mjs']],
  ['dead code', [bin('knip', 'bin/knip.js'), '--no-progress']],
  ['generated files', ['bin/generate.ts', '--check']],
  ['package', ['bin/build.ts']],
];

/** Tests of functions: all of them take one process, for starting one takes longer than most of them. */
const OF_FUNCTIONS = [
  'test/agent/framing/*.test.ts',
  'test/config/*.test.ts',
  'test/model/**/*.test.ts',
  'test/pipeline/{contracts,flow}/*.test.ts',
  'test/pipeline/stages/**/*.test.ts',
];
const TEST = ['--test', '--import', './test/property-seed.ts', '--test-timeout=300000', '--test-reporter=spec'];

let failed = false;
const [types, ...others] = STATIC_CHECKS;
await Promise.all([check(types!), others.reduce((before, each) => before.then(() => check(each)), Promise.resolve())]);
const long = longFiles();
console.log(
  `${long.length === 0 ? '✓' : '✗'} no file over ${HARD_LIMIT} lines${long.map((row) => `\n    ${row}`).join('')}`,
);
failed ||= long.length > 0;

const elasticsearch = await startElasticsearch();
const available = await lanes('skip' in elasticsearch ? elasticsearch.skip : undefined);
for (const { name, skip } of available) if (skip !== undefined) console.log(`- lane ${name} skipped: ${skip}`);
if (process.env['LOGMILL_ALL_LANES'] === '1' && available.some(({ skip }) => skip !== undefined)) {
  console.log('✗ no lane may be skipped here (LOGMILL_ALL_LANES=1)');
  failed = true;
}
const chosen = process.argv.slice(2);
const ofFunctions = chosen.length > 0 ? [] : globSync(OF_FUNCTIONS).sort();
const files = chosen.length > 0 ? chosen : globSync('test/**/*.test.ts', { exclude: OF_FUNCTIONS }).sort();
const env = {
  ...process.env,
  // Tests start the command hundreds of times.
  LOGMILL_MAIN: path.resolve('dist/cli/main.js'),
  ...('skip' in elasticsearch ? {} : { ELASTICSEARCH_URL: elasticsearch.url }),
};
const together = ofFunctions.length === 0 ? undefined : run([...TEST, '--test-isolation=none', ...ofFunctions]);
const tests = await new Promise<number>((resolve) => {
  spawn(process.execPath, [...TEST, '--test-concurrency=2', ...files], { stdio: 'inherit', env }).on('exit', (code) =>
    resolve(code ?? 1),
  );
});
const functions = await together;
if (functions !== undefined) console.log(functions.output.trimEnd());
failed ||= functions !== undefined && functions.code !== 0;
if (!('skip' in elasticsearch)) await elasticsearch.stop();
process.exitCode = failed || tests !== 0 ? 1 : 0;

async function check([name, args]: (typeof STATIC_CHECKS)[number]): Promise<void> {
  const started = performance.now();
  const { code, output } = await run(args);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${code === 0 ? '✓' : '✗'} ${name} (${seconds} s)`);
  if (code !== 0) console.log(output.trimEnd());
  failed ||= code !== 0;
}

function run(args: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
      });
    }
    child.on('exit', (code) => resolve({ code: code ?? 1, output }));
  });
}

function longFiles(): string[] {
  return globSync(['src/**/*.ts', 'test/**/*.ts', 'bin/*'])
    .filter((file) => !file.includes('.generated.'))
    .map((file) => [readFileSync(file, 'utf8').split('\n').length - 1, file] as const)
    .filter(([lines]) => lines > HARD_LIMIT)
    .map(([lines, file]) => `${file}: ${lines}`);
}
