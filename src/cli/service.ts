import type { FastifyInstance } from 'fastify';
import { schedule } from 'node-cron';
import type { Logger } from 'pino';
import { buildServer } from '../api/server.ts';
import type { Config } from '../config/schema.ts';
import { readSecret } from '../config/secret.ts';
import { LogmillError } from '../errors.ts';
import type { MainLine } from '../main-line.ts';
import { failureFields, type Store } from '../store/client.ts';
import { sweepRetention } from '../store/retention.ts';
import type { Telemetry } from '../telemetry.ts';
import type { Lock } from './lock.ts';
import { VERSION } from './version.ts';
import { startWatching, type Watching } from './watching.ts';

/** Rules have grid times of their own; this is only how often it is looked whether one is due. */
const EVALUATE = '*/5 * * * * *';

export type ServiceOptions = {
  readonly config: Config;
  readonly store: Store;
  readonly lock: Lock;
  readonly telemetry: Telemetry;
  readonly log: Logger;
  /** Absent under `serve`, which reads no files. */
  readonly mainLine: MainLine | undefined;
  /** Demo traffic: rules also look at the past that was written with it. */
  readonly demo: boolean;
  /** Where alerts are printed that the console is told of. */
  readonly print: (line: string) => void;
};

export type Service = { readonly url: string; readonly watching: Watching; close(): Promise<void> };

/** Serves API and page, evaluates rules, sends notifications and sweeps old data, until closed. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { config, store, lock, telemetry, log, mainLine } = options;
  const watching = await startWatching(options);
  const server = buildServer({
    config,
    store,
    telemetry,
    log: log.child({ part: 'http' }),
    version: VERSION,
    tokens: config.http.tokens.map(readSecret),
    lockToken: lock.token,
    agent: mainLine?.agent,
  });
  const url = await listen(server, config);
  lock.announce(Number(new URL(url).port));
  // A rule looks at what happens from its first evaluation on: that is now, not the scheduler's next beat. Demo traffic
  // is looked at once its past is there.
  if (!options.demo) void watching.evaluate();
  const scheduling = { noOverlap: true, logger: scheduleLog(log.child({ part: 'schedule' })) };
  const tasks = [
    schedule(EVALUATE, () => watching.evaluate(), scheduling),
    schedule(config.retention.schedule, () => sweep(options), scheduling),
  ];
  return {
    url,
    watching,
    close: async () => {
      for (const task of tasks) await task.destroy();
      await watching.close();
      await server.close();
    },
  };
}

/**
 * The scheduler writes to the console unless told otherwise. A beat that is left out because the one before still runs
 * is no news: the next one does what is due.
 */
function scheduleLog(log: Logger) {
  const quiet = (message: string | Error) => log.debug({ detail: String(message) }, 'the scheduler says');
  const loud = (message: string | Error, err?: Error) => log.error({ err: err ?? message }, 'a scheduled task failed');
  return { info: quiet, debug: quiet, warn: quiet, error: loud };
}

async function listen(server: FastifyInstance, { http }: Config): Promise<string> {
  try {
    await server.listen({ host: http.host, port: http.port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw new LogmillError('PORT_BUSY', { host: http.host, port: http.port }, {}, error);
    throw error;
  }
  const address = server.server.address();
  if (address === null || typeof address === 'string') throw new Error('BUG: the server listens on no port');
  return `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}/`;
}

async function sweep({ store, config, log }: ServiceOptions): Promise<void> {
  try {
    const removed = await sweepRetention(store, config.retention);
    if (removed.length > 0) log.info({ removed }, 'retention removed old slices');
  } catch (error) {
    log.error(failureFields(error), 'the retention sweep failed; it is tried again at its next time');
  }
}
