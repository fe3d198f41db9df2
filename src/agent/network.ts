import path from 'node:path';
import type { InputConfig } from '../config/schema.ts';
import { parseBytes } from '../model/units.ts';
import type { StreamRecord } from './checkpoint.ts';
import { DiskQueue } from './queue/disk-queue.ts';
import { Intake } from './queue/intake.ts';
import { knownEnd, QueueReader } from './queue/queue-reader.ts';
import { Waiting } from './queue/waiting.ts';
import type { StreamsOptions } from './streams.ts';
import type { SyslogListener } from './syslog/listen.ts';

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

/** An input that others send to: its queue, and what listens for it where that is the agent's. */
export class Receiver {
  readonly input: InputConfig;
  readonly intake: Intake;
  readonly #queue: DiskQueue;
  readonly #waiting = new Waiting();
  /** Of the agent that reads the queue now; undefined between two of them. */
  #options: StreamsOptions | undefined;
  #reader: QueueReader | undefined;
  #listener: SyslogListener | undefined;

  private constructor(input: InputConfig, queue: DiskQueue, options: StreamsOptions) {
    const { hostId, clock, telemetry, log } = options;
    this.input = input;
    this.#queue = queue;
    const makeRoom = () => this.#options?.makeRoom();
    this.intake = new Intake({
      input: input.name,
      hostId,
      queue,
      waiting: this.#waiting,
      makeRoom,
      clock,
      telemetry,
      log,
    });
    telemetry.queueBytes.set({ input: input.name }, queue.bytes);
  }

  /**
   * Opens the queue of an input that others send to, and listens; undefined for other inputs. One that an agent before
   * has left open goes on as it is. With `once` nothing is taken, and what the queue holds is read.
   * @throws LogmillError PORT_BUSY
   */
  static async start(input: InputConfig, options: StreamsOptions): Promise<Receiver | undefined> {
    if (kindOf(input) === undefined) return undefined;
    const receiver = options.handOver?.take(input) ?? (await Receiver.#open(input, options));
    receiver.#readFor(options);
    if (!options.once) receiver.#listener ??= await listenFor(input, receiver.intake, options);
    return receiver;
  }

  static async #open(input: InputConfig, options: StreamsOptions): Promise<Receiver> {
    const { max_bytes: maxBytes, segment_bytes: segmentBytes } = input.queue ?? DEFAULT_QUEUE;
    let onReadable = () => {};
    const queue = await DiskQueue.open({
      folder: path.join(options.queueFolder, input.name),
      maxBytes: parseBytes(maxBytes),
      segmentBytes: parseBytes(segmentBytes),
      end: knownEnd(recordOf(input, options)),
      onReadable: () => onReadable(),
    });
    const receiver = new Receiver(input, queue, options);
    onReadable = () => receiver.#readable();
    return receiver;
  }

  /** Ends the reading. What the next agent listens for in the same way stays open, and takes lines meanwhile. */
  async stop(): Promise<void> {
    const handOver = this.#options?.handOver;
    this.#options = undefined;
    this.#reader = undefined;
    if (handOver?.put(this) === true) return;
    await this.close();
  }

  async close(): Promise<void> {
    await this.#listener?.stop();
    this.intake.close();
    await this.#listener?.finished();
    await this.#queue.close();
  }

  #readFor(options: StreamsOptions): void {
    const kind = kindOf(this.input)!;
    this.#options = options;
    this.#reader = new QueueReader({
      input: this.input,
      path: `${kind}:${this.input.name}`,
      queue: this.#queue,
      waiting: this.#waiting,
      record: recordOf(this.input, options),
      pipeline: this.input.pipeline ?? PIPELINES[kind],
      context: options.reader,
      isLast: options.once,
    });
    options.streams.add(this.#reader);
    this.#readable();
  }

  #readable(): void {
    if (this.#reader !== undefined) this.#options?.onReadable(this.#reader);
  }
}

/** What stays open between an agent and the one that goes on under another configuration: senders notice nothing. */
export class HandOver {
  #expected = new Set<string>();
  readonly #open = new Map<string, Receiver>();

  /** Before an agent is stopped: the inputs of the next one. */
  expect(inputs: readonly InputConfig[]): void {
    this.#expected = new Set(inputs.map(identityOf));
  }

  /** Takes over what the next agent has as well, exactly as it is. False where that is to be closed. */
  put(receiver: Receiver): boolean {
    const identity = identityOf(receiver.input);
    if (!this.#expected.has(identity)) return false;
    this.#open.set(identity, receiver);
    return true;
  }

  take(input: InputConfig): Receiver | undefined {
    const identity = identityOf(input);
    const receiver = this.#open.get(identity);
    this.#open.delete(identity);
    return receiver;
  }

  /** Closes what nobody has taken; what is stopped from now on is closed. */
  async end(): Promise<void> {
    this.#expected.clear();
    const left = [...this.#open.values()];
    this.#open.clear();
    await Promise.all(left.map((receiver) => receiver.close()));
  }
}

function identityOf(input: InputConfig): string {
  return JSON.stringify(input);
}

function recordOf({ name }: InputConfig, { records }: StreamsOptions): StreamRecord | undefined {
  return records.find(({ input }) => input === name);
}

async function listenFor(
  input: InputConfig,
  intake: Intake,
  { clock, telemetry, log }: StreamsOptions,
): Promise<SyslogListener | undefined> {
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
