import type { Static, TSchema } from 'typebox';
import { LogmillError } from '../errors.ts';
import type { Event, JsonValue } from '../model/event.ts';
import type { Dropped, Rejected } from '../model/rejected.ts';

/** What a stage returns for one event: the event (the same object, changed, is fine), several, or a verdict. */
export type StageResult = Event | Event[] | Rejected | Dropped;

/**
 * A compiled stage. The events of a source are given to it once and in order, those of several sources by turns. No I/O, no
 * clock, and no memory of earlier events; only find-time remembers one thing for each source, the time of the line before.
 */
export type MapRunner = (event: Event) => StageResult;

/** What a stage may know about where it runs. One per pipeline and input, made at start, never per event. */
export type StageContext = {
  /** Name of the pipeline; keys outside ECS go under `dataset` (`nginx.access.…`). */
  readonly pipeline: string;
  readonly dataset: string;
  readonly host: { readonly id: string; readonly name: string; readonly fields: Event };
  /** IANA zone for times that carry none. */
  readonly timezone: string;
  /** Anchor for times without a year, ms since the epoch; read per call because a file is written while it is read. */
  readonly sourceTime: () => number;
  /** Stands for the source of the event at hand, to keep by it what is remembered; absent where there is only one. */
  readonly source?: (() => object) | undefined;
  /**
   * The first lines of the source of the event at hand (at most 16 KiB), for a stage that needs a header which may have
   * been read by an earlier run; reads the file, so it is asked for once per source. Absent, or no lines, where there is
   * no file.
   */
  readonly head?: (() => readonly string[]) | undefined;
  /** JSON Schema of a stream contract by name (config/schemas/NAME.json). Throws LogmillError for an unknown one. */
  readonly schema: (name: string) => Readonly<Record<string, JsonValue>>;
};

/** An example is documentation and test at once: `out` is matched exactly, `rejected` and `dropped` by their reason and rule. */
export type StageExample<Options> = {
  readonly title: string;
  readonly options: Partial<Options>;
  /** Events of the same source that the stage had before. */
  readonly before?: readonly Event[];
  readonly in: Event;
} & (
  | { readonly out: Event; readonly rejected?: never; readonly dropped?: never }
  | {
      readonly rejected: { readonly reason: string; readonly field?: string };
      readonly out?: never;
      readonly dropped?: never;
    }
  | { readonly dropped: true; readonly out?: never; readonly rejected?: never }
);

/**
 * The description of a stage: plain data that can be printed and documented, apart from the runner it creates.
 * `create` is called once per pipeline and input with validated options (defaults filled in); everything costly
 * (regexes, schemas, tables) is built there. It throws LogmillError when options contradict each other.
 */
export type Stage<Schema extends TSchema = TSchema> = {
  readonly name: string;
  readonly summary: string;
  readonly options: Schema;
  readonly examples: readonly StageExample<Static<Schema>>[];
  /** Of an `inline` one a pipeline is compiled to other stages in its place: it runs only there. */
  readonly form: 'map' | 'inline';
  create(options: Static<Schema>, context: StageContext): MapRunner;
};

/** Declares a stage with its options typed from their schema. */
export function defineStage<Schema extends TSchema>(stage: Stage<Schema>): Stage<Schema> {
  return stage;
}

/** The error a stage throws from `create` when an option cannot be used; `detail` completes "<key> …". */
export function optionFault(key: string, detail: string): LogmillError {
  return new LogmillError('STAGE_OPTION', { key, detail }, { key });
}
