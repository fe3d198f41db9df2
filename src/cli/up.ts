import path from 'node:path';
import type { Command } from 'commander';
import type { Config } from '../config/schema.ts';
import { openOwnLog } from '../log.ts';
import type { Pipelines } from '../pipeline/pipelines.ts';
import { ReloadableLine } from '../reloadable-line.ts';
import { openStore, type Store } from '../store/client.ts';
import { createTelemetry, type Telemetry } from '../telemetry.ts';
import { type AwaitedStore, awaitStore } from './awaited-store.ts';
import { printBanner, watchProgress } from './banner.ts';
import { demoInputs, startDemoTraffic } from './demo-traffic.ts';
import { namedFiles, requireFiles } from './inputs.ts';
import { claimLock } from './lock.ts';
import { giveBackGarbage } from './memory.ts';
import { rotateOwnLog } from './own-log.ts';
import { Receivers } from './receivers.ts';
import { isTerminal, lineSettings, startReloading, surviveHangUps, withPipelines } from './reload.ts';
import { identifyHost, loadInputPipelines } from './runtime.ts';
import { startService } from './service.ts';
import { type CommonOptions, configFile, places, readConfig, withCommonOptions } from './session.ts';
import { startStats } from './stats.ts';
import { stopSignal } from './stop-signal.ts';
import { progressLine } from './terminal.ts';
import { VERSION } from './version.ts';
import { readWatching } from './watching.ts';
import { portNumber } from './whole-number.ts';

const DRAIN_MS = 10_000;

type Options = CommonOptions & { port?: number; demo?: boolean; pipeline?: string };

export function define(command: Command): void {
  withCommonOptions(command)
    .argument('[files...]', 'tail these instead of the configured inputs; their format is found by their first lines')
    .option('--pipeline <name>', 'pipeline of the files named')
    .option('--port <n>', 'port of API and page', portNumber)
    .option('--demo', 'write made-up traffic into the data folder and ship it')
    .addHelpText(
      'after',
      '\nExamples:\n  $ logmill up\n  $ logmill up /var/log/shop/app.log --port 4700\n  $ logmill up --demo',
    )
    .action(up);
}

async function up(files: readonly string[], options: Options, command: Command): Promise<void> {
  requireFiles(files, options, command);
  const started = performance.now();
  const read = () => configure(files, options);
  const config = await read();
  const stop = stopSignal();
  surviveHangUps();
  const closers: Closer[] = [];
  try {
    await runEverything({ config, read, options, demo: options.demo === true, started, stop, closers });
  } catch (error) {
    if (!stop.aborted) throw error;
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

type Closer = () => Promise<void> | void;
type Run = {
  readonly config: Config;
  /** Reads the configuration anew. */
  readonly read: () => Promise<Config>;
  readonly options: CommonOptions;
  readonly demo: boolean;
  readonly started: number;
  readonly stop: AbortSignal;
  /** What to undo at the end, last first. */
  readonly closers: Closer[];
};

/** Opens everything from the store up, waits for the end, and leaves the closing to `closers`. */
async function runEverything({ config, read, options, demo, started, stop, closers }: Run): Promise<void> {
  const lock = await claimLock(places(config).storeLock, 'up');
  closers.push(() => lock.release());
  const agentLock = await claimLock(places(config).agentLock, 'up');
  closers.push(() => agentLock.release());
  const own = openOwnLog(places(config).logFile, config.log.level);
  const { log } = own;
  const pipelines = await loadInputPipelines(config);
  const store = await openStore(config);
  closers.push(() => store.close());
  const line = progressLine();
  const awaited = awaitStore(store, config, log, { signal: stop, pipelines, say: line.print });
  // The embedded one is this process: there is no waiting, and everything finds it in order.
  if (store.home === 'embedded') await Promise.race([awaited.ready, aborted(stop)]);
  const telemetry = createTelemetry();
  if (demo) startDemoTraffic(demoFolder(config), stop);
  const mainLine = await startReading(config, store, awaited, pipelines, telemetry, own);
  closers.push(() => mainLine.stop(DRAIN_MS).catch(() => {}));
  const receivers = await Receivers.start({ config, pipelines, mainLine, hasApi: true, telemetry, log });
  closers.push(() => receivers.close());
  const receiving = receivers.api;
  const service = await startService({
    config,
    store,
    lock,
    telemetry,
    log,
    mainLine,
    receiving,
    demo,
    storeReady: awaited.ready,
    print: line.print,
  });
  closers.push(() => service.close());
  const applyToLines = lineSettings({ mainLine, store, awaited, log, stop });
  const reloading = await startReloading({
    file: configFile(options),
    current: { config, pipelines },
    read: async () => {
      const next = await read();
      await readWatching(next);
      return await withPipelines(next);
    },
    apply: async (next, hasOtherLines) => {
      if (hasOtherLines) await applyToLines(next);
      await receivers.apply(next);
      await service.watchAnew(next.config);
    },
    telemetry,
    log,
    onHangUp: !isTerminal(),
  });
  closers.push(() => reloading.close());
  const rotation = rotateOwnLog(config, own, mainLine.agent);
  const stats = startStats(mainLine, telemetry, log);
  const startedIn = performance.now() - started;
  const { url, rules } = service;
  log.info({ store: store.place, url, version: VERSION }, 'logmill is up');
  const banner = printBanner({ config, options, store, awaited, mainLine, url, rules, startedIn });
  await Promise.race([banner, mainLine.done, aborted(stop)]);
  giveBackGarbage();
  const progress = watchProgress(mainLine, line);
  closers.push(() => {
    progress.end();
    process.stdout.write('stopping: what is under way is finished first\n');
    log.info('stopping');
    stats.stop();
    rotation.stop();
  });
  await Promise.race([mainLine.done, aborted(stop)]);
}

async function configure(files: readonly string[], options: Options): Promise<Config> {
  const port = options.port === undefined ? {} : { port: options.port };
  if (options.demo === true) {
    const config = await readConfig(options, port);
    return await readConfig({ ...options, data: config.data }, { ...port, inputs: demoInputs(demoFolder(config)) });
  }
  return await readConfig(options, files.length === 0 ? port : { ...port, inputs: namedFiles(files, options) });
}

function demoFolder(config: Config): string {
  return path.join(config.data, 'demo');
}

async function startReading(
  config: Config,
  store: Store,
  awaited: AwaitedStore,
  pipelines: Pipelines,
  telemetry: Telemetry,
  own: ReturnType<typeof openOwnLog>,
): Promise<ReloadableLine> {
  return new ReloadableLine({
    config,
    store,
    pipelines,
    stateFolder: places(config).state,
    host: await identifyHost(config),
    once: false,
    storeReady: awaited.ready,
    telemetry,
    log: own.log,
  });
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
