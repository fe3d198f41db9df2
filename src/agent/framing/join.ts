import type { Line } from '../../model/line.ts';
import type { Unframe } from './container.ts';
import { addLine, addPart, flag, foreign, type Gathered, gather, isBlank, lineOf } from './gathering.ts';
import { contentOf, type Piece, type Skip, type Split } from './records.ts';
import type { Grouping, Growing } from './traces.ts';

/** How records make events. */
export type Joining = {
  readonly unframe: Unframe | undefined;
  /** Records without a frame are said. */
  readonly isContainer: boolean;
  readonly grouping: Grouping | undefined;
  readonly maxLines: number;
  /** Bytes from the first to the last record of an event, whatever lies between. */
  readonly maxBytes: number;
  readonly invalidFlag: string;
};

/** An event under way. */
type OpenEvent = {
  readonly gathered: Gathered;
  readonly growing: Growing;
  /** Lines after it that belong to it if it goes on after them: blank ones, and those of which it says so. */
  rest: Gathered[];
};

/** What of one stream is not complete yet. */
type Slot = {
  /** Parts of a line that the container's runtime had cut. */
  line?: Gathered | undefined;
  event?: OpenEvent | undefined;
};

/** A stretch that is complete: an event, or nothing to ship. */
type Done = {
  readonly offset: number;
  readonly last: number;
  readonly bytes: number;
  readonly records: number;
  readonly line: Line | undefined;
};

export type Joined = {
  readonly end: number;
  readonly lines: Line[];
  readonly merged: { lines: number; bytes: number };
  readonly skipped: { lines: number; bytes: number };
};

export type JoinerOptions = {
  /** Offsets, ascending, before which whatever is under way ends. */
  readonly cuts?: readonly number[] | undefined;
  /** Events may have been handed out before with fewer records: each keeps what its last ones would be by themselves. */
  readonly keeps?: boolean | undefined;
};

/**
 * Makes events of the records of one stretch that begins where no event is under way. The result depends on the records
 * alone: what is not complete is left out, and the next reading begins with it again.
 */
export class Joiner {
  readonly #joining: Joining;
  readonly #keyAt: (end: number) => string;
  readonly #keeps: boolean;
  /** Of the file that goes on with the last event. */
  #nextKeyAt: (end: number) => string;
  readonly #slots = new Map<string, Slot>();
  readonly #done: Done[] = [];
  #cuts: readonly number[];

  constructor(joining: Joining, keyAt: (end: number) => string, { cuts = [], keeps = false }: JoinerOptions = {}) {
    this.#joining = joining;
    this.#keyAt = keyAt;
    this.#nextKeyAt = keyAt;
    this.#cuts = cuts;
    this.#keeps = keeps;
  }

  /** What waits for more: nothing, lines that mostly stay alone, or an event. */
  get holding(): 'nothing' | 'undecided' | 'event' {
    const held = [...this.#slots.values()].filter(({ line, event }) => line !== undefined || event !== undefined);
    if (held.length === 0) return 'nothing';
    const isUndecided = held.every(({ line, event }) => line === undefined && event?.growing.isUndecided === true);
    return isUndecided ? 'undecided' : 'event';
  }

  addAll({ pieces, end }: Split): void {
    for (const piece of pieces) this.#add(piece);
    this.#cut(end);
  }

  #add(piece: Piece): void {
    this.#cut(piece.offset);
    if (piece.long !== undefined) {
      this.close();
      this.#finish(
        { offset: piece.offset, last: piece.next, bytes: piece.next - piece.offset, records: 1 },
        piece.long,
      );
      return;
    }
    for (const slot of this.#slots.values()) this.#bound(slot, piece.next);
    const frame = this.#joining.unframe?.(piece.text);
    const part = gather(piece, frame?.text ?? piece.text, frame);
    if (this.#joining.isContainer && frame === undefined && !isBlank(part)) flag(part, 'no_container_frame');
    const slot = this.#slotOf(frame?.stream ?? '');
    if (slot.line === undefined) slot.line = part;
    else addPart(slot.line, part);
    if (frame?.partial === true) return;
    const { line } = slot;
    slot.line = undefined;
    this.#addLine(slot, line);
  }

  /**
   * Takes a record that the next file begins with, if it goes on with what is under way here. False where it does not:
   * then what is under way has ended. `perhaps`: if a later one does.
   * @param keyAt of the next file.
   */
  goOn(piece: Piece, keyAt: (end: number) => string): 'taken' | 'perhaps' | false {
    this.#nextKeyAt = keyAt;
    if (piece.long !== undefined) return false;
    const frame = this.#joining.unframe?.(piece.text);
    const slot = this.#slots.get(frame?.stream ?? '');
    const part = foreign(gather(piece, frame?.text ?? piece.text, frame));
    if (slot?.line !== undefined) {
      addPart(slot.line, part);
      if (frame?.partial === true) return 'taken';
      const { line } = slot;
      slot.line = undefined;
      this.#addLine(slot, line);
      return 'taken';
    }
    if (slot === undefined || frame?.partial === true) return false;
    while (slot.event !== undefined) {
      const taken = this.#offer(slot.event, part);
      if (taken !== false) return taken;
      this.#closeEvent(slot);
    }
    return false;
  }

  /** Ends everything under way. @param early though more might have come. */
  close(early = false): void {
    for (const slot of this.#slots.values()) {
      this.#closeLine(slot, early);
      while (slot.event !== undefined) this.#closeEvent(slot, early);
    }
  }

  /** What is complete as far as a place where nothing is under way. `skips` are bytes between the records. */
  take(start: number, end: number, skips: readonly Skip[]): Joined {
    const cut = this.#cleanCut(end);
    const joined: Joined = {
      end: Math.max(start, cut),
      lines: [],
      merged: { lines: 0, bytes: 0 },
      skipped: { lines: 0, bytes: 0 },
    };
    for (const { bytes } of skips.filter(({ offset }) => offset < cut)) joined.skipped.bytes += bytes;
    for (const { offset, bytes, records, line } of this.#done.sort((one, other) => one.offset - other.offset)) {
      if (offset >= cut) break;
      if (line === undefined) {
        joined.skipped.lines += records;
        joined.skipped.bytes += bytes;
        continue;
      }
      joined.lines.push(line);
      joined.merged.lines += line.merged?.lines ?? 0;
      joined.merged.bytes += line.merged?.bytes ?? 0;
    }
    return joined;
  }

  /** @param early more of its records might have come. */
  #lineOf(gathered: Gathered, early = false): Line {
    const line = lineOf(gathered, this.#joining.invalidFlag, this.#keyAt);
    const { length } = gathered.pieces;
    const waited = early ? { ...line, waited: length } : line;
    if (!this.#keeps || length === 1) return waited;
    const pieces = gathered.pieces.map(kept);
    const own = length - gathered.foreign;
    const next = this.#nextKeyAt;
    return {
      ...waited,
      after: (records) => this.#eventsOf(pieces.slice(records, own), pieces.slice(Math.max(records, own)), next),
    };
  }

  /** The events that records make by themselves: of this file, and then of the next one. */
  #eventsOf(own: readonly Piece[], next: readonly Piece[], nextKeyAt: (end: number) => string): Line[] {
    const joiner = new Joiner(this.#joining, this.#keyAt, { keeps: true });
    for (const piece of own) joiner.#add(piece);
    let taken = 0;
    for (const [index, piece] of next.entries()) {
      const going = joiner.goOn(piece, nextKeyAt);
      if (going === false) break;
      if (going === 'taken') taken = index + 1;
    }
    const lines = joiner.#lines();
    if (taken === next.length) return lines;
    const rest = new Joiner(this.#joining, nextKeyAt, { keeps: true });
    for (const piece of next.slice(taken)) rest.#add(piece);
    return [...lines, ...rest.#lines()];
  }

  #lines(): Line[] {
    this.close(true);
    return this.take(0, Number.POSITIVE_INFINITY, []).lines;
  }

  #slotOf(stream: string): Slot {
    let slot = this.#slots.get(stream);
    if (slot === undefined) {
      slot = {};
      this.#slots.set(stream, slot);
    }
    return slot;
  }

  #addLine(slot: Slot, line: Gathered, early = false): void {
    while (slot.event !== undefined) {
      if (this.#offer(slot.event, line) !== false) return;
      this.#closeEvent(slot);
    }
    if (isBlank(line)) {
      // Of an object with a blank text the other keys say something.
      this.#finish(line, line.frame?.wrap === undefined ? undefined : this.#lineOf(line, early));
      return;
    }
    const { grouping } = this.#joining;
    const text = line.texts[0]!;
    const growing = grouping?.open(text);
    if (growing === undefined) {
      this.#finish(line, this.#lineOf(line, early));
      return;
    }
    if (grouping!.isContinuation(text)) flag(line, 'multiline_continuation');
    slot.event = { gathered: line, growing, rest: [] };
  }

  /** Adds the line to the event, if it goes on with it. */
  #offer(event: OpenEvent, line: Gathered): 'taken' | 'perhaps' | false {
    const { gathered, growing, rest } = event;
    if (gathered.lines + rest.length >= this.#joining.maxLines) return false;
    const taken = isBlank(line) ? 'perhaps' : growing.takes(line.texts[0]!);
    if (taken === false) return false;
    if (taken === 'perhaps') {
      rest.push(line);
      return 'perhaps';
    }
    for (const more of [...rest, line]) addLine(gathered, more);
    event.rest = [];
    return 'taken';
  }

  #closeLine(slot: Slot, early = false): void {
    const { line } = slot;
    if (line === undefined) return;
    slot.line = undefined;
    flag(line, 'partial');
    this.#addLine(slot, line, early);
  }

  #closeEvent(slot: Slot, early = false): void {
    const { event } = slot;
    if (event === undefined) return;
    slot.event = undefined;
    this.#finish(event.gathered, this.#lineOf(event.gathered, early));
    // What did not belong to it after all. The next file reads its own lines itself.
    for (const line of event.rest) if (line.foreign === 0) this.#addLine(slot, line, early);
  }

  /** Ends what would reach too far, be it by lines of another stream. */
  #bound(slot: Slot, next: number): void {
    const { maxBytes } = this.#joining;
    if (slot.line !== undefined && next - slot.line.offset > maxBytes) this.#closeLine(slot);
    // A line under way stays: whoever begins to read after the event knows nothing of its bound.
    while (slot.event !== undefined && next - slot.event.gathered.offset > maxBytes) this.#closeEvent(slot);
  }

  #cut(offset: number): void {
    if (this.#cuts.length === 0 || offset < this.#cuts[0]!) return;
    this.#cuts = this.#cuts.filter((cut) => cut > offset);
    this.close(true);
  }

  #finish({ offset, last, bytes, records }: Omit<Done, 'line'>, line: Line | undefined): void {
    this.#done.push({ offset, last, bytes, records, line });
  }

  /** The furthest offset that nothing, complete or under way, lies on both sides of. */
  #cleanCut(end: number): number {
    let cut = end;
    for (const { line, event } of this.#slots.values()) {
      cut = Math.min(cut, line?.offset ?? end, event?.gathered.offset ?? end);
    }
    for (let before = Number.NaN; before !== cut; ) {
      before = cut;
      for (const { offset, last } of this.#done) if (offset < before && last > before) cut = Math.min(cut, offset);
    }
    return cut;
  }
}

/** A record with bytes of its own: those of the block are gone by the time they are asked for. */
function kept(piece: Piece): Piece {
  return { ...piece, block: { bytes: Buffer.from(contentOf(piece)), start: piece.offset } };
}
