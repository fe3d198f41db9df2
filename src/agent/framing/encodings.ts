import { isAscii, isUtf8 } from 'node:buffer';
import { ENCODINGS, type EncodingName } from '../../config/encodings.ts';

/** The text of a stretch of bytes, by byte positions. */
export type Decoded = {
  /** What [from, to) says; `valid` is false where bytes that mean nothing were replaced by U+FFFD. */
  read(from: number, to: number): { readonly text: string; readonly valid: boolean };
};

/** A character encoding as framing needs it. */
export type Encoding = {
  readonly name: string;
  /** Bytes of the smallest unit; everything is aligned to it. */
  readonly unit: 1 | 2;
  /** Bytes a stretch may begin with that only name the encoding. */
  readonly mark: Buffer;
  decode(bytes: Buffer): Decoded;
  /** Length of the character at `at`, for encodings whose characters may hold bytes that look like others. */
  readonly charLength?: (bytes: Buffer, at: number) => number;
};

const NO_MARK = Buffer.alloc(0);
const REPLACEMENT = /\uFFFD/;

/** Fast path of all encodings that hold ASCII: one character a byte. */
function ofAscii(bytes: Buffer): Decoded | undefined {
  return isAscii(bytes) ? perByte(bytes.toString('latin1')) : undefined;
}

function perByte(text: string): Decoded {
  return { read: (from, to) => ({ text: text.slice(from, to), valid: true }) };
}

const UTF_8: Encoding = {
  name: 'utf-8',
  unit: 1,
  mark: Buffer.from('\uFEFF'),
  decode(bytes) {
    const whole = isUtf8(bytes);
    return (
      ofAscii(bytes) ?? {
        read: (from, to) => ({
          text: bytes.toString('utf8', from, to),
          valid: whole || isUtf8(bytes.subarray(from, to)),
        }),
      }
    );
  },
};

/** Every byte is a character. ISO 8859-1 as it is written down, not as browsers read it (windows-1252). */
function ofBytes(name: string, label?: string): Encoding {
  const decoder = label === undefined ? undefined : new TextDecoder(label);
  return {
    name,
    unit: 1,
    mark: NO_MARK,
    decode: (bytes) => ofAscii(bytes) ?? perByte(decoder?.decode(bytes) ?? bytes.toString('latin1')),
  };
}

/** Units of two bytes; a byte too many, or half a pair of surrogates, means nothing. */
function ofUtf16(name: string, isBig: boolean): Encoding {
  return {
    name,
    unit: 2,
    mark: isBig ? Buffer.from([0xfe, 0xff]) : Buffer.from([0xff, 0xfe]),
    decode(bytes) {
      const even = bytes.subarray(0, bytes.length - (bytes.length % 2));
      const all = (isBig ? Buffer.from(even).swap16() : even).toString('utf16le');
      return {
        read(from, to) {
          const odd = (to - from) % 2 === 1;
          const units = all.slice(from / 2, Math.floor(to / 2));
          const valid = !odd && units.isWellFormed();
          return { text: valid ? units : units.toWellFormed() + (odd ? '\uFFFD' : ''), valid };
        },
      };
    },
  };
}

/** One or more bytes a character: decoded line by line, for a fault in one line says nothing about another. */
function ofMany(name: string, charLength: (bytes: Buffer, at: number) => number): Encoding {
  const lenient = new TextDecoder(name, { ignoreBOM: true });
  const strict = new TextDecoder(name, { ignoreBOM: true, fatal: true });
  return {
    name,
    unit: 1,
    mark: NO_MARK,
    charLength,
    decode: (bytes) =>
      ofAscii(bytes) ?? {
        read(from, to) {
          const part = bytes.subarray(from, to);
          const text = lenient.decode(part);
          // Only where a replacement is seen can anything be wrong; GB18030 can also write one.
          return { text, valid: !REPLACEMENT.test(text) || isValid(strict, part) };
        },
      },
  };
}

function isValid(strict: InstanceType<typeof TextDecoder>, bytes: Buffer): boolean {
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Shift_JIS as the Encoding Standard has it: a lead byte takes one more, unless that cannot follow it. */
function lengthInShiftJis(bytes: Buffer, at: number): number {
  const lead = bytes[at]!;
  const isLead = (lead >= 0x81 && lead <= 0x9f) || (lead >= 0xe0 && lead <= 0xfc);
  if (!isLead || at + 1 >= bytes.length) return isLead ? 2 : 1;
  const trail = bytes[at + 1]!;
  return trail >= 0x40 && trail <= 0xfc && trail !== 0x7f ? 2 : 1;
}

/** GB18030: one, two or four bytes. Where the bytes end too early to tell, the character counts as unfinished. */
function lengthInGb18030(bytes: Buffer, at: number): number {
  const isLead = (byte: number) => byte >= 0x81 && byte <= 0xfe;
  const isDigit = (byte: number) => byte >= 0x30 && byte <= 0x39;
  if (!isLead(bytes[at]!)) return 1;
  const second = bytes[at + 1];
  if (second === undefined) return 2;
  if (!isDigit(second)) return second >= 0x40 && second <= 0xfe && second !== 0x7f ? 2 : 1;
  const [third, fourth] = [bytes[at + 2], bytes[at + 3]];
  if (third !== undefined && !isLead(third)) return 1;
  return fourth === undefined || isDigit(fourth) ? 4 : 1;
}

const UTF_16_LE = ofUtf16('utf-16le', false);
const UTF_16_BE = ofUtf16('utf-16be', true);

const MAKERS: Readonly<Record<(typeof ENCODINGS)[EncodingName], () => Encoding>> = {
  'utf-8': () => UTF_8,
  'utf-16le': () => UTF_16_LE,
  'utf-16be': () => UTF_16_BE,
  'latin-1': () => ofBytes('latin-1'),
  'windows-1251': () => ofBytes('windows-1251', 'windows-1251'),
  'windows-1252': () => ofBytes('windows-1252', 'windows-1252'),
  shift_jis: () => ofMany('shift_jis', lengthInShiftJis),
  gb18030: () => ofMany('gb18030', lengthInGb18030),
};
const made = new Map<string, Encoding>();

/** The encoding that an input names. */
export function encodingOf(name: EncodingName): Encoding {
  const main = ENCODINGS[name];
  let encoding = made.get(main);
  if (encoding === undefined) {
    encoding = MAKERS[main]();
    made.set(main, encoding);
  }
  return encoding;
}

/** The UTF-16 that a byte order mark at the start of a file names; undefined without one. */
export function encodingOfMark(head: Buffer): Encoding | undefined {
  return [UTF_16_LE, UTF_16_BE].find(({ mark }) => head.subarray(0, mark.length).equals(mark));
}
