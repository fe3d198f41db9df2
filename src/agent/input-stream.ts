import type { InputConfig } from '../config/schema.ts';
import type { LedgerEntry } from '../model/ledger.ts';
import type { Source } from '../model/line.ts';
import type { StreamRecord } from './checkpoint.ts';
import type { Turn } from './file-reader.ts';

/** An input without files, as turns, books and checkpoint see it. */
export type InputStream = {
  readonly input: InputConfig;
  /** More may come without a scan finding it. */
  readonly isWaiting: boolean;
  /** What its next lines belong to; undefined while that is not known. */
  readonly source: Source | undefined;
  read(): Promise<Turn>;
  close(): Promise<void>;
  record(): StreamRecord;
  entry(): LedgerEntry;
  /** Bytes that it holds and nobody can read again; absent where everything can. */
  readonly unrepeatable?: number;
  /** A checkpoint that holds this record is on disk: nothing before it will be asked for again. */
  saved?(record: StreamRecord): Promise<void>;
};
