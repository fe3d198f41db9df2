import { type FileHandle, realpath } from 'node:fs/promises';
import type { InputConfig } from '../config/schema.ts';
import type { Chunk, Source } from '../model/line.ts';
import { parseBytes } from '../model/units.ts';
import { Account, BEGINNING, type Mark, type Opening, openingAt } from './account.ts';
import { type FileRecord, openingOf } from './checkpoint.ts';
import type { Found } from './discover.ts';
import { carryOver, type Rotated, type Stretch } from './framing/carry.ts';
import { EventHold } from './framing/event-hold.ts';
import type { FramedEvents } from './framing/framer.ts';
import { Generation } from './generation.ts';
import { FIRST_BYTES, headLines } from './head-lines.ts';
import { Identity, stemOf } from './identity.ts';
import type { CarriedLines } from './outlet.ts';
import { PipelineChoice } from './pipeline-choice.ts';
import type { ReaderContext } from './reader-context.ts';
import { isStill } from './records.ts';
import { readAt, Tail } from './tail.ts';

const NONE = Buffer.alloc(0);

export type FileReaderOptions = {
  readonly id: string;
  readonly path: string;
  readonly input: InputConfig;
  readonly modifiedAt: number;
};

/**
 * What one turn gave. `end`: nothing more for now. `cut`: the file was truncated; call `startOver`.
 * `over`: it has ended for good; call `end`.
 */
export type Turn = { readonly chunk?: Chunk | undefined; readonly state: 'more' | 'end' | 'cut' | 'over' };

/** Reads one file through all its lives, and keeps their books. */
export class FileReader {
  readonly id: string;
  readonly input: InputConfig;
  /** Where the file is now; the sources of its lines keep the path they began with. */
  path: string;
  /** Since when scans, or growth, have not found the file under a name that is wanted; ms since the epoch. */
  missedSince: number | undefined;
  /** Missed, and found where `path` says. */
  isElsewhere = false;
  /** Another reader that took over this file's content: a copy made before a truncation. */
  copy: FileReader | undefined;
  readonly #context: ReaderContext;
  readonly #maxLineBytes: number;
  #choice: PipelineChoice;
  /** Ends of events that an earlier run had written down. */
  #cuts: readonly number[] = [];
  #modifiedAt: number;
  #tail: Tail;
  #generation: Generation;
  /** What it begins with was compared with the end of the file before, where lines are joined. */
  #isBegun = false;
  /** Its beginning has to be taken for what it is now. */
  #mustDecide = false;
  /** The file that waits for this one to be read. */
  #follower: FileReader | undefined;
  /** The last read failed. */
  #isStuck = false;
  /** The last read found nothing more. */
  #isAtRest = false;

  constructor(options: FileReaderOptions, stem: string, from: Opening, context: ReaderContext) {
    this.id = options.id;
    this.input = options.input;
    this.path = options.path;
    this.#modifiedAt = options.modifiedAt;
    this.#maxLineBytes = parseBytes(options.input.max_line_bytes);
    this.#context = context;
    this.#choice = new PipelineChoice(options.input, context);
    this.#tail = this.#newTail(stem, from.host);
    this.#generation = this.#newGeneration(from);
  }

  /** A file that an earlier run had begun. */
  static resumed(record: FileRecord, options: FileReaderOptions, context: ReaderContext): FileReader {
    return new FileReader(options, record.stem, openingOf(record), context);
  }

  get generation(): Generation {
    return this.#generation;
  }

  get rotated(): Rotated {
    const isMissed = this.missedSince !== undefined;
    return { path: this.path, stem: this.#tail.identity.stem, isMissed, modifiedAt: this.#modifiedAt };
  }

  /** Scans and the watching say when there is more. */
  readonly isWaiting = false;

  get isOpen(): boolean {
    return this.#tail.isOpen;
  }

  /** Begins to read at an offset that begins a line. */
  async start(handle: FileHandle, offset: number): Promise<void> {
    await this.#tail.start(handle, offset);
  }

  /** An earlier run saw this size: what is not there any more is said. */
  expect(size: number): void {
    this.#tail.size = Math.max(this.#tail.size, size);
  }

  /** A scan found the file. Resolves to whether there may be something to read. */
  async note({ path, size, modifiedAt }: Pick<Found, 'path' | 'size' | 'modifiedAt'>): Promise<boolean> {
    const news = !this.#tail.knowsSize(size) || modifiedAt !== this.#modifiedAt || this.missedSince !== undefined;
    this.path = path;
    this.missedSince = undefined;
    this.isElsewhere = false;
    this.#modifiedAt = modifiedAt;
    this.#generation.modifiedAt = modifiedAt;
    if (news) await this.#tail.noteSize(size);
    return news;
  }

  /** Whether a compressed file may be made of this one: its name, or that nothing has this file's name any more, says so. */
  isPlainOf(compressed: Pick<Found, 'path' | 'modifiedAt'>): boolean {
    if (this.missedSince !== undefined) return true;
    return compressed.path === `${this.path}.gz` && this.#modifiedAt <= compressed.modifiedAt;
  }

  /** Opens the file again if it was closed to save handles. False: it is no longer to be found. */
  async ensureOpen(): Promise<boolean> {
    if (this.#tail.isOpen) return true;
    const opened = await this.#context.moved.open(this, this.#tail.identity.stem);
    if (opened === undefined) return false;
    this.isElsewhere ||= opened.path !== this.path;
    this.path = opened.path;
    this.#tail.resume(opened.handle);
    // Where nothing was read nothing but its name can show that the inode is another file's by now.
    if (this.#tail.position === 0 && (await this.#stem()) !== this.#tail.identity.stem) await this.startOver();
    return true;
  }

  /** The stem of the name the file has now; the one it had where that cannot be told. */
  async #stem(): Promise<string> {
    const known = this.#tail.identity.stem;
    const real = await realpath(this.path).catch(() => undefined);
    return real !== undefined && (await isStill(real, this.id)) ? stemOf(real) : known;
  }

  /** Reads the next block. */
  async read(): Promise<Turn> {
    try {
      const turn = await this.#read();
      this.#isAtRest = turn.state === 'end';
      return turn;
    } finally {
      // Be it at its end or failing: there is nothing more to wait for.
      if (this.#follower !== undefined && (this.#isAtRest || this.#isStuck)) this.#context.wake(this.#follower);
      if (this.#isAtRest || this.#isStuck) this.#follower = undefined;
    }
  }

  async #read(): Promise<Turn> {
    if (!this.#choice.isMade) await this.#choose();
    const { hold } = this.#generation;
    if (hold?.isClosing === true) return { state: 'end' };
    const turn = this.#mayGoOn ? await this.#goOnFromBefore() : undefined;
    if (turn !== undefined) return turn;
    this.#isStuck = true;
    const result = await this.#tail.read(hold && { cuts: hold.cuts, keeps: this.#mayHaveBeenSent });
    this.#isStuck = false;
    hold?.note(result);
    const shrunk = this.#tail.takeShrunk();
    if (shrunk !== undefined && result.kind !== 'cut') this.#lose(shrunk.from, shrunk.to);
    if (result.kind !== 'lines') return { state: result.kind };
    const { framed, more, kept } = result;
    const mark: Mark = { offset: framed.end, proof: this.#tail.proof };
    const source = await this.#source();
    const chunk = this.#context.outlet.handOut(this.#generation.account, source, framed, mark, kept);
    const state = more ? 'more' : 'end';
    return chunk === undefined ? { state } : { chunk, state };
  }

  /** By a process before this one, which may have known less of the last event. */
  get #mayHaveBeenSent(): boolean {
    const seenUntil = this.#generation.source?.seenUntil;
    return seenUntil === undefined || this.#tail.position < seenUntil;
  }

  /** Of a file that nothing was read of yet: it may begin in the middle of the last event of the file before. */
  get #mayGoOn(): boolean {
    return !this.#isBegun && this.#tail.position === 0 && this.#tail.framer().events !== undefined;
  }

  /** Takes into the last event of the file rotated before what this one begins with of it; undefined where that is nothing. */
  async #goOnFromBefore(): Promise<Turn | undefined> {
    const before = this.#context.predecessor(this);
    const held = await before?.held();
    if (before === undefined || held === undefined) {
      this.#isBegun = true;
      return undefined;
    }
    if (held === 'unread') {
      before.#follower = this;
      this.#context.wake(before);
      return { state: 'end' };
    }
    const { hold } = this.#generation;
    const carried = carryOver(held, await this.#stretch(this.#tail.framer().window, hold!));
    if (!carried.isDecided && !this.#mustDecide) {
      if (carried.end > 0) before.generation.hold?.defer();
      if (carried.end > 0) hold?.wait(carried.end);
      return { state: 'end' };
    }
    this.#isBegun = true;
    hold?.over();
    if (carried.end === 0) {
      void before.endEvent();
      return undefined;
    }
    await this.#tail.skipTo(carried.end);
    const { end, records, skipped } = carried;
    const mark = { offset: end, proof: this.#tail.proof };
    const lines = { account: this.#generation.account, records, bytes: end, skipped, mark };
    return { chunk: await before.handOver(carried.framed, lines), state: 'more' };
  }

  /** The last event, for another file to go on with; `unread` while there is more to read first, undefined without one. */
  async held(): Promise<Stretch | 'unread' | undefined> {
    const { hold } = this.#generation;
    if (this.#isStuck || this.#generation.over || hold === undefined || hold.isClosing) return undefined;
    if (!(await this.ensureOpen())) return undefined;
    // It was rotated away itself: what it has not decided yet will not be decided by more lines.
    this.#mustDecide = true;
    const { size, nlink } = await this.#tail.takeHandle().stat();
    // A compressed file has taken its place and is read as well: the event must be the same from both.
    if (nlink === 0) return undefined;
    if (this.#mayGoOn || !this.#isAtRest || size > Math.max(this.#tail.size, this.#tail.position)) {
      this.#isAtRest = false;
      return 'unread';
    }
    // After an unfinished line nobody can tell what goes on.
    if (hold.end === undefined || size > hold.end) return undefined;
    return this.#stretch(hold.end - this.#tail.position, hold);
  }

  async #stretch(length: number, { cuts }: EventHold): Promise<Stretch> {
    const tail = this.#tail;
    const bytes = await tail.peek(length);
    const { events } = tail.framer(tail.position === 0 ? bytes : undefined);
    return { bytes, start: tail.position, keyAt: (end) => tail.identity.keyAt(end), cuts, events: events! };
  }

  /** Hands out the last event, with lines of the file that goes on with it. */
  async handOver(framed: FramedEvents, carried: CarriedLines): Promise<Chunk | undefined> {
    await this.#tail.skipTo(framed.end);
    this.#generation.hold?.over();
    const { outlet } = this.#context;
    const mark = { offset: framed.end, proof: this.#tail.proof };
    const chunk = outlet.handOut(this.#generation.account, await this.#source(), framed, mark);
    return chunk && outlet.withCarried(chunk, carried);
  }

  /** The unfinished last line of a file that has ended for good; the place to go on from stays before it. */
  async rest(): Promise<Chunk | undefined> {
    const { hold } = this.#generation;
    if (hold?.end !== undefined && !this.#goesOnUnfinished) {
      hold.closeNow(hold.end);
      const { chunk } = await this.read();
      if (chunk !== undefined) return chunk;
    }
    const framed = await this.#tail.rest();
    if (framed === undefined) return undefined;
    this.#generation.over = true;
    return this.#context.outlet.handOut(this.#generation.account, await this.#source(), framed, undefined);
  }

  /** The last event waits no longer for more lines; resolves when its end is written down. Undefined where none waits. */
  endEvent(): Promise<void> | undefined {
    return this.#goesOnUnfinished ? undefined : this.#generation.hold?.finish();
  }

  get #goesOnUnfinished(): boolean {
    const { end } = this.#generation.hold ?? {};
    return this.#context.leavesNothing && end !== undefined && this.#tail.size > end;
  }

  /** More was there than is read. */
  get hasUnread(): boolean {
    return this.#tail.size > this.#tail.lineStart;
  }

  /** The file was cut: what was not read is lost, unless a copy holds it, and a new life begins at 0. */
  async startOver(): Promise<void> {
    const ended = this.#tail;
    const copy = this.copy ?? this.#copyByHead();
    this.loseUnread(copy?.generation.progress.size ?? 0);
    this.copy = undefined;
    this.#retire();
    const handle = ended.takeHandle();
    this.#choice = new PipelineChoice(this.input, this.#context);
    this.#tail = this.#newTail(await this.#stem());
    const { size, mtimeMs } = await handle.stat();
    this.#tail.size = size;
    this.#modifiedAt = mtimeMs;
    this.#generation = this.#newGeneration(openingAt(BEGINNING));
    this.#isBegun = false;
    this.#mustDecide = false;
    await this.#tail.start(handle, 0);
  }

  /** A copy of a file that nothing was acknowledged of is known by its head alone. */
  #copyByHead(): FileReader | undefined {
    const before = this.#context.predecessor(this);
    return before !== undefined && this.#tail.identity.isHeadOf(before.#tail.identity) ? before : undefined;
  }

  /** Books everything from the position to the largest size seen, or from `heldElsewhere`, as lost. */
  loseUnread(heldElsewhere = 0): void {
    const from = Math.max(this.#tail.lineStart, heldElsewhere);
    if (this.#tail.size > from) this.#lose(from, this.#tail.size);
  }

  #lose(from: number, to: number): void {
    this.#generation.account.gaps += to - from;
    this.#context.reportGap({ ...this.#generation.account.facts, from, to });
  }

  /** Ends the reading; the books go to the retired ones. */
  async end(): Promise<void> {
    await this.close();
    this.#retire();
  }

  #retire(): void {
    this.#generation.over = true;
    this.#generation.hold?.over();
    if (this.#follower !== undefined) this.#context.wake(this.#follower);
    this.#follower = undefined;
    this.#context.retire(this.#generation);
  }

  async close(): Promise<void> {
    await this.#tail.close();
  }

  async #source(): Promise<Source> {
    const generation = this.#generation;
    if (generation.source !== undefined) return generation.source;
    const { name } = this.input;
    const { path } = generation.account.facts;
    const bytes = this.#choice.isMade ? NONE : await this.#firstBytes();
    generation.account.pipeline = this.#choice.make(path, this.#tail.framer(bytes).firstLines(bytes));
    const modifiedAt = () => this.#modifiedAt;
    generation.source = {
      id: `${name}:${path}#${this.#context.nextNumber()}`,
      input: name,
      path,
      pipeline: generation.account.pipeline,
      // Made with the first lines read, when the size is no smaller than it was when the file was opened.
      seenUntil: this.#tail.size,
      head: () => headLines(this.#tail.isOpen ? this.#tail.takeHandle().fd : this.path, this.#choice.framing),
      get modifiedAt() {
        return modifiedAt();
      },
    };
    return generation.source;
  }

  async #choose(): Promise<void> {
    const bytes = await this.#firstBytes();
    if (!this.#choice.tryFirst(this.#generation.account.facts.path, this.#tail.framer(bytes), bytes)) return;
    this.#tail.reframe(this.#choice.framing, bytes);
    this.#generation.hold = this.#newHold();
  }

  #firstBytes(): Promise<Buffer> {
    return readAt(this.#tail.takeHandle(), 0, FIRST_BYTES);
  }

  #newTail(stem: string, begunUnder?: string): Tail {
    const identity = new Identity(this.#context.hostId, stem, begunUnder);
    const { framing } = this.#choice;
    return new Tail(identity, { maxLineBytes: this.#maxLineBytes, framing, scratch: this.#context.scratch });
  }

  #newGeneration(from: Opening): Generation {
    const facts = { input: this.input.name, path: this.path };
    const generation = new Generation(this.id, new Account(facts, from), this.#tail);
    this.#cuts = from.cuts ?? [];
    generation.hold = this.#newHold();
    return generation;
  }

  /** What the last event waits with, where lines are joined. */
  #newHold(): EventHold | undefined {
    const { timeout } = this.#choice.framing;
    if (timeout === undefined) return undefined;
    return new EventHold(timeout, this.#cuts, this.#context, () => this.#context.wake(this));
  }
}
