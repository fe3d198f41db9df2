import { createRecentCache } from '../user-agent/recent-cache.ts';

export type FinderParts = {
  /** Undefined where the name system says that there is none. Rejects where it says nothing. */
  readonly ask: (key: string) => Promise<string | undefined>;
  /** Questions under way at once. */
  readonly concurrency: number;
  readonly cacheSize: number;
  /** How long an answer holds, ms; and that there is none, or no answer. */
  readonly foundMs: number;
  readonly missedMs: number;
  readonly now: () => number;
};

type Known = { readonly value: string | undefined; readonly until: number };
type Waiting = { readonly key: string; readonly until: number; readonly done: (value: string | undefined) => void };

/** After so many questions in a row without any answer nothing is asked for a while: every event would wait in vain. */
const MOST_FAILURES = 32;
const PAUSE_MS = 10_000;

/** Asks for names, each once at a time and not again while the answer holds. Never rejects. */
export class NameFinder {
  readonly #parts: FinderParts;
  readonly #known: ReturnType<typeof createRecentCache<Known>>;
  readonly #underWay = new Map<string, Promise<string | undefined>>();
  readonly #waiting: Waiting[] = [];
  #asking = 0;
  #failures = 0;
  #pausedUntil = Number.NEGATIVE_INFINITY;

  constructor(parts: FinderParts) {
    this.#parts = parts;
    this.#known = createRecentCache(parts.cacheSize);
  }

  /** What is known without asking. */
  known(key: string): Known | undefined {
    const known = this.#known.get(key);
    return known !== undefined && known.until > this.#parts.now() ? known : undefined;
  }

  /** @param until time after which it is too late to begin to ask. */
  async find(key: string, until: number): Promise<string | undefined> {
    const known = this.known(key);
    if (known !== undefined) return known.value;
    if (this.#parts.now() < this.#pausedUntil) return undefined;
    const same = this.#underWay.get(key);
    if (same !== undefined) return await same;
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    this.#underWay.set(key, promise);
    this.#waiting.push({ key, until, done: resolve });
    this.#next();
    return await promise;
  }

  #next(): void {
    const { concurrency, now } = this.#parts;
    while (this.#asking < concurrency) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      if (now() < next.until) void this.#ask(next);
      else this.#end(next, undefined);
    }
  }

  async #ask(waiting: Waiting): Promise<void> {
    const { ask, foundMs, missedMs, now } = this.#parts;
    this.#asking++;
    let value: string | undefined;
    try {
      value = await ask(waiting.key);
      this.#failures = 0;
    } catch {
      // No answer: the same as none, for a while.
      this.#failures++;
      if (this.#failures >= MOST_FAILURES) this.#pausedUntil = now() + PAUSE_MS;
    }
    this.#asking--;
    this.#known.set(waiting.key, { value, until: now() + (value === undefined ? missedMs : foundMs) });
    this.#end(waiting, value);
    this.#next();
  }

  #end({ key, done }: Waiting, value: string | undefined): void {
    this.#underWay.delete(key);
    done(value);
  }
}
