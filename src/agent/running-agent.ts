import { statSync } from 'node:fs';
import path from 'node:path';
import { type Clock, systemClock } from '../model/clock.ts';
import type { LedgerEntry } from '../model/ledger.ts';
import type { Chunk } from '../model/line.ts';
import type { Agent, AgentOptions, AgentStatus } from './agent.ts';
import { Books } from './books.ts';
import { Budget } from './budget.ts';
import { Checkpoint, type CheckpointContent, filesUnder, type StreamRecord } from './checkpoint.ts';
import { FileReader } from './file-reader.ts';
import { predecessorOf } from './framing/carry.ts';
import { framedInputs } from './framing/framed-input.ts';
import { Gaps } from './gaps.ts';
import { resolveHostId } from './identity.ts';
import type { InputStream } from './input-stream.ts';
import { keepLooking } from './look.ts';
import type { AnyFileReader } from './open-file.ts';
import { createOutlet } from './outlet.ts';
import type { Parcel, Receipt } from './queue/intake.ts';
import type { ReaderContext } from './reader-context.ts';
import { Reading } from './reading.ts';
import { MovedFiles } from './records.ts';
import { Scanner, type ScanStatus } from './scan.ts';
import { type Streams, startStreams } from './streams.ts';
import { endsAt, Scratch } from './tail.ts';

/** Folder of queues below the data folder: not in the state folder, which may be deleted at any time. */
const QUEUES = 'queue';

/** Where a line enters: wires discovery, reading, books and checkpoint, and paces them. */
export class RunningAgent implements Agent {
  readonly #options: AgentOptions;
  readonly #clock: Clock;
  readonly #budget: Budget;
  readonly #books = new Books();
  readonly #readers = new Map<string, AnyFileReader>();
  readonly #streams = new Set<InputStream>();
  readonly #reading: Reading;
  readonly #checkpoint: Checkpoint;
  readonly #gaps: Gaps;
  readonly #endings: (() => Promise<void> | void)[] = [];
  readonly #waitingForRest: (() => void)[] = [];
  readonly #firstRead = Promise.withResolvers<void>();
  readonly #started = Promise.withResolvers<Streams>();
  /** Nothing comes in any more. */
  readonly #ended = Promise.withResolvers<void>();
  #unknownStreams: readonly StreamRecord[] = [];
  #scanner: Scanner | undefined;
  #sourceNumber = 0;
  #hostId: string | undefined;
  #stopped = false;
  /** A checkpoint is being written because a queue is full. */
  #makingRoom = false;
  /** Waiting for acknowledgements. */
  #blocked = false;
  /** With `once`: everything finished is read, only last lines are left. */
  #ending = false;
  /** The step under way: files are closed only after it. */
  #busy: Promise<unknown> = Promise.resolve();
  #wake = Promise.withResolvers<void>();

  constructor(options: AgentOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    const { log, openFiles, telemetry, heldBack } = options;
    this.#budget = new Budget(options.inFlightBytes, heldBack);
    this.#gaps = new Gaps(log, telemetry);
    this.#reading = new Reading({
      readers: this.#readers,
      streams: this.#streams,
      clock: this.#clock,
      log,
      openFiles,
      heldBack,
    });
    if (heldBack !== undefined) {
      heldBack.onChange = () => {
        this.#budget.recheck();
        this.#wakeUp();
      };
    }
    this.#checkpoint = new Checkpoint({
      folder: options.stateFolder,
      clock: this.#clock,
      log,
      collect: () => this.#collect(),
      saved: (content) => this.#saved(content),
    });
  }

  async *chunks(): AsyncGenerator<Chunk> {
    try {
      for (;;) {
        const step = this.#step();
        this.#busy = step.catch(() => {});
        const chunk = await step;
        if (chunk === 'over') break;
        if (chunk !== undefined) yield chunk;
      }
      if (this.#stopped) yield* this.#leftovers();
    } finally {
      // Also where whoever consumes them wants no more.
      this.#firstRead.resolve();
      this.#sayRest();
    }
  }

  /** What came through a pipe is still handed on after the stop, as long as that leaves time. */
  async *#leftovers(): AsyncGenerator<Chunk> {
    await this.#ended.promise;
    for (;;) {
      const chunk = await this.#reading.leftover();
      if (chunk === undefined) return;
      yield chunk;
      await this.#budget.room();
    }
  }

  /** One chunk, or one wait for something to read. */
  async #step(): Promise<Chunk | 'over' | undefined> {
    const scanner = this.#scanner ?? (await this.#begin());
    this.#blocked = !this.#budget.hasRoom;
    if (this.#blocked) this.#sayRest();
    await this.#budget.room();
    this.#blocked = false;
    if (this.#stopped) return 'over';
    return (await this.#reading.next(scanner)) ?? (await this.#atRest(scanner));
  }

  files(): LedgerEntry[] {
    return [
      ...this.#books.entries(),
      ...[...this.#streams].map((stream) => stream.entry()),
      ...[...this.#readers.values()].map(({ generation }) => generation.entry()),
    ];
  }

  status(): AgentStatus {
    const scanned = this.#scanner?.status ?? { unreadable: [], missing: [], leftOut: {}, shared: [], links: [] };
    return {
      ...(scanned as ScanStatus),
      unreadable: [...scanned.unreadable, ...this.#reading.failing],
      open: this.#reading.openCount,
      inFlightBytes: this.#budget.used,
      lag: this.#lag(),
      gaps: this.#gaps.latest,
      checkpointFault: this.#checkpoint.fault,
    };
  }

  async receive(input: string, parcel: Parcel): Promise<Receipt> {
    if (this.#stopped) return { state: 'full' };
    const intake = (await this.#started.promise).intakes.get(input);
    if (intake === undefined) throw new Error(`BUG: nobody sends to an input "${input}"`);
    return intake.submit(parcel);
  }

  stopReceiving(): void {
    void this.#started.promise.then(({ intakes }) => {
      for (const intake of intakes.values()) intake.stopAnswering();
    });
  }

  settledOnce(): Promise<void> {
    return this.#firstRead.promise;
  }

  async look(): Promise<void> {
    await this.#scanner?.scan();
    this.#reading.retry();
    if (this.#blocked || this.#stopped) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waitingForRest.push(resolve);
    this.#wakeUp();
    await promise;
  }

  isAcknowledged(file: string): boolean {
    const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
    if (stats === undefined) return true;
    const id = `${stats.dev}:${stats.ino}`;
    const found = { id, size: Number(stats.size), modifiedAt: Number(stats.mtimeMs) };
    if (this.#books.knowsPacked(found)) return true;
    const mark = this.#readers.get(id)?.generation.account.prefix.mark ?? this.#books.lastMarkOf(id);
    return mark !== undefined && endsAt(file, mark);
  }

  async stop(deadlineMs = 0): Promise<void> {
    this.#stopped = true;
    this.#reading.halt();
    this.#budget.release();
    this.#wakeUp();
    await this.#busy;
    for (const end of this.#endings.splice(0)) await end();
    this.#ended.resolve();
    await this.#scanner?.atRest();
    await this.#untilSettled(deadlineMs);
    await this.#reading.close();
    this.#budget.release();
    if (this.#scanner !== undefined) await this.#checkpoint.close();
    this.#firstRead.resolve();
  }

  async #begin(): Promise<Scanner> {
    const { host, stateFolder, dataFolder, once, watch = true, log, inputs } = this.#options;
    const hostId = await resolveHostId(host.id, dataFolder ?? stateFolder);
    const content = this.#checkpoint.load();
    const { streams } = content;
    this.#books.resume({ ...content, files: filesUnder(hostId, content) });
    this.#hostId = hostId;
    this.#unknownStreams = streams;
    const reader = this.#readerContext(hostId);
    const onReadable = (ready: AnyFileReader | InputStream) => {
      this.#reading.ready(ready);
      // What was seen is kept, not only what is acknowledged: should it be gone after a kill, it is known what is lost.
      this.#checkpoint.touch();
      this.#wakeUp();
    };
    const scanner = new Scanner({
      reader,
      books: this.#books,
      readers: this.#readers,
      inputs: inputs.filter((input) => input.files !== undefined),
      ownFolders: [stateFolder, ...(dataFolder === undefined ? [] : [path.join(dataFolder, 'store')])],
      clock: this.#clock,
      log,
      onReadable,
      onReady: onReadable,
      onOpened: (opened) => void this.#reading.opened(opened),
    });
    this.#scanner = scanner;
    await scanner.scan();
    const started = await startStreams({
      ...this.#options,
      clock: this.#clock,
      hostId,
      reader,
      records: streams,
      streams: this.#streams,
      onReadable,
      queueFolder: path.join(dataFolder ?? stateFolder, QUEUES),
      makeRoom: () => this.#makeRoom(),
    });
    this.#endings.push(started.stop);
    this.#started.resolve(started);
    if (!once && watch && !this.#stopped) {
      const changed = (file: string) => this.#changed(file);
      const looked = () => {
        this.#reading.retry();
        this.#measure();
        this.#wakeUp();
      };
      this.#endings.push(keepLooking({ ...this.#options, clock: this.#clock, scanner, changed, looked }));
    }
    // A new start is persisted before anything is acknowledged: `start: end` must mean the same place after a crash.
    this.#checkpoint.touch();
    return scanner;
  }

  #readerContext(hostId: string): ReaderContext {
    const { telemetry, choosePipeline, multilineOf = () => undefined } = this.#options;
    return {
      hostId,
      scratch: new Scratch(),
      moved: new MovedFiles(),
      outlet: createOutlet(this.#budget, telemetry, () => this.#acknowledged()),
      choosePipeline,
      framed: framedInputs(multilineOf),
      reportGap: (gap) => {
        this.#gaps.report(gap);
        this.#checkpoint.touch();
      },
      takeBackGap: (gap) => this.#gaps.takeBack(gap),
      retire: (generation) => this.#books.retire(generation),
      nextNumber: () => ++this.#sourceNumber,
      leavesNothing: this.#options.leavesNothing ?? false,
      now: () => this.#clock.now(),
      after: (ms, run) => this.#clock.after(ms, run),
      saved: () => this.#checkpoint.next(),
      wake: (reader) => {
        this.#reading.ready(reader);
        this.#wakeUp();
      },
      predecessor: (reader) => predecessorOf(reader, this.#fileReaders()),
    };
  }

  *#fileReaders(): Generator<FileReader> {
    for (const reader of this.#readers.values()) if (reader instanceof FileReader) yield reader;
  }

  /** Nothing to read for now: wait, or with `once` see whether it is all over. */
  async #atRest(scanner: Scanner): Promise<Chunk | 'over' | undefined> {
    if (this.#budget.used === 0) this.#firstRead.resolve();
    this.#sayRest();
    if (!this.#options.once || this.#reading.isWaiting) {
      await this.#wake.promise;
      this.#wake = Promise.withResolvers();
      return undefined;
    }
    if (!this.#ending || scanner.isWaiting) await scanner.scan();
    if (scanner.isWaiting && this.#reading.isIdle && this.#budget.used > 0) {
      await this.#wake.promise;
      this.#wake = Promise.withResolvers();
      return undefined;
    }
    if (!this.#reading.isIdle || (await this.#endEvents())) return undefined;
    this.#ending = true;
    return (await this.#reading.lastLine()) ?? 'over';
  }

  /** At the end of a single run no event waits for more lines. False where none did. */
  async #endEvents(): Promise<boolean> {
    const endings = this.#reading.endEvents();
    if (endings.length > 0) await Promise.all([...endings, this.#checkpoint.save()]);
    return endings.length > 0;
  }

  #wakeUp(): void {
    this.#wake.resolve();
  }

  #acknowledged(): void {
    this.#checkpoint.touch();
    if (this.#budget.used === 0) this.#wakeUp();
  }

  #sayRest(): void {
    for (const resolve of this.#waitingForRest.splice(0)) resolve();
  }

  /** Gives a file its turn. False where another file has taken its name, or none is known by it. */
  #changed(file: string): boolean {
    const id = fileIdOf(file);
    const reader = id === undefined ? undefined : this.#readers.get(id);
    if (reader === undefined) return this.#scanner?.wake(file) === true;
    if (reader.path !== file) return false;
    this.#reading.ready(reader);
    this.#checkpoint.touch();
    this.#wakeUp();
    return true;
  }

  #measure(): void {
    const { telemetry } = this.#options;
    telemetry.openFiles.set(this.#reading.openCount);
    telemetry.unreadableFiles.set(this.#scanner?.status.unreadable.length ?? 0);
    for (const [input, bytes] of Object.entries(this.#lag())) telemetry.lagBytes.set({ input }, bytes);
  }

  #lag(): Record<string, number> {
    const lag: Record<string, number> = Object.fromEntries(this.#options.inputs.map(({ name }) => [name, 0]));
    for (const { generation } of this.#readers.values()) {
      const { input } = generation.account.facts;
      lag[input] = (lag[input] ?? 0) + generation.unread;
    }
    for (const stream of this.#streams) lag[stream.input.name] = stream.entry().unread;
    return lag;
  }

  async #untilSettled(deadlineMs: number): Promise<void> {
    const deadline = this.#clock.steady() + deadlineMs;
    const isLeft = () => this.#budget.used > 0 || this.#reading.unrepeatable > 0;
    while (isLeft() && this.#clock.steady() < deadline) {
      await new Promise<void>((resolve) => this.#clock.after(20, resolve));
    }
  }

  #makeRoom(): void {
    if (this.#makingRoom) return;
    this.#makingRoom = true;
    void this.#checkpoint.save().finally(() => {
      this.#makingRoom = false;
    });
  }

  async #saved({ streams }: CheckpointContent): Promise<void> {
    for (const stream of this.#streams) {
      const record = streams.find(({ input }) => input === stream.input.name);
      if (record !== undefined) await stream.saved?.(record);
    }
  }

  #collect(): CheckpointContent {
    const streams = [...this.#streams].map((stream) => stream.record());
    const names = new Set(streams.map(({ input }) => input));
    return {
      ...(this.#hostId === undefined ? {} : { host: this.#hostId }),
      files: [...this.#books.records(), ...[...this.#readers.values()].map(({ generation }) => generation.record())],
      streams: [...this.#unknownStreams.filter(({ input }) => !names.has(input)), ...streams],
      forgotten: this.#books.forgotten(),
    };
  }
}

function fileIdOf(file: string): string | undefined {
  const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? undefined : `${stats.dev}:${stats.ino}`;
}
