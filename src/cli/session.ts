import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { findConfig, loadConfig, type Overrides } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { LogmillError } from '../errors.ts';
import { openStore, type Store } from '../store/client.ts';
import { claimLock, type Lock, lockHolder } from './lock.ts';

const SHIPPED_CONFIG = path.resolve(import.meta.dirname, '..', '..', 'config', 'logmill.yaml');

/** Options every command has. */
export type CommonOptions = { config?: string; data?: string };

/** Adds --config and --data. */
export function withCommonOptions(command: Command): Command {
  return command
    .option('--config <file>', 'configuration (default: logmill.yaml, then config/logmill.yaml)')
    .option('--data <folder>', 'data folder, instead of the configured one');
}

/** Folders and files below the data folder. */
export function places(config: Config) {
  return {
    store: path.join(config.data, 'store'),
    state: path.join(config.data, 'state'),
    storeLock: path.join(config.data, 'logmill.lock'),
    agentLock: path.join(config.data, 'agent.lock'),
    logFile: path.join(config.data, 'logs', 'logmill.log'),
  };
}

/** Loads the configuration a command was called with. */
export async function readConfig(options: CommonOptions, overrides: Overrides = {}): Promise<Config> {
  const data = options.data === undefined ? {} : { data: path.resolve(options.data) };
  return (await loadConfig(configFile(options), { ...overrides, ...data })).config;
}

/**
 * The configuration file to use: the one named, else the folder's own, else the one of the checkout this runs from.
 * @throws LogmillError CONFIG_NOT_FOUND
 */
export function configFile({ config }: CommonOptions): string {
  try {
    return findConfig(config);
  } catch (error) {
    if (existsSync(SHIPPED_CONFIG)) return SHIPPED_CONFIG;
    throw error;
  }
}

/** A store for one command, with the lock it needed. */
export type Reached = { readonly store: Store; readonly lock: Lock | undefined; close(): Promise<void> };

/**
 * The configured store. The embedded one belongs to one process: a running server is asked over HTTP, otherwise this
 * process claims the data folder for as long as it runs; a command that holds it for a moment is waited for.
 * @param command name of the command, for who finds the folder claimed.
 * @param unserved what to do where no server runs: `open` the store that is there, `create` it where there is none, or
 *   `refuse`, for what would keep the folder for long.
 * @throws LogmillError DATA_LOCKED when another process holds the folder without serving it, DATA_ABSENT, SERVER_ABSENT
 */
export async function reachStore(
  config: Config,
  command: string,
  unserved: 'open' | 'create' | 'refuse' = 'open',
): Promise<Reached> {
  if (config.store.elasticsearch !== undefined) return owned(await openStore(config), undefined);
  const holder = lockHolder(places(config).storeLock);
  if (holder?.port !== undefined) return owned(await connectToServer(config, holder.port, holder.token), undefined);
  if (unserved === 'refuse') throw new LogmillError('SERVER_ABSENT', { data: config.data });
  // Before the lock is taken: that would make the folder.
  if (unserved === 'open' && !existsSync(places(config).store))
    throw new LogmillError('DATA_ABSENT', { path: config.data, what: 'store' });
  const lock = await claimLock(places(config).storeLock, command);
  try {
    return owned(await openStore(config), lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

function owned(store: Store, lock: Lock | undefined): Reached {
  return {
    store,
    lock,
    close: async () => {
      await store.close();
      lock?.release();
    },
  };
}

/** Base URL of the running server as this machine reaches it. */
export function serverAddress(config: Config, port: number): string {
  const any = ['0.0.0.0', '::', 'localhost'].includes(config.http.host);
  const host = any ? '127.0.0.1' : config.http.host;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

async function connectToServer(config: Config, port: number, token: string): Promise<Store> {
  const { Client } = await import('@elastic/elasticsearch');
  const node = `${serverAddress(config, port)}/es`;
  const client = new Client({ node, auth: { bearer: token }, maxRetries: 0 });
  return { client, home: 'embedded', place: node, engine: undefined, close: () => client.close() };
}
