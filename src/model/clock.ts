/** Time as the product sees it; tests turn it by hand, or run without waiting. */
export type Clock = {
  /** Milliseconds since the epoch: what people and files call the time. It may be set back or forth. */
  now(): number;
  /** Milliseconds since some moment: only goes on, so that waits are counted by it. */
  steady(): number;
  /** Calls `run` once after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
};

export const systemClock: Clock = {
  now: Date.now,
  steady: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
