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
/** Bytes F1 6C 6D 51: no UTF-8 text holds the first of these before the second. */
const MARKER = 0xf16c6d51;
const MARKER_BYTES = Buffer.from([0xf1, 0x6c, 0x6d, 0x51]);

/** Bytes of input that a line counts as. */
export function sizeOf({ payload, facts }: Entry): number {
  return facts.overlong?.length ?? payload.length;
}

/** The place after the entry. */
export function after(place: Place, entry: Entry): Place {
  return { sequence: place.sequence + 1, position: place.position + sizeOf(entry) };
}

/** Facts as they are written, and their checksum. */
type FactsText = { readonly bytes: Buffer; readonly crc: number };

/** Lines that come together mostly share theirs. */
const factsTexts = new WeakMap<EntryFacts, FactsText>();

/**
 * The records of entries that follow each other, as bytes, and the place after them. The session goes into the checksum:
 * nobody who sends lines knows it, so that no line can hold what would pass for a record when a damaged stretch is searched
 * for the next one.
 */
export function encodeRecords(entries: readonly Entry[], place: Place, session: string): { bytes: Buffer; end: Place } {
  let size = 0;
  for (const { payload, facts } of entries) size += HEADER + textOf(facts).bytes.length + payload.length;
  const bytes = Buffer.allocUnsafe(size);
  const seed = crc32(session);
  let { sequence, position } = place;
  let at = 0;
  for (const entry of entries) {
    at = writeRecord(bytes, at, entry, sequence, position, seed);
    sequence++;
    position += sizeOf(entry);
  }
  return { bytes, end: { sequence, position } };
}

/** Returns where the next one goes. */
function writeRecord(
  into: Buffer,
  at: number,
  { payload, facts }: Entry,
  sequence: number,
  position: number,
  seed: number,
): number {
  const text = textOf(facts);
  const factsEnd = at + HEADER + text.bytes.length;
  into.writeUInt32BE(MARKER, at);
  into.writeUInt32LE(crc32(payload, text.crc), at + CRC_AT);
  into.writeUInt32LE(text.bytes.length + payload.length, at + LENGTH_AT);
  into.writeUIntLE(sequence, at + SEQUENCE_AT, 6);
  into.writeUIntLE(position, at + POSITION_AT, 6);
  into.writeUInt16LE(text.bytes.length, at + FACTS_LENGTH_AT);
  into.writeUInt32LE(headerChecksum(into, at, seed), at + HEADER_CRC_AT);
  into.set(text.bytes, at + HEADER);
  into.set(payload, factsEnd);
  return factsEnd + payload.length;
}

function textOf(facts: EntryFacts): FactsText {
  const known = factsTexts.get(facts);
  if (known !== undefined) return known;
  const bytes = Buffer.from(JSON.stringify(facts));
  const text = { bytes, crc: crc32(bytes) };
  factsTexts.set(facts, text);
  return text;
}

/** All whole records of a stretch of a segment; whatever is damaged between them is left out. */
export function decodeRecords(bytes: Buffer, session: string): { records: QueueRecord[]; used: number } {
  const records: QueueRecord[] = [];
  const reader = new RecordReader(bytes, session);
  let used = 0;
  let at = 0;
  while (at !== -1) {
    const record = reader.recordAt(at);
    if (record === undefined) {
      at = bytes.indexOf(MARKER_BYTES, at + 1);
      continue;
    }
    records.push(record);
    used = reader.end;
    at = used;
  }
  return { records, used };
}

/** Reads records of one stretch; the facts that a record shares with the one before it are made once. */
class RecordReader {
  readonly #bytes: Buffer;
  readonly #session: string;
  readonly #seed: number;
  #factsText = '';
  #facts: EntryFacts = { pipeline: '' };
  #factsCrc = 0;
  /** Where the record read last ends. */
  end = 0;

  constructor(bytes: Buffer, session: string) {
    this.#bytes = bytes;
    this.#session = session;
    this.#seed = crc32(session);
  }

  /** Undefined where none begins, or it is not whole. */
  recordAt(at: number): QueueRecord | undefined {
    const bytes = this.#bytes;
    if (at + HEADER > bytes.length || bytes.readUInt32BE(at) !== MARKER) return undefined;
    if (bytes.readUInt32LE(at + HEADER_CRC_AT) !== headerChecksum(bytes, at, this.#seed)) return undefined;
    const end = at + HEADER + bytes.readUInt32LE(at + LENGTH_AT);
    if (end > bytes.length) return undefined;
    const factsEnd = at + HEADER + bytes.readUInt16LE(at + FACTS_LENGTH_AT);
    const text = bytes.toString('latin1', at + HEADER, factsEnd);
    const isSame = text === this.#factsText;
    const payload = bytes.subarray(factsEnd, end);
    const factsCrc = isSame ? this.#factsCrc : crc32(bytes.subarray(at + HEADER, factsEnd));
    if (bytes.readUInt32LE(at + CRC_AT) !== crc32(payload, factsCrc)) return undefined;
    if (!isSame) {
      this.#facts = JSON.parse(bytes.toString('utf8', at + HEADER, factsEnd)) as EntryFacts;
      this.#factsText = text;
      this.#factsCrc = factsCrc;
    }
    this.end = end;
    return {
      sequence: bytes.readUIntLE(at + SEQUENCE_AT, 6),
      position: bytes.readUIntLE(at + POSITION_AT, 6),
      facts: this.#facts,
      payload,
      session: this.#session,
    };
  }
}

/** Of the 256 values of a byte, for CRC-32. */
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, value) => {
  let crc = value;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** CRC-32 of the header behind its own checksum, going on from that of the session: two dozen bytes, for which a call out of JavaScript costs more. */
function headerChecksum(bytes: Buffer, at: number, seed: number): number {
  let crc = ~seed;
  const end = at + HEADER;
  for (let index = at + CRC_AT; index < end; index++) crc = CRC_TABLE[(crc ^ bytes[index]!) & 255]! ^ (crc >>> 8);
  return ~crc >>> 0;
}
