import { LogmillError } from '../../errors.ts';
import type { Clock } from '../../model/clock.ts';
import type { Event } from '../../model/event.ts';
import type { Chunk, Line, Part, Source } from '../../model/line.ts';
import { Dropped, Rejected } from '../../model/rejected.ts';
import type { CompiledStage } from '../compile.ts';
import { Jump } from '../jump.ts';
import type { Output, StageResult, StatefulRunner } from '../stage.ts';
import { type Emission, emissionsOf, type Finished, type MakeDocument } from './emission.ts';
import type { KeptBytes } from './kept-bytes.ts';
import { type Answers, Lookups, type Waiting } from './lookups.ts';
import { Memory } from './memory.ts';
import { Ticket } from './open-chunk.ts';
import { linkChunks, SourceOrder } from './source-order.ts';

/** How often stages with a memory are told what time it is, ms. */
const FLUSH_MS = 1000;

export type FlowParts = {
  readonly pipeline: string;
  readonly stages: readonly CompiledStage[];
  readonly begin: (line: Line) => Event | Rejected;
  readonly make: MakeDocument;
  /** Clock of the read time. */
  readonly now: () => number;
  readonly clock: Clock;
  /** Told whose event comes next and of which line, of several the first, before stages see it. */
  readonly enter: (source: Source, line: Line) => void;
  readonly onFault: (fault: LogmillError) => void;
  /** What waits for stages with a memory, here and in other pipelines. */
  readonly kept: KeptBytes;
  /** Takes what came out, one after the other; resolves when there is room for more. */
  readonly emit: (emission: Emission) => Promise<void>;
};

/** A stage has taken the event in. */
const HELD = Symbol('held');

/** An event between two stages, and the lines it is made of. */
export type Unit = {
  readonly event: Event;
  readonly tickets: readonly Ticket[];
  /** Which of the documents of its first line it becomes. */
  readonly part: Part;
  readonly isDerived: boolean;
  /** How many lines it is made of, where more might have come. */
  readonly waited?: number | undefined;
};

/**
 * A pipeline with stages that hold events back. Lines go in in chunks, and come out in chunks of other make: in order of
 * their source, as soon as they are through. A chunk of the input is acknowledged when everything made of its lines is
 * settled.
 */
export class Flow {
  readonly #parts: FlowParts;
  readonly #memories = new Map<number, Memory>();
  readonly #lookups = new Map<number, Lookups>();
  readonly #orders = new Map<Source, SourceOrder>();
  #finished: Finished[] = [];
  #emitting: Promise<void> = Promise.resolve();
  #isClosed = false;
  #cancelTimer: (() => void) | undefined;

  constructor(parts: FlowParts) {
    this.#parts = parts;
    for (const [at, stage] of parts.stages.entries()) {
      if ('run' in stage) continue;
      if (stage.form === 'stateful') this.#memories.set(at, new Memory(stage, at));
      else this.#lookups.set(at, new Lookups(stage, (waiting, results) => this.#looked(at, waiting, results)));
    }
    parts.kept.join(this.#letGo);
  }

  /** Takes a chunk in. Resolves when there is room for another; rejects when what came out could not be handed on. */
  async push(chunk: Chunk): Promise<void> {
    const { begin, now, kept } = this.#parts;
    const open = this.#orderOf(chunk.source).open(chunk, now());
    for (const [index, line] of chunk.lines.entries()) {
      const made = { tickets: [new Ticket(open, index)], part: 0, isDerived: false };
      const event = begin(line);
      if (event instanceof Rejected) this.#finish(event, made);
      else this.#walk({ event, ...made }, 0);
    }
    kept.relieve();
    this.#endTurn();
    await Promise.all([...this.#lookups.values()].map((lookups) => lookups.room()));
    await this.#emitting;
    // What the store turned out not to have may come after the end.
    if (this.#isClosed) await this.close();
  }

  /** Nothing comes any more: whatever is held back comes out. Resolves when it has been handed on. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelTimer?.();
    this.#parts.kept.leave(this.#letGo);
    for (const [at] of this.#parts.stages.entries()) {
      const memory = this.#memories.get(at);
      if (memory !== undefined) this.#closeMemory(at, memory);
      this.#endTurn();
      await this.#lookups.get(at)?.idle();
    }
    await this.#emitting;
  }

  #closeMemory(at: number, memory: Memory): void {
    this.#ask(at, memory, (runner) => runner.close());
    for (const made of memory.takeAll()) {
      const fault = this.#fault(new Error('it kept the line when everything was over'), at, made.tickets);
      this.#finish(fault, made);
    }
  }

  #orderOf(source: Source): SourceOrder {
    const { kept } = this.#parts;
    const known = this.#orders.get(source);
    const forget = () => this.#orders.delete(source);
    const order = known ?? new SourceOrder(forget, (bytes) => kept.add(bytes));
    this.#orders.set(source, order);
    return order;
  }

  /** Sends an event on from a stage, as far as it goes by itself. */
  #walk(unit: Unit, from: number): void {
    const { stages } = this.#parts;
    let { event } = unit;
    let at = from;
    this.#parts.enter(sourceOf(unit), unit.tickets[0]!.line);
    try {
      while (at < stages.length) {
        const stage = stages[at]!;
        const result = 'run' in stage ? stage.run(event) : this.#hold({ ...unit, event }, at);
        if (result === HELD) return;
        if (result instanceof Rejected || result instanceof Dropped || Array.isArray(result)) {
          this.#leave(result, unit, at + 1);
          return;
        }
        if (result instanceof Jump) {
          const { to } = result;
          event = result.event;
          if (this.#waitBetween({ ...unit, event }, at, to)) return;
          at = to;
        } else {
          event = result as Event;
          at++;
        }
      }
      this.#finish(event, unit);
    } catch (error) {
      this.#finish(this.#fault(error, at, unit.tickets), unit);
    }
  }

  /** Gives an event to a stage that holds events back, or hands it back where that does not want it. */
  #hold(unit: Unit, at: number): Event | typeof HELD {
    const lookups = this.#lookups.get(at);
    const memory = this.#memories.get(at);
    if (memory?.stage.matches?.(unit.event) === false) return unit.event;
    if (lookups !== undefined) lookups.add(unit, at + 1);
    else this.#remember(unit, at, memory!);
    return HELD;
  }

  /** An event that jumps over stages still waits for those that are looked up there, at one after the other. */
  #waitBetween(unit: Unit, at: number, to: number): boolean {
    for (let stage = at + 1; stage < to; stage++) {
      const lookups = this.#lookups.get(stage);
      if (lookups === undefined) continue;
      lookups.pass(unit, to);
      return true;
    }
    return false;
  }

  #leave(result: Rejected | Dropped | readonly Event[], unit: Unit, next: number): void {
    if (result instanceof Rejected || result instanceof Dropped) this.#finish(result, unit);
    else this.#split(result, unit, next);
  }

  /** The first child has the number of its parent. What becomes of a child does not change the number of another. */
  #split(children: readonly Event[], unit: Unit, from: number): void {
    if (children.length === 0) throw new RangeError('a stage returned no event and no verdict');
    const [owner] = unit.tickets;
    const first = owner!.nextPart;
    owner!.nextPart += children.length - 1;
    for (const ticket of unit.tickets) ticket.held += children.length - 1;
    for (const [index, event] of children.entries()) {
      this.#walk({ ...unit, event, part: index === 0 ? unit.part : first + index - 1 }, from);
    }
  }

  #remember(unit: Unit, at: number, memory: Memory): void {
    const record = memory.take(unit);
    try {
      this.#handOn(memory.stage.runner.push(unit.event, record, this.#parts.clock.now()), at, memory);
    } catch (error) {
      const fault = this.#fault(error, at, unit.tickets);
      // Should it have taken the record in, and name it later, that is in vain.
      if (memory.release(record)) this.#finish(fault, unit);
    }
  }

  #ask(at: number, memory: Memory, ask: (runner: StatefulRunner) => readonly Output[]): void {
    try {
      this.#handOn(ask(memory.stage.runner), at, memory);
    } catch (error) {
      this.#fault(error, at, []);
    }
  }

  #handOn(outputs: readonly Output[], at: number, memory: Memory): void {
    for (const output of outputs) {
      const made = memory.named(output);
      if (made === undefined) {
        this.#fault(new Error('an output names no record that the stage has'), at, []);
        continue;
      }
      linkChunks(made.tickets);
      const { result } = output;
      if (result instanceof Rejected || result instanceof Dropped) this.#finish(result, made);
      else this.#walk({ event: result, ...made }, at + 1);
    }
  }

  /** Answers have come, those of events before them too. */
  #looked(at: number, waiting: readonly Waiting[], results: Answers): void {
    for (const [index, { unit, to }] of waiting.entries()) {
      const result = results[index];
      if (result !== undefined) this.#answered(result, unit, at, to);
      // Where it jumps further it waits its turn there too.
      else if (!this.#waitBetween(unit, at, to)) this.#walk(unit, to);
    }
    this.#parts.kept.relieve();
    this.#endTurn();
  }

  #answered(result: StageResult, unit: Unit, at: number, to: number): void {
    try {
      if (result instanceof Rejected && result.reason === 'fault') throw new Error(result.detail);
      if (result instanceof Rejected || result instanceof Dropped || Array.isArray(result)) {
        this.#leave(result, unit, to);
      } else this.#walk({ ...unit, event: result as Event }, to);
    } catch (error) {
      this.#finish(this.#fault(error, at, unit.tickets), unit);
    }
  }

  #finish(result: Finished['result'], { tickets, part, isDerived, waited }: Omit<Unit, 'event'>): void {
    this.#finished.push({ result, tickets, part, isDerived, waited });
  }

  #fault(error: unknown, at: number, tickets: readonly Ticket[]): Rejected {
    const detail = error instanceof Error ? error.message : String(error);
    const stage = this.#parts.stages[at]?.name ?? 'finish';
    const offset = tickets[0]?.line.offset ?? 0;
    const fault = new LogmillError(
      'PIPELINE_FAULT',
      { stage, pipeline: this.#parts.pipeline, offset, detail },
      {},
      error,
    );
    this.#parts.onFault(fault);
    return new Rejected('fault', fault.message.slice(0, 500));
  }

  readonly #letGo = (): void => {
    this.#flush(true);
    this.#endTurn();
  };

  #flush(isPressed: boolean): void {
    const now = this.#parts.clock.now();
    for (const [at, memory] of this.#memories) {
      if (!memory.isEmpty) this.#ask(at, memory, (runner) => runner.flush(now, isPressed));
    }
  }

  /** Hands on what is through, starts look-ups, and sees to it that what is kept is looked at again. */
  #endTurn(): void {
    for (const lookups of this.#lookups.values()) lookups.start();
    const finished = this.#finished;
    this.#finished = [];
    for (const emission of emissionsOf(finished, this.#parts.make)) {
      this.#emitting = this.#emitting.then(() => this.#parts.emit(emission));
    }
    // Whoever pushes or closes hears of it.
    this.#emitting.catch(() => {});
    if (this.#cancelTimer !== undefined || [...this.#memories.values()].every(({ isEmpty }) => isEmpty)) return;
    this.#cancelTimer = this.#parts.clock.after(FLUSH_MS, () => {
      this.#cancelTimer = undefined;
      this.#flush(false);
      this.#endTurn();
    });
  }
}

function sourceOf({ tickets }: Unit): Source {
  return tickets[0]!.chunk.chunk.source;
}
