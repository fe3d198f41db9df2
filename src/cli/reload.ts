import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { FSWatcher } from 'chokidar';
import type { Logger } from 'pino';
import type { Config } from '../config/schema.ts';
import { LogmillError } from '../errors.ts';
import type { Pipelines } from '../pipeline/pipelines.ts';
import type { ReloadableLine } from '../reloadable-line.ts';
import { failureFields, type Store } from '../store/client.ts';
import type { Telemetry } from '../telemetry.ts';
import { type AwaitedStore, awaitStore } from './awaited-store.ts';
import { expandGlobs } from './globs.ts';
import { loadInputPipelines, pipelineFolders } from './runtime.ts';
import { tryAddresses } from './try-addresses.ts';

/** What was read anew. */
export type Settings = { readonly config: Config; readonly pipelines: Pipelines };

export type ReloadOptions = {
  /** The configuration file. */
  readonly file: string;
  readonly current: Settings;
  /** Reads and checks everything, as at start. Throws LogmillError for the first fault. */
  readonly read: () => Promise<Settings>;
  /**
   * Puts settings to work. Throws, with the old ones still at work, where they cannot be used.
   * @param hasOtherLines whether anything has changed that the way of lines depends on.
   */
  readonly apply: (settings: Settings, hasOtherLines: boolean) => Promise<void>;
  readonly telemetry: Telemetry;
  readonly log: Logger;
  /** Whether a hang-up means to reload; a terminal that closes means to stop. */
  readonly onHangUp: boolean;
};

export type Reloading = { close(): Promise<void> };

/** Keys that are taken only at a start. */
const AT_START = ['data', 'host', 'http', 'store', 'retention', 'log'] as const;
const OF_LINES = ['inputs', 'delivery', 'dead_letters', 'namespace'] as const;
/** A burst of changes, as an editor or a package manager makes, is one, ms. */
const TOGETHER = 300;

/**
 * Takes the configuration anew at SIGHUP and when its files change: itself, own pipelines, rules, notifications. A faulty
 * one is refused in one line of the log, and the one at work stays.
 */
export async function startReloading(options: ReloadOptions): Promise<Reloading> {
  const reloading = new ConfigReloading(options);
  await reloading.watch();
  return reloading;
}

class ConfigReloading implements Reloading {
  readonly #options: ReloadOptions;
  #current: Settings;
  #watcher: FSWatcher | undefined;
  #soon: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #closed = false;
  /** When the files were read last: at first with the start of the process, ms since the epoch. */
  #readAt = performance.timeOrigin;
  readonly #hangUp = () => this.#reload();

  constructor(options: ReloadOptions) {
    this.#options = options;
    this.#current = options.current;
    this.#taken();
    if (options.onHangUp) process.on('SIGHUP', this.#hangUp);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#soon);
    process.off('SIGHUP', this.#hangUp);
    await this.#running;
    await this.#watcher?.close();
  }

  async watch(): Promise<void> {
    const { watch } = await import('chokidar');
    const { config } = this.#current;
    const rules: string[] = await expandGlobs(config.rules).catch(() => []);
    const wild = config.rules.filter((pattern) => !rules.includes(pattern));
    const folders = [...pipelineFolders(config), ...wild.map((pattern) => path.dirname(pattern))];
    const files = [this.#options.file, ...(config.notify === undefined ? [] : [config.notify]), ...rules];
    await this.#watcher?.close();
    this.#watcher = watch([...new Set([...files, ...folders])], {
      ignoreInitial: true,
      depth: 0,
      // Logs may lie beside it.
      ignored: (file, stats) => stats?.isFile() === true && !files.includes(file) && !/\.ya?ml$/.test(file),
    });
    this.#watcher.on('all', () => this.#later());
    this.#watcher.on('error', (error) => this.#options.log.warn({ err: error }, 'the configuration is not watched'));
    await once(this.#watcher, 'ready');
    // It may have changed since this process read it and before it was watched.
    const changedAt = await Promise.all(
      files.map(async (file) => (await stat(file).catch(() => undefined))?.mtimeMs ?? 0),
    );
    if (Math.max(...changedAt) > this.#readAt) this.#later();
  }

  #later(): void {
    if (this.#closed) return;
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => this.#reload(), TOGETHER);
  }

  #reload(): void {
    this.#running = this.#running.then(() => (this.#closed ? undefined : this.#take()));
  }

  async #take(): Promise<void> {
    const { read, apply, log, telemetry } = this.#options;
    this.#readAt = Date.now();
    try {
      const next = await read();
      const hasOtherLines = haveOtherLines(this.#current, next);
      const atStart = AT_START.filter((key) => !isSame(this.#current.config[key], next.config[key]));
      if (atStart.length > 0) log.warn({ keys: atStart }, 'these keys have changed and are taken at the next start');
      // What cannot change meanwhile stays as it is at work.
      const usable = { ...next, config: { ...next.config, ...keysOf(this.#current.config) } };
      await tryAddresses(this.#current.config, usable.config);
      await apply(usable, hasOtherLines);
      this.#current = usable;
      this.#taken();
      log.info({ inputs: usable.config.inputs.length, hasOtherLines }, 'the configuration is taken anew');
      await this.watch();
    } catch (error) {
      telemetry.reloadSuccess.set(0);
      log.error(faultOf(error), 'the new configuration is refused; the one before stays at work');
    }
  }

  #taken(): void {
    this.#options.telemetry.reloadSuccess.set(1);
    this.#options.telemetry.reloadSeconds.set(Math.floor(Date.now() / 1000));
  }
}

/**
 * Makes what lets lines go on under other settings. A store that is away does not keep them from it: what they read waits
 * until it has their templates. That throws what the store refuses, and LogmillError RELOAD_STDIN.
 */
export function lineSettings(parts: {
  readonly mainLine: ReloadableLine;
  readonly store: Store;
  readonly awaited: AwaitedStore | undefined;
  readonly log: Logger;
  readonly stop: AbortSignal;
}): (settings: Settings) => Promise<void> {
  const { mainLine, store, log, stop } = parts;
  let { awaited: after } = parts;
  return async ({ config, pipelines }) => {
    if (config.inputs.some(({ stdin }) => stdin === true)) throw new LogmillError('RELOAD_STDIN', {});
    const awaited = awaitStore(store, config, log, { signal: stop, pipelines, after });
    await awaited.asked;
    after = awaited;
    await mainLine.replace(config, pipelines, awaited.ready);
  };
}

/** A configuration with the pipelines it names. Throws LogmillError for the first fault in them. */
export async function withPipelines(config: Config): Promise<Settings> {
  return { config, pipelines: await loadInputPipelines(config) };
}

/**
 * A hang-up ends a process that does not listen for it, so this comes first of all. What changes while the process starts
 * is seen by the time of the files, once they are watched.
 */
export function surviveHangUps(): void {
  if (!isTerminal()) process.on('SIGHUP', () => {});
}

/** Whether a person started this in a terminal, whose closing hangs up. */
export function isTerminal(): boolean {
  return process.stdin.isTTY || process.stdout.isTTY;
}

function haveOtherLines(before: Settings, next: Settings): boolean {
  return (
    OF_LINES.some((key) => !isSame(before.config[key], next.config[key])) ||
    !isSame(before.pipelines.own, next.pipelines.own)
  );
}

function keysOf(config: Config): Pick<Config, (typeof AT_START)[number]> {
  const { data, host, http, store, retention, log } = config;
  return { data, host, http, store, retention, log };
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function faultOf(error: unknown): object {
  if (!(error instanceof LogmillError)) return failureFields(error);
  const { code, message, where } = error;
  return { code, reason: message, ...where };
}
