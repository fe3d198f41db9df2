import type { Logger } from 'pino';
import type { Config } from '../config/schema.ts';
import type { Pipelines } from '../pipeline/pipelines.ts';
import type { Store } from '../store/client.ts';
import { prepareStore } from './runtime.ts';

/** A store that may not be there yet: senders are served meanwhile, for what is not taken from them is gone. */
export type AwaitedStore = {
  /**
   * Resolves once the store is there and has its templates: before that nothing may be delivered, or it would map fields
   * by its own guess. Rejects with what it refuses; stays open when stopped before.
   */
  readonly ready: Promise<void>;
  /** Why it is waited for; undefined once it is there. */
  readonly missing: string | undefined;
};

/** Waits for the store for as long as it takes, and says that. */
export function awaitStore(
  store: Store,
  config: Config,
  log: Logger,
  options: { readonly signal: AbortSignal; readonly pipelines: Pipelines; readonly say?: (message: string) => void },
): AwaitedStore {
  const { signal, pipelines, say = () => {} } = options;
  const { place } = store;
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
  // Whoever waits for it hears of it as well; nobody may be waiting yet.
  ready.catch(() => {});
  let missing: string | undefined = 'it has not answered yet';
  let since: number | undefined;
  const away = (reason: string) => {
    missing = reason;
    since = performance.now();
    log.warn({ place, reason }, 'waiting for the store; what others send is kept on disk meanwhile, files wait');
    say(`waiting for ${place}: ${reason}; what others send is kept on disk meanwhile, files wait`);
  };
  const there = () => {
    missing = undefined;
    if (since !== undefined) {
      log.info({ place, waited_ms: Math.round(performance.now() - since) }, 'the store is there');
      say(`${place} is there`);
    }
    resolve();
  };
  prepareStore(store, config, log, { waitMs: Number.POSITIVE_INFINITY, signal, pipelines, say: away }).then(
    there,
    (error: unknown) => {
      if (!signal.aborted) reject(error);
    },
  );
  return {
    ready,
    get missing() {
      return missing;
    },
  };
}
