import type { Logger } from 'pino';
import type { Counter } from 'prom-client';
import type { MainLine } from '../main-line.ts';
import type { Telemetry } from '../telemetry.ts';

const EVERY_MS = 60_000;

/**
 * Logs one line a minute about the pipeline's health: the source of the dashboard of that name. One line a minute,
 * whatever passes, so that reading its own log never feeds on itself. Counts are those of the minute, bytes those of the
 * moment.
 */
export function startStats(mainLine: MainLine, telemetry: Telemetry, log: Logger): { stop(): void } {
  const read = createStats(mainLine, telemetry);
  const timer = setInterval(async () => log.info({ logmill: { stats: await read() } }, 'pipeline health'), EVERY_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

/** Makes the reader of what happened since its last call. */
export function createStats({ agent, delivery }: Pick<MainLine, 'agent' | 'delivery'>, telemetry: Telemetry) {
  const before = new Map<string, number>();
  function change(name: string, now: number): number {
    const since = now - (before.get(name) ?? 0);
    before.set(name, now);
    return since;
  }
  return async () => {
    const outcomes = await totals(telemetry.outcomes, 'outcome');
    const outcome = (name: string) => change(name, outcomes.get(name) ?? 0);
    return {
      lines_in: change('lines', await total(telemetry.readLines)),
      lines_out: outcome('indexed') + outcome('already_there'),
      rejected: outcome('dead_lettered'),
      dropped: outcome('dropped'),
      lag_bytes: agent.files().reduce((sum, { unread }) => sum + unread, 0),
      in_flight_bytes: delivery.status().inFlight.bytes,
      retries: change('retries', await total(telemetry.retries)),
    };
  };
}

/** Sum of a counter over all its labels. */
export async function total(counter: Counter): Promise<number> {
  return (await counter.get()).values.reduce((sum, { value }) => sum + value, 0);
}

async function totals(counter: Counter, label: string): Promise<Map<string, number>> {
  const sums = new Map<string, number>();
  for (const { labels, value } of (await counter.get()).values) {
    const name = String((labels as Record<string, unknown>)[label]);
    sums.set(name, (sums.get(name) ?? 0) + value);
  }
  return sums;
}
