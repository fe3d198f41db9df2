import { setImmediate as turn } from 'node:timers/promises';
import { Settlement } from '../../../src/delivery/settle.ts';
import type { Event } from '../../../src/model/event.ts';
import { emptyTally, type Tally } from '../../../src/model/ledger.ts';
import type { Chunk, Line, Outgoing, Processed, Source } from '../../../src/model/line.ts';
import type { BatchStage, CompiledStage, MapStage, StatefulStage } from '../../../src/pipeline/compile.ts';
import type { Emission } from '../../../src/pipeline/flow/emission.ts';
import { Flow } from '../../../src/pipeline/flow/flow.ts';
import { KeptBytes } from '../../../src/pipeline/flow/kept-bytes.ts';
import type { Output, RecordToken } from '../../../src/pipeline/stage.ts';
import { chunkOf } from '../../../src/pipeline/testing.ts';
import { ManualClock } from '../../agent/framing/manual-clock.ts';

export const map = (run: MapStage['run'], name = 'map'): MapStage => ({ name, run });

export const batch = (lookUp: BatchStage['lookUp'], more: Partial<BatchStage> = {}): BatchStage => ({
  name: 'batch',
  form: 'batch',
  lookUp,
  onError: 'reject',
  matches: undefined,
  ...more,
});

export const stateful = (runner: StatefulStage['runner'], more: Partial<StatefulStage> = {}): StatefulStage => ({
  name: 'stateful',
  form: 'stateful',
  runner,
  matches: undefined,
  ...more,
});

/** Joins so many events to one; what is left comes out when it is asked to let go. */
export function joinEach(count: number): StatefulStage {
  let held: { readonly event: Event; readonly record: RecordToken }[] = [];
  const letGo = (): Output[] => {
    if (held.length === 0) return [];
    const event = { ...held[0]!.event, joined: held.map((one) => one.event['message']!) };
    const of = held.map(({ record }) => record);
    held = [];
    return [{ result: event, of }];
  };
  return stateful({
    push(event, record) {
      held.push({ event, record });
      return held.length === count ? letGo() : [];
    },
    flush: (_now, isPressed) => (isPressed ? letGo() : []),
    close: letGo,
  });
}

/** Lets every event pass, and says after so many how many there were. */
export function countEach(count: number): StatefulStage {
  let seen: RecordToken[] = [];
  const letGo = (): Output[] => {
    const of = seen;
    seen = [];
    return of.length === 0 ? [] : [{ result: { count: of.length }, of, isDerived: true }];
  };
  return stateful({
    push(event, record) {
      seen.push(record);
      const passing: Output = { result: event, of: [record], keeps: true };
      return seen.length === count ? [passing, ...letGo()] : [passing];
    },
    flush: () => letGo(),
    close: letGo,
  });
}

type Waiting = Emission & { readonly settlement: Settlement };

/** A flow between an agent and a store that settles documents when told. */
export class FlowRig {
  readonly clock = new ManualClock();
  readonly emitted: Processed[] = [];
  /** Of the lines of documents, how many records they said they had. */
  readonly lines: (number | undefined)[] = [];
  readonly faults: string[] = [];
  /** Chunks acknowledged, in order, with their tallies. */
  readonly acknowledged: { readonly chunk: Chunk; readonly tally: Tally }[] = [];
  readonly flow: Flow;
  #waiting: Waiting[] = [];
  #offsets = new Map<string, number>();

  constructor(stages: readonly CompiledStage[], more: { mostKeptBytes?: number; kept?: KeptBytes } = {}) {
    const { mostKeptBytes = 1024 * 1024, kept = new KeptBytes(mostKeptBytes) } = more;
    this.flow = new Flow({
      pipeline: 'test',
      stages,
      begin: (line) => ({ message: line.text }),
      make: (event, _open, line) => {
        this.lines.push(line.waited);
        return { index: 'logs', document: JSON.stringify(event) };
      },
      now: () => this.clock.now(),
      clock: this.clock,
      enter: () => {},
      onFault: (fault) => void this.faults.push(fault.message),
      kept,
      emit: async (emission) => this.#take(emission),
    });
  }

  /** Sends a chunk in; its source goes on where it was. */
  push(texts: readonly string[], name = 'a', change = (line: Line): Line => line): Promise<void> {
    const made = chunkOf(texts, 'test');
    const from = this.#offsets.get(name) ?? 0;
    this.#offsets.set(name, from + made.end);
    const fileKey = name.padStart(16, '0');
    const lines = made.lines.map((line) => change({ ...line, fileKey, offset: from + line.offset }));
    const chunk: Chunk = {
      ...made,
      source: this.#source(name),
      start: from,
      end: from + made.end,
      lines,
      acknowledge: (tally) => void this.acknowledged.push({ chunk, tally }),
    };
    return this.flow.push(chunk);
  }

  /** Documents that are through, in order. */
  documents(): Outgoing[] {
    return this.emitted.flatMap(({ documents }) => documents);
  }

  /** What came out, as events. */
  events(): Event[] {
    return this.documents().map(({ document }) => JSON.parse(document) as Event);
  }

  /** Settles everything emitted and not settled, or the first so many chunks of it. */
  settle(count = Number.POSITIVE_INFINITY): void {
    for (const { settlement, processed } of this.#waiting.splice(0, count)) {
      for (const { line } of processed.documents) settlement.settle(line, 'indexed');
      for (const { line, rejected } of processed.rejected) {
        settlement.reject(line, rejected);
        settlement.settle(line, 'dead_lettered');
      }
      for (const { line } of processed.dropped) settlement.settle(line, 'dropped');
    }
  }

  /** The lines that emissions not settled yet are made of. */
  unsettledLines(): { readonly source: string; readonly offset: number }[] {
    return this.#waiting.flatMap(({ tickets }) =>
      tickets.flat().map(({ chunk, line }) => ({ source: chunk.chunk.source.id, offset: line.offset })),
    );
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Takes one emission at this position out of turn and settles it. */
  settleAt(position: number): void {
    const [one] = this.#waiting.splice(position, 1);
    if (one === undefined) return;
    const rest = this.#waiting;
    this.#waiting = [one];
    this.settle();
    this.#waiting = rest;
  }

  async rest(): Promise<void> {
    for (let round = 0; round < 5; round++) await turn();
  }

  readonly #sources = new Map<string, Source>();
  #source(name: string): Source {
    const known = this.#sources.get(name) ?? {
      id: name,
      input: name,
      path: undefined,
      pipeline: 'test',
      modifiedAt: 0,
    };
    this.#sources.set(name, known);
    return known;
  }

  #take(emission: Emission): void {
    const { processed } = emission;
    this.emitted.push(processed);
    this.#waiting.push({ ...emission, settlement: new Settlement(processed, () => {}) });
  }
}

/** A tally of so many lines of a chunk. */
export function tallyOf(more: Partial<Tally>): Tally {
  return { ...emptyTally(), ...more };
}
