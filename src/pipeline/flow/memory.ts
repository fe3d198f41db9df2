import type { StatefulStage } from '../compile.ts';
import type { Output, RecordToken } from '../stage.ts';
import type { Unit } from './flow.ts';

type Record = RecordToken &
  Omit<Unit, 'event'> & {
    /** An output has its id. */
    isLent: boolean;
    /** Outputs that have an id made of its. */
    others: number;
  };

/** What a stage with a memory has been given and not let go. */
export class Memory {
  readonly stage: StatefulStage;
  readonly #records = new Set<Record>();
  /** What the ids have that it gives to documents about events. */
  readonly #suffix: string;

  /** @param at position of the stage. */
  constructor(stage: StatefulStage, at: number) {
    this.stage = stage;
    this.#suffix = `m${at}`;
  }

  get isEmpty(): boolean {
    return this.#records.size === 0;
  }

  /** Makes the token of an event that the stage is given. */
  take({ event: _event, ...made }: Unit): RecordToken {
    const record: Record = { ...made, isRecord: true, isLent: false, others: 0 };
    this.#records.add(record);
    for (const { chunk } of record.tickets) chunk.keep(1);
    return record;
  }

  /**
   * What an output is made of; undefined where it names nothing that the stage has. With `keeps` the stage still has these
   * records, otherwise no more. Those let go before are left out.
   */
  named({ of, keeps = false, isDerived = false, mayGoOn = false }: Output): Omit<Unit, 'event'> | undefined {
    const records = (of as readonly Record[]).filter((one) => (keeps ? this.#records.has(one) : this.release(one)));
    const [first] = records;
    if (first === undefined) return undefined;
    const tickets = records.length === 1 ? first.tickets : records.flatMap((record) => record.tickets);
    if (keeps) for (const ticket of tickets) ticket.held++;
    return {
      tickets,
      part: this.#partOf(first, isDerived),
      isDerived: isDerived || records.every((record) => record.isDerived),
      waited: mayGoOn ? new Set(tickets).size : records.length === 1 ? first.waited : undefined,
    };
  }

  /**
   * The event itself keeps its id. What is about it has another one, which does not depend on what becomes of the event
   * and when: after a crash that may be otherwise.
   */
  #partOf(record: Record, isDerived: boolean): Unit['part'] {
    const { part } = record;
    if (!isDerived && !record.isLent) {
      record.isLent = true;
      return part;
    }
    const number = record.others++;
    const suffix = number === 0 ? this.#suffix : `${this.#suffix}-${number}`;
    return part === 0 ? suffix : `${part}-${suffix}`;
  }

  /** False where the stage does not have it. */
  release(token: RecordToken): boolean {
    const record = token as Record;
    if (!this.#records.delete(record)) return false;
    for (const { chunk } of record.tickets) chunk.keep(-1);
    return true;
  }

  /** Everything it has, which it has no more. */
  takeAll(): readonly Omit<Unit, 'event'>[] {
    const all = [...this.#records];
    for (const record of all) this.release(record);
    return all;
  }
}
