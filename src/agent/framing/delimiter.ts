import type { Encoding } from './encodings.ts';

const CARRIAGE_RETURN = '\r';
/** No byte below can be inside a character of several bytes, in any of the encodings. */
const FIRST_TRAIL_BYTE = 0x30;

/** What ends a record, as bytes of its encoding. */
export type Delimiter = {
  readonly bytes: Buffer;
  /** Where the delimiter next begins at or after `from`; -1 where it does not. `bytes` begins at an aligned offset, `from` at a character. */
  find(bytes: Buffer, from: number): number;
  /** End of the content that stops at `end`: a carriage return before a newline belongs to the line ending. */
  contentEnd(bytes: Buffer, from: number, end: number): number;
  /** NUL bytes end records, so they are no head to be skipped. */
  readonly isNul: boolean;
};

/**
 * @param setting `newline` (LF or CRLF), `nul`, or the text itself.
 * Throws RangeError where the encoding cannot write the text.
 */
export function delimiterOf(setting: string, encoding: Encoding): Delimiter {
  const isNewline = setting === 'newline';
  const bytes = encode(isNewline ? '\n' : setting === 'nul' ? '\0' : setting, encoding);
  const carriageReturn = encode(CARRIAGE_RETURN, encoding);
  return {
    bytes,
    isNul: setting === 'nul' || setting === '\0',
    find: finder(bytes, encoding),
    contentEnd(block, from, end) {
      if (!isNewline) return end;
      const before = end - carriageReturn.length;
      return before >= from && block.subarray(before, end).equals(carriageReturn) ? before : end;
    },
  };
}

/** Searches bytes; a hit counts only where a character begins. */
function finder(delimiter: Buffer, { unit, charLength }: Encoding): Delimiter['find'] {
  const single = delimiter.length === 1 ? delimiter[0]! : delimiter;
  if (unit === 2) {
    return (bytes, from) => {
      let hit = bytes.indexOf(delimiter, from);
      while (hit !== -1 && hit % 2 === 1) hit = bytes.indexOf(delimiter, hit + 1);
      return hit;
    };
  }
  if (charLength === undefined || delimiter.every((byte) => byte < FIRST_TRAIL_BYTE)) {
    return (bytes, from) => bytes.indexOf(single, from);
  }
  return (bytes, from) => {
    let at = from;
    for (let hit = bytes.indexOf(single, from); hit !== -1; hit = bytes.indexOf(single, hit + 1)) {
      while (at < hit) at += charLength(bytes, at);
      if (at === hit) return hit;
    }
    return -1;
  };
}

/** The bytes of a text. Throws RangeError for a character that the encoding does not have. */
export function encode(text: string, encoding: Encoding): Buffer {
  if (encoding.name === 'utf-8') return Buffer.from(text);
  if (encoding.unit === 2) {
    const bytes = Buffer.from(text, 'utf16le');
    return encoding.name === 'utf-16be' ? bytes.swap16() : bytes;
  }
  return Buffer.concat([...text].map((character) => bytesOf(character, encoding)));
}

const tables = new Map<string, ReadonlyMap<string, Buffer>>();

/** By a table made of what decoding gives: there is no encoder. */
function bytesOf(character: string, encoding: Encoding): Buffer {
  if (character.charCodeAt(0) < 0x80) return Buffer.from(character);
  const table = tables.get(encoding.name) ?? tableOf(encoding);
  tables.set(encoding.name, table);
  const bytes = table.get(character);
  if (bytes === undefined) throw new RangeError(`"${character}" cannot be written in ${encoding.name}`);
  return bytes;
}

/** Characters of one byte and of two. */
function tableOf(encoding: Encoding): ReadonlyMap<string, Buffer> {
  const table = new Map<string, Buffer>();
  const note = (bytes: Buffer) => {
    const { text, valid } = encoding.decode(bytes).read(0, bytes.length);
    if (valid && !table.has(text)) table.set(text, bytes);
  };
  for (let first = 0x80; first <= 0xff; first++) {
    note(Buffer.from([first]));
    if (encoding.charLength === undefined) continue;
    for (let second = 0x40; second <= 0xff; second++) note(Buffer.from([first, second]));
  }
  return table;
}
