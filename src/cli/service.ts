import { schedule } from 'node-cron';
import type { Logger } from 'pino';
import type { Receiving } from '../api/options.ts';
import { buildServer } from '../api/server.ts';
import type { Config } from '../config/schema.ts';
import { readSecret } from '../config/secret.ts';
import type { MainLine } from '../main-line.ts';
import { failureFields, type Store } from '../store/client.ts';
import { sweepRetention } from '../store/retention.ts';
import type { Telemetry } from '../telemetry.ts';
import { closeServer, listen } from './listen.ts';
import type { Lock } from './lock.ts';
import { VERSION } from './version.ts';
import { startWatching } from './watching.ts';

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
  /** Takes lines of senders; absent like the main line. */
  readonly receiving?: Receiving;
  /** Demo traffic: rules also look at the past that was written with it. */
  readonly demo: boolean;
  /** Rules and retention wait for it: what they write needs the templates. By default the store is there. */
  readonly storeReady?: Promise<void>;
  /** Where alerts are printed that the console is told of. */
  readonly print: (line: string) => void;
};

export type Service = {
  readonly url: string;
  /** Rules at work now. */
  readonly rules: number;
  /** Takes rules and notifications anew. Throws LogmillError for the first fault in them, with the old ones still at work. */
  watchAnew(config: Config): Promise<void>;
  close(): Promise<void>;
};

/** Serves API and page, evaluates rules, sends notifications and sweeps old data, until closed. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { config, store, lock, telemetry, log, mainLine } = options;
  let watching = await startWatching(options);
  const server = buildServer({
    config,
    store,
    telemetry,
    log: log.child({ part: 'http' }),
    version: VERSION,
    tokens: config.http.tokens.map(readSecret),
    lockToken: lock.token,
    agent: mainLine?.agent,
    receiving: options.receiving,
  });
  const url = await listen(server, { host: config.http.host, port: config.http.port });
  lock.announce(Number(new URL(url).port));
  let isReady = false;
  const evaluate = async () => {
    if (isReady) await watching.evaluate();
  };
  const begin = () => {
    isReady = true;
    // A rule looks at what happens from its first evaluation on: that is now, not the scheduler's next beat. Demo traffic
    // is looked at once its past is there.
    if (!options.demo) void watching.evaluate();
  };
  if (options.storeReady === undefined) begin();
  // The main line ends with what the store refuses.
  else void options.storeReady.then(begin, () => {});
  const scheduling = { noOverlap: true, logger: scheduleLog(log.child({ part: 'schedule' })) };
  const tasks = [
    schedule(EVALUATE, evaluate, scheduling),
    schedule(config.retention.schedule, async () => (isReady ? sweep(options) : undefined), scheduling),
  ];
  return {
    url,
    get rules() {
      return watching.rules;
    },
    async watchAnew(now) {
      const next = await startWatching({ ...options, config: now });
      const before = watching;
      watching = next;
      await before.close();
      // As at the start: a new rule looks at what happens from its first evaluation on.
      if (isReady) void next.evaluate();
    },
    close: async () => {
      for (const task of tasks) await task.destroy();
      await watching.close();
      await closeServer(server);
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

async function sweep({ store, config, log }: ServiceOptions): Promise<void> {
  try {
    const removed = await sweepRetention(store, config.retention);
    if (removed.length > 0) log.info({ removed }, 'retention removed old slices');
  } catch (error) {
    log.error(failureFields(error), 'the retention sweep failed; it is tried again at its next time');
  }
}
