import type { StatefulStage } from '../compile.ts';
import type { RecordToken } from '../stage.ts';
import type { OpenChunk, Ticket } from './open-chunk.ts';

type Record = RecordToken & { readonly tickets: readonly Ticket[] };

/** What a stage with a memory has been given and not let go. */
export class Memory {
  readonly stage: StatefulStage;
  readonly #records = new Set<Record>();
  readonly #kept: (open: OpenChunk, by: 1 | -1) => void;

  /** @param kept told of every line that is taken in, and let go. */
  constructor(stage: StatefulStage, kept: (open: OpenChunk, by: 1 | -1) => void) {
    this.stage = stage;
    this.#kept = kept;
  }

  get isEmpty(): boolean {
    return this.#records.size === 0;
  }

  /** Makes the token of an event that the stage is given. */
  take(tickets: readonly Ticket[]): RecordToken {
    const record: Record = { isRecord: true, tickets };
    this.#records.add(record);
    for (const { chunk } of tickets) this.#kept(chunk, 1);
    return record;
  }

  /** The lines of an output: with `keeps` the stage has them as well, otherwise no more. Those let go before are left out. */
  named(of: readonly RecordToken[], keeps: boolean): readonly Ticket[] {
    const tickets: Ticket[] = [];
    for (const token of of) {
      const record = token as Record;
      if (keeps ? !this.#records.has(record) : !this.release(record)) continue;
      tickets.push(...record.tickets);
    }
    if (keeps) for (const ticket of tickets) ticket.held++;
    return tickets;
  }

  /** False where the stage does not have it. */
  release(token: RecordToken): boolean {
    const record = token as Record;
    if (!this.#records.delete(record)) return false;
    for (const { chunk } of record.tickets) this.#kept(chunk, -1);
    return true;
  }

  /** Everything it has, which it has no more. */
  takeAll(): readonly { readonly tickets: readonly Ticket[] }[] {
    const all = [...this.#records];
    for (const record of all) this.release(record);
    return all;
  }
}
