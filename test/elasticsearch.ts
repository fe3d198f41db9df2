import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chownSync, existsSync, readdirSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findProgram } from './lanes.ts';

export type RunningElasticsearch = { readonly url: string; stop(): Promise<void> };
export type Skip = { readonly skip: string };

const VERSION = '9.3.2';
const CACHED = fileURLToPath(new URL(`../.cache/elasticsearch/elasticsearch-${VERSION}.zip`, import.meta.url));
/** Starting takes 10 to 20 s on two cores; a loaded machine may take several times that. */
const START_MS = 180_000;
const OLDEST_JAVA = 21;
const NOBODY = 65_534;
const run = promisify(execFile);

/**
 * Where tests find Elasticsearch; undefined skips what needs it. The check runner starts one for all tests with
 * `startElasticsearch` and hands it on in ELASTICSEARCH_URL; a test alone runs with one that is set by hand.
 */
export function elasticsearchUrl(): string | undefined {
  return process.env['ELASTICSEARCH_URL'];
}

/** The line that says why tests of Elasticsearch do not run here. */
export const ELASTICSEARCH_SKIP = 'no Elasticsearch here: ELASTICSEARCH_URL is not set';

/**
 * A real Elasticsearch for the tests: the one at ELASTICSEARCH_URL, else a core of our own from
 * `.cache/elasticsearch/` or $LOGMILL_ELASTICSEARCH_ZIP on a free port with a fresh data folder.
 */
export async function startElasticsearch(): Promise<RunningElasticsearch | Skip> {
  const given = elasticsearchUrl();
  if (given !== undefined) return { url: given, stop: async () => {} };
  const zip = process.env['LOGMILL_ELASTICSEARCH_ZIP'] ?? CACHED;
  if (!existsSync(zip)) return { skip: `no ${zip}` };
  const java = await findJava();
  if (java === undefined) return { skip: `no JDK of version ${OLDEST_JAVA} or newer` };
  if (findProgram('unzip') === undefined) return { skip: 'no unzip' };
  const folder = await mkdtemp(join(tmpdir(), 'logmill-elasticsearch-'));
  try {
    return await launch(zip, java, folder);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    return { skip: `Elasticsearch did not start: ${(error as Error).message}` };
  }
}

async function launch(zip: string, java: string, folder: string): Promise<RunningElasticsearch> {
  await run('unzip', ['-q', zip, '-d', folder]);
  const home = join(folder, readdirSync(folder).find((name) => name.startsWith('elasticsearch')) ?? '');
  const root = process.getuid?.() === 0;
  if (root) {
    await chmod(folder, 0o755);
    giveTo(home, NOBODY);
  }
  const [http, transport] = [await freePort(), await freePort()];
  const settings = {
    'discovery.type': 'single-node',
    'xpack.security.enabled': 'false',
    'http.port': http,
    'transport.port': transport,
    'cluster.routing.allocation.disk.threshold_enabled': 'false',
    'action.destructive_requires_name': 'false',
  };
  const child = spawn(
    join(home, 'bin', 'elasticsearch'),
    Object.entries(settings).flatMap(([name, value]) => ['-E', `${name}=${value}`]),
    {
      cwd: home,
      detached: true,
      stdio: 'ignore',
      env: { PATH: process.env['PATH'], ES_JAVA_HOME: java, ES_JAVA_OPTS: '-Xms1g -Xmx1g' },
      ...(root ? { uid: NOBODY, gid: NOBODY } : {}),
    },
  );
  const stop = async () => {
    await stopGroup(child);
    await rm(folder, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${http}`;
  try {
    await healthy(url, child);
  } catch (error) {
    const log = await readFile(join(home, 'logs', 'elasticsearch.log'), 'utf8').catch(() => '');
    await stop();
    throw new Error(
      `${(error as Error).message} ${log
        .split('\n')
        .filter((line) => /ERROR|fatal/i.test(line))
        .slice(0, 2)
        .join(' ')}`.trim(),
    );
  }
  return { url, stop };
}

function giveTo(path: string, user: number): void {
  chownSync(path, user, user);
  for (const entry of readdirSync(path, { withFileTypes: true, recursive: true })) {
    chownSync(join(entry.parentPath, entry.name), user, user);
  }
}

async function healthy(url: string, child: ChildProcess): Promise<void> {
  const until = Date.now() + START_MS;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}.`);
    try {
      const response = await fetch(`${url}/_cluster/health?wait_for_status=yellow&timeout=5s`);
      if (response.ok) return;
    } catch {
      // Not listening yet.
    }
    if (Date.now() > until) throw new Error('it did not answer in time.');
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

/** Ends the launcher and the JVM below it, which share a process group of their own. */
async function stopGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const signal = (name: NodeJS.Signals) => {
    try {
      process.kill(-child.pid!, name);
    } catch {
      // Gone already.
    }
  };
  signal('SIGTERM');
  const impatient = setTimeout(() => signal('SIGKILL'), 15_000);
  await ended;
  clearTimeout(impatient);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Home of a JDK that Elasticsearch runs on. */
async function findJava(): Promise<string | undefined> {
  const roots = ['/usr/lib/jvm', '/opt/java', '/Library/Java/JavaVirtualMachines'];
  const installed = roots
    .filter((root) => existsSync(root))
    .flatMap((root) => readdirSync(root).map((name) => join(root, name)));
  const homes = [
    process.env['ES_JAVA_HOME'],
    process.env['JAVA_HOME'],
    ...installed,
    ...installed.map((home) => join(home, 'Contents/Home')),
  ];
  for (const home of homes) {
    if (home !== undefined && (await javaVersion(home)) >= OLDEST_JAVA) return home;
  }
  return undefined;
}

async function javaVersion(home: string): Promise<number> {
  const program = join(home, 'bin', 'java');
  if (!existsSync(program)) return 0;
  const { stderr } = await run(program, ['-version']).catch(() => ({ stderr: '' }));
  return Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0);
}
