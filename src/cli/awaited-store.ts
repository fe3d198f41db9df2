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
  /** Resolves once it is known whether the store is there or is waited for; rejects with what it refuses at once, or when stopped before. */
  readonly asked: Promise<void>;
  /** Why it is waited for; undefined once it is there. */
  readonly missing: string | undefined;
};

/**
 * Waits for the store for as long as it takes, and says that.
 * @param options.after what was waited for before under another configuration: its templates come first.
 */
export function awaitStore(
  store: Store,
  config: Config,
  log: Logger,
  options: {
    readonly signal: AbortSignal;
    readonly pipelines: Pipelines;
    readonly say?: (message: string) => void;
    readonly after?: AwaitedStore | undefined;
  },
): AwaitedStore {
  const { signal, pipelines, say = () => {}, after } = options;
  const { place } = store;
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
  // Whoever waits for it hears of it as well; nobody may be waiting yet.
  ready.catch(() => {});
  const asked = Promise.withResolvers<void>();
  asked.promise.catch(() => {});
  let missing: string | undefined = after?.missing ?? 'it has not answered yet';
  if (after?.missing !== undefined) asked.resolve();
  let since: number | undefined;
  const away = (reason: string) => {
    missing = reason;
    since = performance.now();
    asked.resolve();
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
    asked.resolve();
  };
  const prepare = () =>
    prepareStore(store, config, log, { waitMs: Number.POSITIVE_INFINITY, signal, pipelines, say: away });
  (after === undefined ? prepare() : after.ready.then(prepare)).then(there, (error: unknown) => {
    asked.reject(error);
    if (!signal.aborted) reject(error);
  });
  return {
    ready,
    asked: asked.promise,
    get missing() {
      return missing;
    },
  };
}
