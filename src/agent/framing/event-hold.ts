import type { Held, ReadResult } from '../tail.ts';

/** How long a line waits that mostly no other belongs to, ms: a process writes a trace at once, or one line right after the other. */
const BRIEF = 100;

/** What waiting needs of the agent. */
export type HoldContext = {
  readonly after: (ms: number, run: () => void) => () => void;
  /** Resolves when everything as it is now is in the checkpoint, or could not be written there. */
  readonly saved: () => Promise<void>;
};

/**
 * The last event of a file, while it waits for more lines. When it has waited long enough its end is written down before
 * it is handed out: should the next run read it again, lines that have come meanwhile must not be taken into it, because
 * the store has it without them.
 */
export class EventHold {
  readonly #timeout: number;
  readonly #context: HoldContext;
  readonly #wake: () => void;
  #cuts: number[];
  /** An end that is not in the checkpoint yet. */
  #closing: number | undefined;
  #end: number | undefined;
  /** Resolves when the end under way is written down. */
  #closed: Promise<void> = Promise.resolve();
  /** Another file goes on with it. */
  #isDeferred = false;
  /** It has waited long enough. By a timer, not by the time of day: a clock set back must not keep an event for hours. */
  #isDue = false;
  #cancel = () => {};

  /**
   * @param timeout ms.
   * @param cuts ends that an earlier run has written down.
   * @param wake called when the file should have another turn.
   */
  constructor(timeout: number, cuts: readonly number[], context: HoldContext, wake: () => void) {
    this.#timeout = timeout;
    this.#cuts = [...cuts];
    this.#context = context;
    this.#wake = wake;
  }

  /** Offsets at which events end. */
  get cuts(): readonly number[] {
    return this.#cuts;
  }

  /** What belongs into the checkpoint. */
  get recorded(): readonly number[] {
    return this.#closing === undefined ? this.#cuts : [...this.#cuts, this.#closing];
  }

  /** Its end is being written down: nothing may be read until that is done. */
  get isClosing(): boolean {
    return this.#closing !== undefined;
  }

  /** Where the lines of the event end so far; undefined where none waits. */
  get end(): number | undefined {
    return this.#end;
  }

  /** Waits no longer; resolves when that is written down. Undefined where nothing waits. */
  finish(): Promise<void> | undefined {
    if (this.isClosing) return this.#closed;
    return this.#end === undefined || this.#isDeferred ? undefined : this.close(this.#end);
  }

  /** A read found what it found. */
  note(result: ReadResult): void {
    if (result.kind === 'more') return;
    this.noteHeld(result.kind === 'lines' ? result.framed : result.kind === 'end' ? result : {});
  }

  noteHeld({ holds, isUndecided }: Held): void {
    if (holds === undefined) this.over();
    else this.wait(holds, isUndecided);
  }

  /** Everything read so far, up to `end`, is of an event that may go on. */
  wait(end: number, isUndecided = false): void {
    if (end !== this.#end) {
      this.#end = end;
      this.#wakeAfter(isUndecided ? Math.min(BRIEF, this.#timeout) : this.#timeout);
    } else if (this.#isDue) {
      if (isUndecided) this.#pass(end);
      else void this.close(end);
    }
  }

  #wakeAfter(ms: number): void {
    this.#cancel();
    this.#isDue = false;
    this.#cancel = this.#context.after(ms, () => {
      this.#isDue = true;
      this.#wake();
    });
  }

  /** Nothing waits any more. */
  over(): void {
    this.#cancel();
    this.#cancel = () => {};
    this.#isDue = false;
    this.#isDeferred = false;
    this.#end = undefined;
  }

  /** The next file goes on with the event: whoever reads that says when it ends, unless nothing is heard of it. */
  defer(): void {
    this.#isDeferred = true;
    this.#wakeAfter(2 * this.#timeout);
  }

  /** Ends the event at `end`, once that is written down. */
  close(end: number): Promise<void> {
    if (this.#closing !== undefined) return this.#closed;
    this.over();
    this.#closing = end;
    this.#closed = this.#context.saved().then(() => {
      this.closeNow(end);
      this.#wake();
    });
    return this.#closed;
  }

  /**
   * Lets lines go that stayed alone, without writing that down first: they would be late by a checkpoint each. Lines that
   * come after all are not lost with it, for the store knows how many it has (ADR 16).
   */
  #pass(end: number): void {
    this.over();
    this.closeNow(end);
    this.#wake();
  }

  /** Ends the event at `end`: the next reading gives it. */
  closeNow(end: number): void {
    this.#closing = undefined;
    // Ends further on are of another file, that had the inode before and was longer.
    this.#cuts = [...this.#cuts.filter((cut) => cut < end), end];
  }

  /** Forgets ends that are acknowledged. */
  forget(before: number): void {
    this.#cuts = this.#cuts.filter((cut) => cut > before);
  }
}
