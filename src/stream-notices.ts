import type { Logger } from 'pino';
import type { Drift, Notice } from './pipeline/stage.ts';
import type { Telemetry } from './telemetry.ts';

/** Names that a source makes up without end must not fill the memory. */
const MOST_TOLD = 10_000;
const CHANGES = { new: 'is new', changed: 'is not what it was', missing: 'is missing' } as const;

/** Where a notice is from. */
type Origin = { readonly pipeline: string; readonly dataset: string };

/**
 * Takes what stages of all inputs and threads say of streams: every breach of a contract is counted; of each field that
 * drifts and how, logmill's own log, and so its stream, has one event.
 */
export function streamNotices(
  { contractBreaches, contractDrift }: Pick<Telemetry, 'contractBreaches' | 'contractDrift'>,
  log: Pick<Logger, 'warn'>,
): (notice: Notice, origin: Origin) => void {
  const told = new Set<string>();

  function drifted(drift: Drift, { pipeline, dataset }: Origin): void {
    const { kind: _, ...what } = drift;
    const { contract, field, change, detail } = what;
    const key = JSON.stringify([dataset, contract, change, field]);
    if (told.has(key) || told.size >= MOST_TOLD) return;
    told.add(key);
    contractDrift.inc({ dataset, contract, change });
    log.warn({ ...what, pipeline, stream: dataset }, `contract ${contract}: ${field} ${CHANGES[change]}: ${detail}`);
  }

  return (notice, origin) => {
    if (notice.kind === 'drift') drifted(notice, origin);
    else {
      const { contract, outcome, events } = notice;
      contractBreaches.inc({ dataset: origin.dataset, contract, outcome }, events);
    }
  };
}
