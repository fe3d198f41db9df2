import type { InputConfig } from '../config/schema.ts';
import type { Source } from '../model/line.ts';
import { Account, BEGINNING, type Opening, openingAt } from './account.ts';
import type { FileRecord } from './checkpoint.ts';
import type { Found } from './discover.ts';
import type { FileReaderOptions, Turn } from './file-reader.ts';
import { Generation } from './generation.ts';
import { NotThere, readGz, WrongPlace } from './gz.ts';
import { gzHeadLines } from './head-lines.ts';
import { Identity } from './identity.ts';
import { LineStream } from './line-stream.ts';
import { PipelineChoice } from './pipeline-choice.ts';
import type { ReaderContext } from './reader-context.ts';
import { proofOf } from './tail.ts';

/** Where an earlier reading of the same content may have got to; whether it is the same shows only on the way. */
export type Place = {
  readonly record: FileRecord;
  /** Takes over the books that go on there. */
  take(): Opening;
  /** It was another file: its books are as they were. Call before anything is read. */
  giveBack(): void;
};

type GzProgress = { identity: Identity; position: number; size: number; packed: number | undefined };

/** A gzip file does not change: it is unpacked from where an earlier run got to, to its end, which ends its last line. */
export class GzReader {
  readonly id: string;
  readonly input: InputConfig;
  path: string;
  missedSince: number | undefined;
  readonly isElsewhere = false;
  copy: undefined;
  readonly #options: FileReaderOptions;
  readonly #context: ReaderContext;
  readonly #onReadable: () => void;
  readonly #packedSize: number;
  readonly #head: Buffer;
  readonly #choice: PipelineChoice;
  /** Places not tried yet. */
  readonly #places: Place[];
  #place: Place | undefined;
  /** Where it goes on is found: the file holds what the place says. */
  #isPlaced = false;
  /** Ends of events that were written down while the file was not compressed. */
  #cuts: readonly number[] = [];
  #stem: string;
  #stream: LineStream;
  #progress: GzProgress;
  #generation: Generation;

  /**
   * @param options `size`: of the file on disk; `head`: the first bytes of what it holds.
   * @param places where to go on, the likeliest first; tried one after the other, then the beginning.
   */
  constructor(
    options: FileReaderOptions & { readonly size: number; readonly head: Buffer },
    stem: string,
    places: readonly Place[],
    context: ReaderContext,
    onReadable: (reader: GzReader) => void,
  ) {
    this.id = options.id;
    this.input = options.input;
    this.path = options.path;
    this.#options = options;
    this.#packedSize = options.size;
    this.#head = options.head;
    this.#context = context;
    this.#choice = new PipelineChoice(options.input, context);
    if (!this.#choice.isMade) this.#choice.tryFirst(options.path, this.#choice.framing.of(this.#head), this.#head);
    this.#stem = stem;
    this.#onReadable = () => onReadable(this);
    this.#places = [...places];
    [this.#progress, this.#generation, this.#stream] = this.#begin();
  }

  get generation(): Generation {
    return this.#generation;
  }

  /** Whether the file may yet turn out to be the one of the record: that shows only when it is unpacked so far. */
  mayBe(record: FileRecord): boolean {
    return !this.#isPlaced && this.#places.some((place) => place.record === record);
  }

  /** Its handle is the stream's own. */
  readonly isOpen = false;

  /** More will come without a scan finding it. */
  get isWaiting(): boolean {
    return !this.#stream.ended;
  }

  /** The file as it was when it was opened. */
  get facts(): { id: string; size: number; modifiedAt: number } {
    return { id: this.id, size: this.#packedSize, modifiedAt: this.#options.modifiedAt };
  }

  /** A scan found the file: nothing to do. */
  async note({ path }: Pick<Found, 'path'>): Promise<boolean> {
    this.path = path;
    this.missedSince = undefined;
    return false;
  }

  async ensureOpen(): Promise<boolean> {
    return true;
  }

  async read(): Promise<Turn> {
    const framed = this.#stream.take({ cuts: this.#cuts, keeps: true });
    if (framed === undefined) return { state: this.#stateAtRest() };
    this.#progress.position = framed.end;
    this.#progress.size = framed.end;
    const mark = { offset: framed.end, proof: proofOf(this.#stream.before) };
    const source = this.#source();
    return { chunk: this.#context.outlet.handOut(this.#generation.account, source, framed, mark), state: 'more' };
  }

  async rest(): Promise<undefined> {}

  /** Nothing that `startOver` could lose. */
  readonly hasUnread = false;

  /** Another file than the record's, and nothing was read: try the next place, and after the last one the beginning. */
  async startOver(): Promise<void> {
    this.#place?.giveBack();
    this.#stream.destroy();
    [this.#progress, this.#generation, this.#stream] = this.#begin();
  }

  loseUnread(): void {}

  /** Why the file could not be unpacked to its end; undefined also where the next scan finds it under another name. */
  get fault(): string | undefined {
    const { fault } = this.#stream;
    return fault === undefined || fault instanceof NotThere
      ? undefined
      : `incomplete or damaged gzip (${fault.message})`;
  }

  async end(): Promise<void> {
    if (this.#stream.fault instanceof NotThere) {
      // Nothing was read: the books are as they were.
      this.#place?.giveBack();
      return;
    }
    this.#progress.packed = this.#stream.fault === undefined ? this.#packedSize : undefined;
    await this.close();
    this.#generation.over = true;
    this.#context.retire(this.#generation);
  }

  async close(): Promise<void> {
    this.#stream.destroy();
  }

  #stateAtRest(): Turn['state'] {
    if (!this.#stream.ended) return 'end';
    return this.#stream.fault instanceof WrongPlace ? 'cut' : 'over';
  }

  #source(): Source {
    const generation = this.#generation;
    if (generation.source === undefined) {
      const { name } = this.input;
      const { path } = generation.account.facts;
      const { framing } = this.#choice;
      generation.account.pipeline = this.#choice.make(path, framing.of(this.#head).firstLines(this.#head));
      generation.source = {
        id: `${name}:${path}#${this.#context.nextNumber()}`,
        input: name,
        path,
        pipeline: generation.account.pipeline,
        head: () => gzHeadLines(this.path, framing),
        modifiedAt: this.#options.modifiedAt,
      };
    }
    return generation.source;
  }

  #begin(): [GzProgress, Generation, LineStream] {
    this.#place = this.#places.shift();
    const from = this.#place?.take() ?? openingAt(BEGINNING);
    this.#cuts = from.cuts ?? [];
    const { offset, proof } = from.mark;
    this.#isPlaced = offset === 0;
    const identity = new Identity(this.#context.hostId, this.#stem, from.host);
    identity.learn(this.#head, 0);
    const progress = { identity, position: offset, size: offset, packed: undefined };
    const account = new Account({ input: this.input.name, path: this.path }, from);
    const onStart = (before: Buffer) => {
      stream.before = before;
      this.#isPlaced = true;
    };
    const stream: LineStream = new LineStream(
      readGz(this.path, { id: this.id, start: offset, proof, identity, onStart }),
      {
        start: offset,
        framing: this.#choice.framing,
        head: this.#head,
        keyAt: (end) => identity.keyAt(end),
        onReadable: this.#onReadable,
      },
    );
    const generation = new Generation(this.id, account, progress);
    generation.modifiedAt = this.#options.modifiedAt;
    return [progress, generation, stream];
  }
}
