/** Bytes that are no protobuf message, or none of the kind expected. The message says why, for the sender. */
export class WireFault extends Error {}

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;
/** Bytes of the longest varint. */
const MOST_VARINT = 10;

/**
 * Reads the fields of one protobuf message in the order they come: `next`, then exactly one of the readers of its value,
 * or `skip`. @see protobuf.dev, "Encoding"
 */
export class WireReader {
  /** Number of the field that `next` came to. */
  field = 0;
  readonly #bytes: Buffer;
  #at = 0;
  #type = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Goes to the next field; false at the end. */
  next(): boolean {
    if (this.#at >= this.#bytes.length) return false;
    const tag = Number(this.#varint());
    this.field = Math.floor(tag / 8);
    this.#type = tag % 8;
    if (this.field === 0) throw new WireFault('a field has no number');
    return true;
  }

  /** An int32, int64 or bool, as a number of 64 bits with a sign. */
  integer(): bigint {
    this.#expect(VARINT);
    return BigInt.asIntN(64, this.#varint());
  }

  fixed64(): bigint {
    this.#expect(FIXED64);
    return this.#bytes.readBigUInt64LE(this.#take(8));
  }

  double(): number {
    this.#expect(FIXED64);
    return this.#bytes.readDoubleLE(this.#take(8));
  }

  fixed32(): number {
    this.#expect(FIXED32);
    return this.#bytes.readUInt32LE(this.#take(4));
  }

  /** A string's or a message's bytes. */
  bytes(): Buffer {
    this.#expect(LENGTH_DELIMITED);
    const length = Number(this.#varint());
    const from = this.#take(length);
    return this.#bytes.subarray(from, from + length);
  }

  text(): string {
    return this.bytes().toString('utf8');
  }

  message(): WireReader {
    return new WireReader(this.bytes());
  }

  /** Passes over a field that nobody wants. */
  skip(): void {
    if (this.#type === VARINT) this.#varint();
    else if (this.#type === FIXED64) this.#take(8);
    else if (this.#type === FIXED32) this.#take(4);
    else if (this.#type === LENGTH_DELIMITED) this.bytes();
    else throw new WireFault(`field ${this.field} is of the unknown kind ${this.#type}`);
  }

  #expect(type: number): void {
    if (this.#type !== type) throw new WireFault(`field ${this.field} is of kind ${this.#type}, not ${type}`);
  }

  #varint(): bigint {
    let value = 0n;
    for (let index = 0; index < MOST_VARINT; index++) {
      const byte = this.#bytes[this.#take(1)]!;
      value |= BigInt(byte & 0x7f) << BigInt(7 * index);
      if (byte < 0x80) return value;
    }
    throw new WireFault('a number does not end');
  }

  /** Where so many bytes begin. */
  #take(length: number): number {
    const from = this.#at;
    if (from + length > this.#bytes.length) throw new WireFault('the message is cut off');
    this.#at += length;
    return from;
  }
}

/** A field of bytes or text. */
export function writeBytes(field: number, value: Buffer | string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([writeVarint(field * 8 + LENGTH_DELIMITED), writeVarint(bytes.length), bytes]);
}

/** A field of a whole number that is not negative. */
export function writeInteger(field: number, value: number): Buffer {
  return Buffer.concat([writeVarint(field * 8 + VARINT), writeVarint(value)]);
}

function writeVarint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
  return Buffer.from(bytes);
}
