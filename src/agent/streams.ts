import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { InputConfig } from '../config/schema.ts';
import type { Clock } from '../model/clock.ts';
import type { Telemetry } from '../telemetry.ts';
import type { StreamRecord } from './checkpoint.ts';
import { keyOf } from './identity.ts';
import type { InputStream } from './input-stream.ts';
import { followJournal, journaldKind } from './journald.ts';
import { type HandOver, Receiver } from './network.ts';
import type { Intake } from './queue/intake.ts';
import type { ReaderContext } from './reader-context.ts';
import { type StreamKind, StreamReader } from './stream-reader.ts';

export type StreamsOptions = {
  readonly inputs: readonly InputConfig[];
  readonly hostId: string;
  readonly once: boolean;
  readonly reader: ReaderContext;
  readonly records: readonly StreamRecord[];
  /** Takes the readers. */
  readonly streams: Set<InputStream>;
  readonly onReadable: (reader: InputStream) => void;
  /** Holds the queues of inputs that others send to. */
  readonly queueFolder: string;
  /** What an agent before left open, and what stays open for the next one. */
  readonly handOver?: HandOver;
  /** Writes a checkpoint soon: what it acknowledges can be deleted. */
  readonly makeRoom: () => void;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly log: Logger;
  readonly journalctl?: string;
};

/** The inputs that are not files, started. */
export type Streams = {
  /** Where senders hand lines over, by the name of the input. */
  readonly intakes: ReadonlyMap<string, Intake>;
  stop(): Promise<void>;
};

/**
 * Starts the inputs that are not files.
 * @throws LogmillError PORT_BUSY
 */
export async function startStreams(options: StreamsOptions): Promise<Streams> {
  const endings: (() => Promise<void> | void)[] = [];
  const intakes = new Map<string, Intake>();
  const stop = async () => {
    await Promise.all(endings.map((end) => end()));
  };
  try {
    for (const input of options.inputs) {
      if (input.journald === true) endings.push(startJournald(input, options));
      if (input.stdin === true) endings.push(startStdin(input, options));
      const receiver = await Receiver.start(input, options);
      if (receiver === undefined) continue;
      intakes.set(input.name, receiver.intake);
      endings.push(() => receiver.stop());
    }
    await options.handOver?.end();
  } catch (error) {
    await options.handOver?.end();
    await stop();
    throw error;
  }
  return { intakes, stop };
}

/** A pipe is gone once read, so each run is a session of its own. */
function startStdin(input: InputConfig, options: StreamsOptions): () => void {
  const kind: StreamKind = { name: 'stdin', key: keyOf(options.hostId, input.name, randomUUID()) };
  const stream = new StreamReader(input, kind, undefined, options.reader, options.onReadable);
  stream.isLast = true;
  options.streams.add(stream);
  stream.attach(process.stdin);
  return () => stream.leave();
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
