import type { Event } from '../../model/event.ts';
import type { Line, Outgoing } from '../../model/line.ts';
import type { RejectionReason } from '../../model/rejected.ts';
import type { PipelineDefinition } from '../definition.ts';
import type { Binding } from '../pipelines.ts';
import type { Notice } from '../stage.ts';

/** What a worker is started with: plain data, because it crosses to another thread. */
export type WorkerData = {
  readonly pipeline: string;
  readonly definitions: readonly Omit<PipelineDefinition, 'locate'>[];
  readonly folders: readonly string[];
  readonly binding: Pick<Binding, 'input' | 'namespace' | 'timezone'> & {
    readonly host: { readonly id: string; readonly name: string; readonly fields?: Event };
  };
};

/** Lines for a worker. What only delivery needs of them stays behind. */
export type Job = {
  readonly id: number;
  readonly source: {
    readonly id: string;
    readonly input: string;
    readonly path: string | undefined;
    readonly modifiedAt: number;
    /** Its first lines, with the first job of a source. */
    readonly head?: readonly string[];
  };
  readonly lines: readonly Omit<Line, 'after'>[];
  /** When they were read, ms since the epoch. */
  readonly time: number;
};

/** What a worker made of a job. */
export type JobResult = {
  readonly id: number;
  readonly documents: readonly Outgoing[];
  readonly rejected: readonly {
    readonly line: number;
    readonly reason: RejectionReason;
    readonly detail: string;
    readonly field: string | undefined;
  }[];
  readonly dropped: readonly { readonly line: number; readonly rule: string }[];
  /** Faults of stages, the first few of the job. */
  readonly faults: readonly string[];
  /** What stages have said of the stream, breaches of one kind added up. */
  readonly notices: readonly Notice[];
  /** A stage has asked which source it is: it remembers something of each. */
  readonly remembersSources: boolean;
};

export type FromWorker = { readonly ready: true } | JobResult;
