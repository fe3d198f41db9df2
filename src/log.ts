import { mkdirSync } from 'node:fs';
import path from 'node:path';
import pino, { type DestinationStream, type Logger } from 'pino';

/** Names of fields that may hold secrets; pino replaces their values wherever they stand in a log object. */
const SECRET_PATHS = [
  'password',
  'apiKey',
  'token',
  'authorization',
  'headers.authorization',
  '*.password',
  '*.apiKey',
  '*.token',
  '*.headers.authorization',
];

/** logmill's own log: pino lines to a file that logmill itself tails, and its destination so that rotation can reopen it. */
export type OwnLog = {
  readonly log: Logger;
  readonly destination: DestinationStream & { reopen(): void; flushSync(): void };
};

/** Opens logmill's own log file, making its folder. Lines are written at once, so that a crash leaves none behind. */
export function openOwnLog(file: string, level: string): OwnLog {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o750 });
  const destination = pino.destination({ dest: file, sync: true, mode: 0o640 });
  const log = pino({ name: 'logmill', level, redact: { paths: SECRET_PATHS, censor: '[redacted]' } }, destination);
  return { log, destination };
}

/** A log on standard error for commands that keep no log file. */
export function stderrLog(level: string): Logger {
  return pino(
    { name: 'logmill', level, redact: { paths: SECRET_PATHS, censor: '[redacted]' } },
    pino.destination({ dest: 2, sync: true }),
  );
}
