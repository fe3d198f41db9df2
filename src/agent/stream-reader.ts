import type { Readable } from 'node:stream';
import type { InputConfig } from '../config/schema.ts';
import type { LedgerEntry } from '../model/ledger.ts';
import type { Line, Source } from '../model/line.ts';
import { Account, openingAt } from './account.ts';
import type { StreamRecord } from './checkpoint.ts';
import type { Turn } from './file-reader.ts';
import { firstLinesOf } from './first-lines.ts';
import type { Framed } from './frame.ts';
import { EventHold } from './framing/event-hold.ts';
import type { Framer, Framing } from './framing/framer.ts';
import type { InputStream } from './input-stream.ts';
import { LineStream } from './line-stream.ts';
import { PipelineChoice } from './pipeline-choice.ts';
import type { ReaderContext } from './reader-context.ts';

/** What makes an input without files one: where its lines come from and what they are called. */
export type StreamKind = {
  /** How the ledger names it. */
  readonly name: 'stdin' | 'journald';
  /** Every line it writes ends in a newline: one without was cut off, and comes again. */
  readonly endsEveryLine?: boolean;
  /** File key of its lines, where `relabel` gives none of its own. */
  readonly key: string;
  /** Pipeline where the input names none; by default chosen by the first lines. */
  readonly pipeline?: string;
  /** Gives lines the identity their source has for them. */
  readonly relabel?: (line: Line) => Line;
  /** What to go on after, once the line is acknowledged. */
  readonly cursorOf?: (line: Line) => string | undefined;
};

/** Reads an input without files: a pipe or another program's output. Offsets go on where an earlier run had got to. */
export class StreamReader implements InputStream {
  readonly input: InputConfig;
  readonly #kind: StreamKind;
  readonly #context: ReaderContext;
  readonly #account: Account;
  readonly #onReadable: () => void;
  #stream: LineStream | undefined;
  #position: number;
  #cursor: string;
  #source: Source | undefined;
  readonly #choice: PipelineChoice;
  #hold: EventHold | undefined;
  #isClosed = false;
  /** No other source will be attached. */
  isLast = false;

  constructor(
    input: InputConfig,
    kind: StreamKind,
    record: StreamRecord | undefined,
    context: ReaderContext,
    onReadable: (reader: StreamReader) => void,
  ) {
    this.input = input;
    this.#kind = kind;
    this.#context = context;
    this.#position = record?.sequence ?? 0;
    this.#cursor = record?.cursor ?? '';
    this.#onReadable = () => onReadable(this);
    this.#choice = new PipelineChoice(input, context, input.pipeline ?? kind.pipeline);
    if (this.#choice.isMade) this.#hold = this.#newHold();
    const mark = { offset: this.#position, proof: this.#cursor };
    const opening = openingAt(mark);
    this.#account = new Account(
      { input: input.name, path: `${kind.name}:${input.name}` },
      { ...opening, tally: record?.tally ?? opening.tally, gaps: record?.gaps ?? 0 },
    );
  }

  /** What has come last: where another attempt at the source goes on. */
  get cursor(): string {
    return this.#cursor;
  }

  /** What its lines belong to; undefined before the first. */
  get source(): Source | undefined {
    return this.#source;
  }

  /** Reads from `source` until its end; call again to go on with another one. */
  attach(source: Readable): void {
    this.#stream = new LineStream(source, {
      start: this.#position,
      framing: this.#choice.framing,
      choose: this.#choice.isMade ? undefined : (framer, first, isAll) => this.#choose(framer, first, isAll),
      keyAt: () => this.#kind.key,
      endsEveryLine: this.#kind.endsEveryLine,
      onReadable: this.#onReadable,
    });
  }

  /** A pipe gives nothing twice; the journal can be asked again. */
  get unrepeatable(): number {
    return this.#kind.name === 'stdin' ? (this.#stream?.waiting ?? 0) : 0;
  }

  /** Reads no further; what has come is still to be taken. */
  leave(): void {
    this.isLast = true;
    this.#stream?.leave();
  }

  /** More may come without a scan finding it. */
  get isWaiting(): boolean {
    return !this.isLast || (this.#stream !== undefined && !this.#stream.ended);
  }

  /** Nothing comes any more, not even an end: there is no such source on this machine. */
  abandon(): void {
    this.isLast = true;
    this.#stream?.destroy();
    this.#stream = undefined;
    this.#onReadable();
  }

  async read(): Promise<Turn> {
    const framed = this.#stream?.take(this.#hold && { cuts: this.#hold.cuts });
    this.#hold?.noteHeld(this.#stream?.held ?? {});
    if (framed === undefined) return { state: 'end' };
    this.#hold?.forget(framed.end);
    this.#position = framed.end;
    const { relabel, cursorOf } = this.#kind;
    const lines = relabel === undefined ? framed.lines : framed.lines.map(relabel);
    const last = lines.at(-1);
    this.#cursor = (last === undefined ? undefined : cursorOf?.(last)) ?? this.#cursor;
    const mark = { offset: framed.end, proof: this.#cursor };
    const source = this.#sourceOf(framed);
    return { chunk: this.#context.outlet.handOut(this.#account, source, { ...framed, lines }, mark), state: 'more' };
  }

  async close(): Promise<void> {
    this.#hold?.over();
    this.#sayLost();
    this.#stream?.destroy();
  }

  /** What came through a pipe and is not acknowledged by the end is gone with it. */
  #sayLost(): void {
    if (this.#kind.name !== 'stdin' || this.#isClosed) return;
    this.#isClosed = true;
    const { input, path } = this.#account.facts;
    const from = this.#account.prefix.mark.offset;
    const to = this.#position + (this.#stream?.pending ?? 0);
    if (to <= from) return;
    this.#account.gaps += to - from;
    this.#context.reportGap({ input, path, from, to });
  }

  record(): StreamRecord {
    const { mark, tally } = this.#account.prefix;
    const { input, path } = this.#account.facts;
    const { gaps } = this.#account;
    return { input, path, sequence: mark.offset, cursor: mark.proof, tally, gaps };
  }

  entry(): LedgerEntry {
    return this.#account.entry(this.#kind.key, 0);
  }

  #choose(framer: Framer, first: Buffer, isAll: boolean): Framing | undefined {
    this.#choice.tryFirst(undefined, framer, first, isAll);
    if (!this.#choice.isMade) return undefined;
    this.#hold = this.#newHold();
    return this.#choice.framing;
  }

  #newHold(): EventHold | undefined {
    const { timeout } = this.#choice.framing;
    // What came through a pipe never comes again, so there is nothing to write down.
    return timeout === undefined
      ? undefined
      : new EventHold(timeout, [], { ...this.#context, saved: async () => {} }, this.#onReadable);
  }

  #sourceOf({ lines }: Framed): Source {
    if (this.#source === undefined) {
      const { name } = this.input;
      const { now } = this.#context;
      const texts = lines.map(({ text }) => text);
      this.#account.pipeline = this.#choice.make(undefined, firstLinesOf(texts));
      this.#source = {
        id: `${name}:${this.#kind.name}#${this.#context.nextNumber()}`,
        input: name,
        path: undefined,
        pipeline: this.#account.pipeline,
        get modifiedAt() {
          return now();
        },
      };
    }
    return this.#source;
  }
}
