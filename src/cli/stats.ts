import type { Logger } from 'pino';
import type { MainLine } from '../main-line.ts';
import { addTally, emptyTally } from '../model/ledger.ts';
import type { Telemetry } from '../telemetry.ts';

const EVERY_MS = 60_000;

/**
 * Logs one line a minute about the pipeline's health: the source of the dashboard of that name. One line a minute,
 * whatever passes, so that reading its own log never feeds on itself.
 */
export function startStats({ agent, delivery }: MainLine, telemetry: Telemetry, log: Logger): { stop(): void } {
  let before = totals();
  function totals() {
    const tally = emptyTally();
    let unread = 0;
    let lines = 0;
    for (const entry of agent.files()) {
      addTally(tally, entry.tally);
      unread += entry.unread;
      lines += entry.read.lines;
    }
    return { tally, unread, lines };
  }
  const timer = setInterval(async () => {
    const now = totals();
    const change = (outcome: keyof typeof now.tally) =>
      Math.max(0, now.tally[outcome].lines - before.tally[outcome].lines);
    const retries = (await telemetry.retries.get()).values.reduce((sum, { value }) => sum + value, 0);
    const stats = {
      lines_in: Math.max(0, now.lines - before.lines),
      lines_out: change('indexed') + change('already_there'),
      rejected: change('dead_lettered'),
      dropped: change('dropped'),
      lag_bytes: now.unread,
      in_flight_bytes: delivery.status().inFlight.bytes,
      retries,
    };
    before = now;
    log.info({ logmill: { stats } }, 'pipeline health');
  }, EVERY_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
