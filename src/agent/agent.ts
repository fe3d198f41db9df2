import type { Logger } from 'pino';
import type { InputConfig } from '../config/schema.ts';
import type { Clock } from '../model/clock.ts';
import type { HeldBack } from '../model/held-back.ts';
import type { LedgerEntry } from '../model/ledger.ts';
import type { Chunk } from '../model/line.ts';
import type { Telemetry } from '../telemetry.ts';
import type { MultilineOf } from './framing/framed-input.ts';
import type { Gap } from './generation.ts';
import type { HandOver } from './network.ts';
import type { Parcel, Receipt } from './queue/intake.ts';
import { RunningAgent } from './running-agent.ts';
import type { ScanStatus } from './scan.ts';
import type { WatchOne } from './watch.ts';

export type AgentOptions = {
  readonly inputs: readonly InputConfig[];
  /** Holds the checkpoint; may be deleted while nothing runs. */
  readonly stateFolder: string;
  /** logmill's own data, which no input ever reads; also keeps a made-up host id. */
  readonly dataFolder?: string;
  readonly host: { readonly id?: string | undefined };
  /** Reading pauses while so many bytes are handed out and not acknowledged. */
  readonly inFlightBytes: number;
  /** Which sources wait for a single index; they are not read on while those hold too much. */
  readonly heldBack?: HeldBack;
  /** End when every input is at its end; the end of a file ends its last line. */
  readonly once: boolean;
  /** With `once`: nothing of it is kept, so an unfinished last line may end the event before it. */
  readonly leavesNothing?: boolean;
  /** Names the pipeline of a source whose input names none. */
  readonly choosePipeline: (path: string | undefined, firstLines: readonly string[]) => string;
  /** How a pipeline wants the lines of its files joined, where their input says nothing of it. */
  readonly multilineOf?: MultilineOf;
  /** Passes inputs that others send to from one agent to the next; by default they are closed with the agent. */
  readonly handOver?: HandOver;
  readonly telemetry: Telemetry;
  readonly log: Logger;
  readonly clock?: Clock;
  /** Whether to watch and to scan by itself (default true); otherwise only `look` looks. */
  readonly watch?: boolean;
  /** ms. */
  readonly scanInterval?: number;
  /** Stands for the system's watching of one folder. */
  readonly watchOne?: WatchOne;
  /** Files kept open at once. */
  readonly openFiles?: number;
  readonly journalctl?: string;
};

export type AgentStatus = ScanStatus & {
  /** Files open now. */
  readonly open: number;
  readonly inFlightBytes: number;
  /** Bytes on disk not read yet, by input. */
  readonly lag: Readonly<Record<string, number>>;
  /** The latest stretches that were lost before they were read. */
  readonly gaps: readonly Gap[];
  /** Why the checkpoint cannot be written; undefined while it can. */
  readonly checkpointFault: string | undefined;
};

export type Agent = {
  /**
   * All lines, in chunks, in order per source. One consumer. Each chunk must be acknowledged once; reading pauses while too
   * much is not. With `once` it ends at the end of every input, else after `stop`.
   */
  chunks(): AsyncIterable<Chunk>;
  /** The books of every file, those of ended ones included; of several lives of a path the newest is last. */
  files(): LedgerEntry[];
  status(): AgentStatus;
  /** Resolves when everything found by the first scan has been read and acknowledged, or reading has stopped. */
  settledOnce(): Promise<void>;
  /** Looks at all files now, and resolves when what there is to read is handed out, or the budget used up. */
  look(): Promise<void>;
  /** Takes lines for an input that others send to, and says what became of them. Rejects for an input that is none such. */
  receive(input: string, parcel: Parcel): Promise<Receipt>;
  /** Takes no more lines of senders; those who wait are answered soon. */
  stopReceiving(): void;
  /** Whether everything the file holds now is acknowledged: only then may it be deleted. */
  isAcknowledged(file: string): boolean;
  /** Stops reading, waits at most `deadlineMs` (default 0) for acknowledgements, and saves the checkpoint. May be called again. */
  stop(deadlineMs?: number): Promise<void>;
};

/** Starts to read. Nothing is read before `chunks()` is consumed. */
export function startAgent(options: AgentOptions): Agent {
  return new RunningAgent(options);
}
