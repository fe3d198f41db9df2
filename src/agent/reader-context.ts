import type { FileReader } from './file-reader.ts';
import type { FramedInput } from './framing/framed-input.ts';
import type { Gap, Generation } from './generation.ts';
import type { Outlet } from './outlet.ts';
import type { MovedFiles } from './records.ts';
import type { Scratch } from './tail.ts';

/** What readers share. */
export type ReaderContext = {
  readonly hostId: string;
  readonly scratch: Scratch;
  readonly outlet: Outlet;
  /** Where files are that have lost their names. */
  readonly moved: MovedFiles;
  readonly choosePipeline: (path: string | undefined, firstLines: readonly string[]) => string;
  readonly framed: FramedInput;
  /** Says and counts bytes that were lost. */
  readonly reportGap: (gap: Gap) => void;
  /** Bytes said to be lost are there again. */
  readonly takeBackGap: (gap: Gap) => void;
  /** Takes the books of a file life that is over. */
  readonly retire: (generation: Generation) => void;
  /** A number not given before in this process. */
  readonly nextNumber: () => number;
  /** No other run goes on where this one ends. */
  readonly leavesNothing: boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly after: (ms: number, run: () => void) => () => void;
  /** Resolves when everything as it is now is in the checkpoint, or could not be written there. */
  readonly saved: () => Promise<void>;
  /** Gives a file another turn. */
  readonly wake: (reader: FileReader) => void;
  /** The file of the same stem that was written to before this one, if it is read too. */
  readonly predecessor: (reader: FileReader) => FileReader | undefined;
};
