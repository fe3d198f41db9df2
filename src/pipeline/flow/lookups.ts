import type { Event } from '../../model/event.ts';
import { Rejected } from '../../model/rejected.ts';
import type { BatchStage } from '../compile.ts';
import { noteFailure } from '../on-error.ts';
import type { StageResult } from '../stage.ts';
import type { Unit } from './flow.ts';

/** Batches of one stage under way before no more is read. */
const MOST_UNDER_WAY = 4;

/** An event that waits, or only goes by and must not overtake those that do. */
export type Waiting = { readonly unit: Unit; readonly to: number; readonly isPassing: boolean };

/** In the order of those that wait; undefined stands for an event that was not asked about. */
export type Answers = readonly (StageResult | undefined)[];

/** The events that wait for a stage's answers. They are let go in the order in which they came, whatever came back first. */
export class Lookups {
  readonly #stage: BatchStage;
  readonly #done: (waiting: readonly Waiting[], results: Answers) => void;
  #waiting: Waiting[] = [];
  #last: Promise<void> = Promise.resolve();
  #underWay = 0;
  #room = Promise.withResolvers<void>();

  /** @param done takes the answers. */
  constructor(stage: BatchStage, done: (waiting: readonly Waiting[], results: Answers) => void) {
    this.#stage = stage;
    this.#done = done;
  }

  /** @param to the stage to go on with. */
  add(unit: Unit, to: number): void {
    this.#waiting.push({ unit, to, isPassing: this.#stage.matches?.(unit.event) === false });
  }

  /** The stage is not for it, but it waits its turn. */
  pass(unit: Unit, to: number): void {
    this.#waiting.push({ unit, to, isPassing: true });
  }

  /** Asks about what has come since the last time. */
  start(): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    this.#underWay++;
    const answers = this.#ask(waiting);
    const before = this.#last;
    this.#last = (async () => {
      const results = await answers;
      await before;
      this.#underWay--;
      if (this.#underWay < MOST_UNDER_WAY) {
        this.#room.resolve();
        this.#room = Promise.withResolvers();
      }
      this.#done(waiting, results);
    })();
  }

  /** Resolves when another batch may come. */
  async room(): Promise<void> {
    while (this.#underWay >= MOST_UNDER_WAY) await this.#room.promise;
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    while (this.#underWay > 0) await this.#last;
  }

  async #ask(waiting: readonly Waiting[]): Promise<Answers> {
    const { lookUp, onError } = this.#stage;
    const events = waiting.filter(({ isPassing }) => !isPassing).map(({ unit }) => unit.event);
    const before = onError === 'reject' ? [] : events.map((event) => ({ ...event }));
    const answers = await answersOf(lookUp, events);
    let next = 0;
    return waiting.map(({ isPassing }) => {
      if (isPassing) return undefined;
      const answer = answers[next]!;
      const kept = before[next++];
      return answer instanceof Rejected && kept !== undefined ? this.#tolerate(answer, kept) : answer;
    });
  }

  #tolerate(rejected: Rejected, event: Event): Event {
    noteFailure(event, this.#stage.name, rejected);
    return event;
  }
}

async function answersOf(lookUp: BatchStage['lookUp'], events: readonly Event[]): Promise<readonly StageResult[]> {
  if (events.length === 0) return [];
  const failed = (detail: string) => events.map(() => new Rejected('fault', detail));
  try {
    const answers = await lookUp(events);
    if (answers.length === events.length) return answers;
    return failed(`${answers.length} answers for ${events.length} events`);
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }
}
