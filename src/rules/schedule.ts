/** Grid times are multiples of the interval since the epoch, so that any run, restart or backtest meets the same ones. */
export function gridTimeAtOrBefore(time: number, interval: number): number {
  return Math.floor(time / interval) * interval;
}

/** Grid times in (after, until]. */
export function* gridTimes(after: number, until: number, interval: number): Generator<number> {
  for (let at = gridTimeAtOrBefore(after, interval) + interval; at <= until; at += interval) yield at;
}

export type Plan = {
  /** Evaluate the grid times in (after, until]; nothing is due when they are equal. */
  readonly after: number;
  readonly until: number;
  /** Grid times given up because they lie further back than the catch-up reaches. */
  readonly leftOut: { readonly after: number; readonly until: number; readonly count: number } | undefined;
};

/**
 * Which grid times are due.
 * @param cursor last grid time evaluated.
 * @param now the clock, already less the delay given to events on their way.
 * @param catchUp how far back missed grid times are made up for, ms.
 * @param limit most grid times in one go; the rest is due at once again.
 */
export function planGrid(cursor: number, now: number, interval: number, catchUp: number, limit: number): Plan {
  const newest = gridTimeAtOrBefore(now, interval);
  const oldest = Math.min(gridTimeAtOrBefore(now - catchUp, interval), newest - interval);
  const after = Math.max(cursor, oldest);
  const until = Math.max(after, Math.min(newest, after + limit * interval));
  const count = Math.round((after - cursor) / interval);
  return { after, until, leftOut: count > 0 ? { after: cursor, until: after, count } : undefined };
}
