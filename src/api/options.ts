import type { Logger } from 'pino';
import type { Parcel, Receipt } from '../agent/queue/intake.ts';
import type { Config, InputConfig } from '../config/schema.ts';
import type { LedgerEntry } from '../model/ledger.ts';
import type { Store } from '../store/client.ts';
import type { Telemetry } from '../telemetry.ts';
import type { ReadyCheck } from './contract/health.ts';

/** What takes lines of senders, and for which inputs they come in at an address. */
export type Receiving = {
  readonly http?: InputConfig;
  readonly otlp?: InputConfig;
  /** Names of all pipelines. */
  readonly pipelines: readonly string[];
  receive(input: string, parcel: Parcel): Promise<Receipt>;
  /** Takes nothing more, and answers those who wait soon. */
  stopReceiving(): void;
};

/** Everything the HTTP server needs. */
export type ServerOptions = {
  readonly config: Config;
  readonly store: Store;
  readonly telemetry: Telemetry;
  readonly log: Logger;
  readonly version: string;
  /** Secrets of which one must come with each request, already read; none means that only loopback is served. */
  readonly tokens: readonly string[];
  /** Accepted besides: commands of the same user find it in the lock file. */
  readonly lockToken?: string;
  /** Undefined where this process reads no files (`logmill serve`). */
  readonly agent?: { files(): readonly LedgerEntry[] };
  /** Undefined where no sender is served. */
  readonly receiving?: Receiving | undefined;
  /** Further checks behind /ready, besides the store. */
  readonly ready?: () => readonly ReadyCheck[] | Promise<readonly ReadyCheck[]>;
  /** ms since the epoch; tests set it. */
  readonly now?: () => number;
};
