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
};

/** @param setting `newline` (LF or CRLF), `nul`, or the text itself. */
export function delimiterOf(setting: string, encoding: Encoding): Delimiter {
  const isNewline = setting === 'newline';
  const bytes = encode(isNewline ? '\n' : setting === 'nul' ? '\0' : setting, encoding);
  const carriageReturn = encode(CARRIAGE_RETURN, encoding);
  return {
    bytes,
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

/** The bytes of a text; beyond Unicode only of ASCII, which the configuration's check makes sure of. */
function encode(text: string, { name, unit }: Encoding): Buffer {
  if (unit === 1) return Buffer.from(text, name === 'utf-8' ? 'utf8' : 'latin1');
  const bytes = Buffer.from(text, 'utf16le');
  return name === 'utf-16be' ? bytes.swap16() : bytes;
}
