import path from 'node:path';
import type { InputConfig } from '../config/schema.ts';
import { parseBytes } from '../model/units.ts';
import { DiskQueue } from './queue/disk-queue.ts';
import { Intake } from './queue/intake.ts';
import { knownEnd, QueueReader } from './queue/queue-reader.ts';
import { Waiting } from './queue/waiting.ts';
import type { StreamsOptions } from './streams.ts';

/** Where an input without `queue` in the configuration keeps its lines, as the schema has it. */
const DEFAULT_QUEUE = { max_bytes: '256MB', segment_bytes: '8MB' };
/** Pipelines of inputs that name none; of HTTP each request names its own. */
const PIPELINES = { http: undefined, syslog: 'syslog', otlp: 'otlp' } as const;

/** How the ledger names an input that others send to; undefined for other inputs. */
function kindOf(input: InputConfig): 'http' | 'syslog' | 'otlp' | undefined {
  if (input.http !== undefined) return 'http';
  if (input.syslog !== undefined) return 'syslog';
  return input.otlp === undefined ? undefined : 'otlp';
}

/** An input that others send to. */
export type Receiver = { readonly intake: Intake; stop(): Promise<void> };

/**
 * Opens the queue of an input that others send to, and listens where that is the agent's; undefined for other inputs.
 * With `once` nothing is taken, and what the queue holds is read.
 * @throws LogmillError PORT_BUSY
 */
export async function startReceiver(input: InputConfig, options: StreamsOptions): Promise<Receiver | undefined> {
  const kind = kindOf(input);
  if (kind === undefined) return undefined;
  const { log, clock, telemetry, hostId, once, makeRoom } = options;
  const record = options.records.find((known) => known.input === input.name);
  const { max_bytes: maxBytes, segment_bytes: segmentBytes } = input.queue ?? DEFAULT_QUEUE;
  const queue = await DiskQueue.open({
    folder: path.join(options.queueFolder, input.name),
    maxBytes: parseBytes(maxBytes),
    segmentBytes: parseBytes(segmentBytes),
    end: knownEnd(record),
    onReadable: () => options.onReadable(reader),
  });
  const waiting = new Waiting();
  const reader = new QueueReader({
    input,
    path: `${kind}:${input.name}`,
    queue,
    waiting,
    record,
    pipeline: input.pipeline ?? PIPELINES[kind],
    context: options.reader,
    isLast: once,
  });
  options.streams.add(reader);
  options.onReadable(reader);
  const intake = new Intake({ input: input.name, hostId, queue, waiting, makeRoom, clock, telemetry, log });
  telemetry.queueBytes.set({ input: input.name }, queue.bytes);
  const listener = once ? undefined : await listenFor(input, intake, options);
  return {
    intake,
    async stop() {
      await listener?.stop();
      intake.close();
      await listener?.finished();
    },
  };
}

async function listenFor(input: InputConfig, intake: Intake, { clock, telemetry, log }: StreamsOptions) {
  if (input.syslog === undefined) return undefined;
  const { listenForSyslog } = await import('./syslog/listen.ts');
  return listenForSyslog({
    input: input.name,
    config: input.syslog,
    pipeline: input.pipeline ?? PIPELINES.syslog,
    maxLineBytes: parseBytes(input.max_line_bytes),
    intake,
    clock,
    telemetry,
    log,
  });
}
