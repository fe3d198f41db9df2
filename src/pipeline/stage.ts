import type { Static, TSchema } from 'typebox';
import { LogmillError } from '../errors.ts';
import type { Event, JsonValue } from '../model/event.ts';
import type { Dropped, Rejected } from '../model/rejected.ts';

/** What a stage returns for one event: the event (the same object, changed, is fine), several, or a verdict. */
export type StageResult = Event | Event[] | Rejected | Dropped;

/**
 * A compiled stage. The events of a source are given to it once and in order, those of several sources by turns. No I/O, no
 * clock, and no memory of earlier events; only find-time and parse-w3c remember one thing for each source: the time of the
 * line before, and the header in force.
 */
export type MapRunner = (event: Event) => StageResult;

/** Stands for one line of the input inside a stateful stage, which keeps it and names it, and never looks inside. */
export type RecordToken = { readonly isRecord: true };

/** What a stateful stage hands on. */
export type Output = {
  readonly result: Event | Rejected | Dropped;
  /**
   * The records it is made of, the first of which lends it its id: at least one. The document stands for all of them: they
   * are settled when it is.
   */
  readonly of: readonly RecordToken[];
  /** It is about these records, like a count, and is not what is left of their texts. */
  readonly isDerived?: boolean;
  /** The stage still has these records; a later output will name them once more. */
  readonly keeps?: boolean;
  /**
   * More records might have come for it: another time it may be made of more, or of fewer. The document then says how many
   * it has, so that after a crash none is taken to be in it that is not.
   */
  readonly mayGoOn?: boolean;
};

/**
 * A compiled stage with a memory. Called by one caller at a time, in the order of the lines of each source. Every record it
 * was given must be named by an output, at the latest by `close`: until then it is not acknowledged, and of what is not
 * acknowledged there is room for a few megabytes only. After a crash everything not acknowledged comes again.
 */
export type StatefulRunner = {
  /** @param now ms since the epoch. The event is the stage's own from here on. */
  push(event: Event, record: RecordToken, now: number): readonly Output[];
  /**
   * Called about once a second while it has records, and when what waits takes too much room (`isPressed`): then it lets
   * everything go.
   */
  flush(now: number, isPressed: boolean): readonly Output[];
  /** Nothing comes any more. */
  close(): readonly Output[];
};

/**
 * A compiled stage that waits for something outside, such as a look-up. Gives one result for each event, in their order.
 * Bounds its time and its memory itself; several calls may be under way at once. What it rejects with is a fault.
 */
export type BatchRunner = (events: readonly Event[]) => Promise<readonly StageResult[]>;

/** A file that an option names, as the stage reads it; another value once the file has changed. */
export type OptionFile<Value> = { readonly value: Value };

/** Where a secret is; never its text, because pipelines are shown and shared. */
export type SecretPlace = { readonly env: string } | { readonly file: string };

/** What options of stages name outside the pipeline. Paths count from the pipeline's file. */
export type OptionFiles = {
  /**
   * Reads the file, and again when it changes, by the clock: asking for the value costs nothing. One that cannot be read
   * any more leaves the last value. Throws LogmillError for one that cannot be read at the start.
   * @param option key of the option, for messages.
   * @param content what is made of it: stages that say the same share the value, which nobody changes.
   */
  open<Value>(option: string, name: string, content: string, read: (content: Buffer) => Value): OptionFile<Value>;
  /** The secret itself: never logged, never part of a message. Throws LogmillError where it is not there. */
  secret(option: string, place: SecretPlace): string;
  /** The same for a pipeline in another file. */
  of(pipelineFile: string): OptionFiles;
};

/** A stream is not as its contract says; told of each field and change once by every runner of the stage. */
export type Drift = {
  readonly kind: 'drift';
  /** Name of the stream's contract. */
  readonly contract: string;
  readonly field: string;
  readonly change: 'new' | 'changed' | 'missing';
  readonly detail: string;
};

/** Events broke their contract: how many, and what became of them. */
export type Breach = {
  readonly kind: 'breach';
  readonly contract: string;
  readonly outcome: 'rejected' | 'quarantined' | 'reported';
  readonly events: number;
};

/** What a stage has to say of the stream as a whole. */
export type Notice = Drift | Breach;

/** Takes out of a text what must not be stored. */
export type Veil = (text: string) => string;

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
  /** Fields that the input adds after the last stage, where no stage has set them. */
  readonly added?: readonly string[] | undefined;
  /** The lines are single ones of their source, read again: none of them names columns for those after it. */
  readonly isReplay?: boolean | undefined;
  /**
   * The line under way, of several the first: what the document will have as its message where no stage leaves one, for
   * those that must see everything that will be stored.
   */
  readonly line?: (() => string) | undefined;
  /**
   * For stages that take out what must not be stored: whatever becomes the message only after all stages goes through this,
   * and loses what they took out of fields (`noteTaken`). @param isOfSecrets nobody is to see those, on a terminal neither.
   */
  readonly veil?: ((clean: Veil, isOfSecrets?: boolean) => void) | undefined;
  readonly files: OptionFiles;
  /** JSON Schema of a stream contract by name (config/schemas/NAME.json). Throws LogmillError for an unknown one. */
  readonly schema: (name: string) => Readonly<Record<string, JsonValue>>;
  /** Told of what has become of the stream; absent where nobody listens. */
  readonly notice?: ((notice: Notice) => void) | undefined;
};

/**
 * An example is documentation and test at once: `out` is matched exactly, `rejected` and `dropped` by their reason and
 * rule. Of a stateful stage it is the last of what has come out when nothing comes any more.
 */
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
  /** What else somebody who uses it must know, such as what a restart does: whole sentences for the documentation. */
  readonly notes?: string;
  readonly options: Schema;
  readonly examples: readonly StageExample<Static<Schema>>[];
} & (
  | {
      /** Of an `inline` one a pipeline is compiled to other stages in its place: it runs only there. */
      readonly form: 'map' | 'inline';
      create(options: Static<Schema>, context: StageContext): MapRunner;
    }
  | { readonly form: 'stateful'; create(options: Static<Schema>, context: StageContext): StatefulRunner }
  | { readonly form: 'batch'; create(options: Static<Schema>, context: StageContext): BatchRunner }
);

/** Declares a stage with its options typed from their schema. */
export function defineStage<Schema extends TSchema>(stage: Stage<Schema>): Stage<Schema> {
  return stage;
}

/** The error a stage throws from `create` when an option cannot be used; `detail` completes "<key> …". */
export function optionFault(key: string, detail: string): LogmillError {
  return new LogmillError('STAGE_OPTION', { key, detail }, { key });
}
