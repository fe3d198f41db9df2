import type { Agent } from '../agent/agent.ts';
import { isWanted } from '../agent/discover.ts';
import { createRotator, type Rotator } from '../agent/rotate/rotator.ts';
import type { Config } from '../config/schema.ts';
import type { OwnLog } from '../log.ts';
import { parseBytes } from '../model/units.ts';
import { places } from './session.ts';

const EVERY_MS = 10_000;

/** Rotates logmill's own log now and then as `log.rotate` says. */
export function rotateOwnLog(config: Config, own: OwnLog, agent: Agent | undefined): { stop(): void } {
  const rotator = ownLogRotator(config, own, agent);
  const timer = setInterval(() => {
    rotator
      .check()
      .catch((error: unknown) => own.log.error({ err: error }, 'the own log cannot be rotated; it is tried again'));
  }, EVERY_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

/**
 * What rotates logmill's own log. While an input reads it, only what the store has acknowledged is compressed or deleted;
 * where none does, its age in files alone counts.
 */
export function ownLogRotator(
  config: Config,
  { destination }: Pick<OwnLog, 'destination'>,
  agent: Pick<Agent, 'isAcknowledged'> | undefined,
): Rotator {
  const { logFile } = places(config);
  const { size, keep, compress } = config.log.rotate;
  const isRead = config.inputs.some(({ files = [], exclude = [] }) => isWanted(logFile, files, exclude));
  return createRotator({
    file: logFile,
    size: parseBytes(size),
    keep,
    compress,
    reopen: () => destination.reopen(),
    // Only what is acknowledged was compressed.
    isAcknowledged: (file) => agent === undefined || !isRead || file.endsWith('.gz') || agent.isAcknowledged(file),
  });
}
