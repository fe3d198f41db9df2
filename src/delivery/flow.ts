/** How many bulks may be under way, and how large one may be. */
export type FlowState = {
  readonly concurrency: number;
  readonly bytes: number;
};

export type FlowLimits = { readonly concurrency: number; readonly bytes: number; readonly smallestBytes: number };

/** What a bulk came to, as far as it says something of how much the store can take. */
export type Experience =
  /** It was answered after `ms`. */
  | { readonly kind: 'taken'; readonly ms: number; readonly bytes: number }
  /** 429, 503 or no answer in time. */
  | { readonly kind: 'overloaded' }
  /** 413. */
  | { readonly kind: 'too_large'; readonly bytes: number };

/** Latencies below this are no sign of overload, whatever the best one was: a busy process of ours takes as long. ms. */
const QUICK_MS = 500;
/** A bulk that takes so many times the best one found the store busy. */
const SLOW_FACTOR = 2;
/** How much the best latency is forgotten with each bulk, so that it follows a store that has become slower for good. */
const FORGET = 1.01;
/** Only bulks of at least this share of the full size are compared. */
const COMPARABLE = 0.5;
const SHRINK = 0.7;
/** The size grows by this share of the full one with each good bulk. */
const GROWTH = 1 / 64;
/** Bulks after which a size that was refused is tried again. */
const REMEMBERED = 1000;

/**
 * Finds out how much the store can take: additive increase of the bulks under way, by one a round, while they are
 * answered in time; multiplicative decrease at a sign of overload, once a round, for the bulks sent before it tell
 * nothing new. When only one is left, the size of a bulk goes down instead. Starts at one, so that a shipper that comes
 * back to a struggling store does not throw its whole backlog at it. Never zero, never above the limits. No clock.
 */
export function createFlow(limits: FlowLimits) {
  const { smallestBytes } = limits;
  const most = Math.max(limits.bytes, smallestBytes);
  let concurrency = 1;
  let bytes = most;
  let best = Number.POSITIVE_INFINITY;
  /** Half of what was refused last, while that is remembered: to grow towards it would only meet it again. */
  let ceiling = most;
  let sinceRefusal = 0;
  let sent = 0;
  /** Bulks sent up to this one knew nothing of the last decrease. */
  let decreasedAt = 0;

  function decrease(ticket: number, factor: number): void {
    if (ticket <= decreasedAt) return;
    decreasedAt = sent;
    if (Math.floor(concurrency) > 1) concurrency = Math.max(1, concurrency * factor);
    else bytes = Math.max(smallestBytes, Math.floor(bytes * factor));
  }

  function isSlow(ms: number): boolean {
    best = Math.min(ms, best * FORGET);
    return ms > QUICK_MS && ms > best * SLOW_FACTOR;
  }

  function increase(): void {
    concurrency = Math.min(limits.concurrency, concurrency + 1 / Math.floor(concurrency));
    if (++sinceRefusal > REMEMBERED) ceiling = most;
    bytes = Math.max(bytes, Math.min(ceiling, Math.ceil(bytes + most * GROWTH)));
  }

  return {
    /** Bulks that may be under way now. */
    concurrency: (): number => Math.floor(concurrency),
    /** Largest body now. */
    bytes: (): number => bytes,
    /** A bulk is sent. Returns its ticket, for `learn`. */
    begin: (): number => ++sent,
    learn(ticket: number, experience: Experience): void {
      if (experience.kind === 'overloaded') {
        decrease(ticket, 0.5);
      } else if (experience.kind === 'too_large') {
        sinceRefusal = 0;
        bytes = Math.max(smallestBytes, Math.min(bytes, Math.floor(experience.bytes / 2)));
        ceiling = bytes;
      } else if (experience.bytes >= bytes * COMPARABLE && isSlow(experience.ms)) {
        decrease(ticket, SHRINK);
      } else {
        increase();
      }
    },
  };
}

export type Flow = ReturnType<typeof createFlow>;
