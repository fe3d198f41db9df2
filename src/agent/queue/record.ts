import { crc32 } from 'node:zlib';

// Layout of a record in a segment. A damaged record is found by its checksums, and the next one by its marker.

/** A place between two records: the number of the next one, and the bytes of input before it. */
export type Place = { readonly sequence: number; readonly position: number };

/** What is known of a line besides its bytes; kept as JSON beside them. */
export type EntryFacts = {
  readonly pipeline: string;
  /** Address of who sent it. */
  readonly sender?: string;
  /** File key and place of its own in place of the queue's: the sender named the batch, and may send it again. */
  readonly batch?: { readonly key: string; readonly number: number; readonly again: boolean };
  /** The line was over the limit: the payload is its beginning only. */
  readonly overlong?: { readonly length: number; readonly sha256: string; readonly crc: number };
};

/** One line on its way into the queue. */
export type Entry = { readonly payload: Buffer; readonly facts: EntryFacts };

/** One line in the queue, and the session that wrote it. */
export type QueueRecord = Entry & Place & { readonly session: string };

/** marker 4, CRC of the header 4, CRC of facts and payload 4, their length 4, sequence 6, position 6, length of the facts 2. */
const HEADER = 30;
const HEADER_CRC_AT = 4;
const CRC_AT = 8;
const LENGTH_AT = 12;
const SEQUENCE_AT = 16;
const POSITION_AT = 22;
const FACTS_LENGTH_AT = 28;
/** No UTF-8 text holds the first of these bytes before the second. */
const MARKER = Buffer.from([0xf1, 0x6c, 0x6d, 0x51]);

/** Bytes of input that a line counts as. */
export function sizeOf({ payload, facts }: Entry): number {
  return facts.overlong?.length ?? payload.length;
}

/** The place after the entry. */
export function after(place: Place, entry: Entry): Place {
  return { sequence: place.sequence + 1, position: place.position + sizeOf(entry) };
}

/**
 * The record as bytes. The session goes into the checksum: nobody who sends lines knows it, so that no line can hold what
 * would pass for a record when a damaged stretch is searched for the next one.
 */
export function encodeRecord({ payload, facts }: Entry, { sequence, position }: Place, session: string): Buffer {
  const text = Buffer.from(JSON.stringify(facts));
  const record = Buffer.allocUnsafe(HEADER + text.length + payload.length);
  MARKER.copy(record);
  record.writeUInt32LE(text.length + payload.length, LENGTH_AT);
  record.writeUIntLE(sequence, SEQUENCE_AT, 6);
  record.writeUIntLE(position, POSITION_AT, 6);
  record.writeUInt16LE(text.length, FACTS_LENGTH_AT);
  text.copy(record, HEADER);
  payload.copy(record, HEADER + text.length);
  record.writeUInt32LE(crc32(record.subarray(HEADER)), CRC_AT);
  record.writeUInt32LE(headerChecksum(record, session), HEADER_CRC_AT);
  return record;
}

/** All whole records of a stretch of a segment; whatever is damaged between them is left out. */
export function decodeRecords(bytes: Buffer, session: string): { records: QueueRecord[]; used: number } {
  const records: QueueRecord[] = [];
  let used = 0;
  let at = 0;
  while (at !== -1) {
    const end = endOfRecord(bytes, at, session);
    if (end === undefined) {
      at = bytes.indexOf(MARKER, at + 1);
      continue;
    }
    records.push({ ...recordAt(bytes, at, end), session });
    used = end;
    at = end;
  }
  return { records, used };
}

/** Where the record that begins at `at` ends; undefined where none does, or it is not whole. */
function endOfRecord(bytes: Buffer, at: number, session: string): number | undefined {
  if (at + HEADER > bytes.length || MARKER.compare(bytes, at, at + MARKER.length) !== 0) return undefined;
  const header = bytes.subarray(at, at + HEADER);
  if (header.readUInt32LE(HEADER_CRC_AT) !== headerChecksum(header, session)) return undefined;
  const end = at + HEADER + header.readUInt32LE(LENGTH_AT);
  if (end > bytes.length) return undefined;
  return header.readUInt32LE(CRC_AT) === crc32(bytes.subarray(at + HEADER, end)) ? end : undefined;
}

function recordAt(bytes: Buffer, at: number, end: number): Entry & Place {
  const factsEnd = at + HEADER + bytes.readUInt16LE(at + FACTS_LENGTH_AT);
  return {
    sequence: bytes.readUIntLE(at + SEQUENCE_AT, 6),
    position: bytes.readUIntLE(at + POSITION_AT, 6),
    facts: JSON.parse(bytes.toString('utf8', at + HEADER, factsEnd)) as EntryFacts,
    payload: bytes.subarray(factsEnd, end),
  };
}

function headerChecksum(record: Buffer, session: string): number {
  return crc32(record.subarray(CRC_AT, HEADER), crc32(session));
}
