import type { Tally } from './ledger.ts';
import type { Rejected } from './rejected.ts';

/** What a stretch of input bytes belongs to: one per open file generation, or one per session of an input without files. */
export type Source = {
  /** Unique within the process, e.g. `nginx:/var/log/nginx/access.log#3`. */
  readonly id: string;
  /** `name` of the input in the configuration. */
  readonly input: string;
  /** Absolute path as documents show it (`log.file.path`); undefined for inputs without files. */
  readonly path: string | undefined;
  /** Name of the pipeline that reads it. */
  readonly pipeline: string;
  /**
   * Modification time of the file as last seen, of a stream the time now, ms since the epoch: the anchor for times without
   * a year. It moves on while the source is read.
   */
  readonly modifiedAt: number;
  /**
   * Byte from which on everything was written after this process had opened the file, so that no process before it can
   * have sent it; undefined where that is not known (ADR 4).
   */
  readonly seenUntil?: number;
  /** Its first lines, at most 16 KiB, read anew at each call; absent where there is no file. */
  readonly head?: () => readonly string[];
  /** A sender may send lines of it again under the same ids, at any time: what the store has is always looked up first. */
  readonly repeats?: boolean;
};

/** What became of a line; every line ends in exactly one. `ledger: read = sum of these + in flight`. */
export const OUTCOMES = ['indexed', 'already_there', 'dead_lettered', 'dropped', 'skipped', 'merged'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/**
 * A line with several parts (children of a split) has one outcome, the first of these that any of its parts had: a
 * dead letter is what somebody must look at, a new document says more than one that was there before.
 */
export const OUTCOME_PRECEDENCE: readonly Outcome[] = [
  'dead_lettered',
  'indexed',
  'already_there',
  'dropped',
  'merged',
  'skipped',
];

/** One framed line. Offsets and sizes are bytes of the uncompressed input. */
export type Line = {
  /**
   * Decoded text without its line ending; bytes that mean nothing are replaced by U+FFFD (then `raw` is set). Of an event
   * of several lines all of them, joined by a newline.
   */
  readonly text: string;
  /** Where its content begins: of an event of several lines that of the first one, whose key and checksum it has too. */
  readonly offset: number;
  /** Size including the line ending; of an event of several lines all of them. */
  readonly bytes: number;
  /** 16 base64url characters, see docs/contracts.md: what the file is, as far as this line's end. */
  readonly fileKey: string;
  /** crc32 of the line's bytes without the line ending. */
  readonly crc: number;
  /** The exact bytes, only where `text` does not hold them (bytes that mean nothing in the encoding). */
  readonly raw?: Buffer;
  /** Only for lines over `max_line_bytes` that become dead letters: `text` is then the first 64 KiB. */
  readonly overlong?: { readonly length: number; readonly sha256: string };
  /** Only for lines over `max_line_bytes` that are cut: `text` is then as much as may be, `length` the bytes of the whole line. */
  readonly truncated?: { readonly length: number };
  /** The lines after the first one of an event of several lines; their outcome is `merged`, and `bytes` includes theirs. */
  readonly merged?: Readonly<{ lines: number; bytes: number }>;
  /** Records of an event that was handed out though more of them might have come, because they did not come in time. */
  readonly waited?: number;
  /**
   * Of an event that may have been sent before with fewer of its records: the events that those beyond the first `records`
   * are by themselves, as they would have been handed out had they come too late.
   */
  readonly after?: (records: number) => readonly Line[];
  /**
   * Of an event that a stage of the pipeline made of several lines: these, whose texts make up `text`. None where it was
   * only about them.
   */
  readonly of?: readonly Line[];
  /** What a container's runtime wrote about the line. */
  readonly container?: { readonly stream?: string; readonly time?: string };
  /** Address of who sent it over the network. */
  readonly sender?: string;
  /** What was done to the line, for `log.flags`: docs/contracts.md, "Framing". */
  readonly flags?: readonly string[];
};

/**
 * A stretch of a source in order: what the agent hands on. The receiver settles every line and then calls
 * `acknowledge` exactly once; chunks of one source may be acknowledged out of order.
 */
export type Chunk = {
  readonly source: Source;
  /** First byte and the byte after the last, skipped bytes included. */
  readonly start: number;
  readonly end: number;
  readonly lines: readonly Line[];
  /**
   * Makes one of `lines` once more, so that whoever waits for an acknowledgement need not keep them all; absent where
   * only keeping them helps.
   */
  readonly again?: ((line: number) => Line) | undefined;
  /** Blank lines, a byte order mark, NUL heads: counted, never shipped. */
  readonly skipped: { readonly lines: number; readonly bytes: number };
  /** Sum of what `lines` have as merged; absent where none has. */
  readonly merged?: Readonly<{ lines: number; bytes: number }> | undefined;
  /** `tally` says what became of the lines; it adds up to `lines`, what is merged into them, and `skipped`. */
  readonly acknowledge: (tally: Tally) => void;
  /** Told what becomes of each line, where its sender waits for that. */
  readonly observer?: LineObserver | undefined;
};

/** Hears of single lines of a chunk, by their position in it, before the chunk is acknowledged. */
export type LineObserver = {
  /** It will be a dead letter; may be said more than once. */
  rejected(line: number, rejected: Rejected): void;
  settled(line: number, outcome: Outcome): void;
};

/** A document as the writer leaves it: complete JSON but for the end of the `event` object, see document-writer.ts. */
export type OpenDocument = string;

/** One document on its way to the store. */
export type Outgoing = {
  readonly id: string;
  /** Data stream or index name. */
  readonly index: string;
  readonly document: OpenDocument;
  /** Position of its line in `chunk.lines`; children of a split share it. */
  readonly line: number;
};

/** What the pipeline made of a chunk: every line of the chunk appears in at least one of the three lists. */
export type Processed = {
  readonly chunk: Chunk;
  readonly documents: readonly Outgoing[];
  readonly rejected: readonly { readonly line: number; readonly rejected: Rejected }[];
  readonly dropped: readonly { readonly line: number; readonly rule: string }[];
};

/** Which of the documents of a line: a child of a split has a number, a document about events a text that says which one. */
export type Part = number | string;

/** Two digits of base 36 and of base 16 by their value: an id is made for every line. */
const TWO_DIGITS = 36 ** 2;
const FOUR_DIGITS = TWO_DIGITS ** 2;
const BASE36 = Array.from({ length: TWO_DIGITS }, (_, value) => value.toString(36).padStart(2, '0'));
const BASE16 = Array.from({ length: 16 ** 2 }, (_, value) => value.toString(16).padStart(2, '0'));

/**
 * The document id of a line: `fileKey-offset-crc`, with `-part` for other documents of it (docs/contracts.md, `_id`).
 * @param part 0 or undefined for a line that became one document.
 */
export function documentId(line: Pick<Line, 'fileKey' | 'offset' | 'crc'>, part: Part = 0): string {
  const { offset, crc } = line;
  // Eleven digits, the width of 2^53 in base 36, so that ids sort by file and offset.
  const low = offset % FOUR_DIGITS;
  const left = (offset - low) / FOUR_DIGITS;
  const middle = left % FOUR_DIGITS;
  const high = (left - middle) / FOUR_DIGITS;
  const id =
    `${line.fileKey}-${((high / TWO_DIGITS) | 0).toString(36)}${BASE36[high % TWO_DIGITS]!}` +
    `${BASE36[(middle / TWO_DIGITS) | 0]!}${BASE36[middle % TWO_DIGITS]!}${BASE36[(low / TWO_DIGITS) | 0]!}${BASE36[low % TWO_DIGITS]!}-` +
    `${BASE16[crc >>> 24]!}${BASE16[(crc >>> 16) & 255]!}${BASE16[(crc >>> 8) & 255]!}${BASE16[crc & 255]!}`;
  return part === 0 ? id : `${id}-${part}`;
}
