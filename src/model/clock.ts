/** Time as the product sees it; tests turn it by hand, or run without waiting. */
export type Clock = {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `run` once after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
};

export const systemClock: Clock = {
  now: Date.now,
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
