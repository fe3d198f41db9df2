import { type Encoding, encodingOf } from '../../../src/agent/framing/encodings.ts';
import type { EncodingName } from '../../../src/config/encodings.ts';

const tables = new Map<string, ReadonlyMap<string, Buffer>>();

/** The bytes of a text; characters of more than two bytes only in Unicode. */
export function encode(text: string, name: EncodingName): Buffer {
  const encoding = encodingOf(name);
  if (encoding.name === 'utf-8') return Buffer.from(text);
  if (encoding.unit === 2) {
    const bytes = Buffer.from(text, 'utf16le');
    return encoding.name === 'utf-16be' ? bytes.swap16() : bytes;
  }
  const table = tables.get(encoding.name) ?? tableOf(encoding);
  tables.set(encoding.name, table);
  return Buffer.concat([...text].map((character) => table.get(character) ?? Buffer.from(character, 'latin1')));
}

/** There is no encoder: what decoding gives, the other way round. */
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
