import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { InputConfig } from '../config/schema.ts';
import type { Clock } from '../model/clock.ts';
import type { StreamRecord } from './checkpoint.ts';
import type { ReaderContext } from './file-reader.ts';
import { keyOf } from './identity.ts';
import { followJournal, journaldKind } from './journald.ts';
import { type StreamKind, StreamReader } from './stream-reader.ts';

export type StreamsOptions = {
  readonly inputs: readonly InputConfig[];
  readonly hostId: string;
  readonly once: boolean;
  readonly reader: ReaderContext;
  readonly records: readonly StreamRecord[];
  /** Takes the readers. */
  readonly streams: Set<StreamReader>;
  readonly onReadable: (reader: StreamReader) => void;
  readonly clock: Clock;
  readonly log: Logger;
  readonly journalctl?: string;
};

/** Starts the inputs that are not files. Returns what ends them. */
export function startStreams(options: StreamsOptions): () => void {
  const endings = options.inputs.map((input) => {
    if (input.journald === true) return startJournald(input, options);
    if (input.stdin === true) return startStdin(input, options);
    return () => {};
  });
  return () => {
    for (const end of endings) end();
  };
}

/** A pipe is gone once read, so each run is a session of its own. */
function startStdin(input: InputConfig, options: StreamsOptions): () => void {
  const kind: StreamKind = { name: 'stdin', key: keyOf(options.hostId, input.name, randomUUID()) };
  const stream = new StreamReader(input, kind, undefined, options.reader, options.onReadable);
  stream.isLast = true;
  options.streams.add(stream);
  stream.attach(process.stdin);
  return () => process.stdin.destroy();
}

function startJournald(input: InputConfig, options: StreamsOptions): () => void {
  const { hostId, once, clock, log, journalctl = 'journalctl' } = options;
  const record = options.records.find((known) => known.input === input.name);
  const stream = new StreamReader(input, journaldKind(hostId, input.name), record, options.reader, options.onReadable);
  options.streams.add(stream);
  return followJournal({
    reader: stream,
    command: journalctl,
    follow: !once,
    clock,
    log,
    onOver(reason) {
      stream.isLast = true;
      options.onReadable(stream);
      if (reason === undefined) return;
      log.warn({ input: input.name, reason }, 'the journal is not read');
      stream.abandon();
    },
  });
}
