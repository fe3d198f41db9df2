import { OverlongLine } from '../overlong.ts';
import { isBlank, overlongLine, type ReceivedLine } from '../queue/received.ts';

const NUL = 0;
const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;
const ZERO = 48;
const NINE = 57;
/** `<`: every syslog message begins with its priority. */
const MESSAGE_START = 60;
/** A longer number is no length of a message. */
const MOST_DIGITS = 9;

/**
 * - `start`: between two messages
 * - `count`: in digits that may be a length, or be followed by its space
 * - `octets`: in a message whose length is known
 * - `line`: in a message that ends with a newline or NUL
 */
type State = 'start' | 'count' | 'octets' | 'line';

/**
 * Messages of a stream, RFC 6587. Both ways of framing are told apart for each message: `NUMBER SPACE <` begins one of
 * that many bytes, anything else one that ends with a newline (or NUL, as some senders have it). Of a message over the
 * limit only its beginning is held.
 */
export class SyslogFrames {
  readonly #limit: number;
  #state: State = 'start';
  #digits = '';
  #need = 0;
  #parts: Buffer[] = [];
  #length = 0;
  #overlong: OverlongLine | undefined;
  #messages: ReceivedLine[] = [];
  #count = 0;
  /** The next NUL of the bytes under way, or their end: looked for once, not for each line. */
  #nul = -1;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Bytes of a message that has begun. */
  get pending(): number {
    return this.#length + this.#digits.length;
  }

  /** The messages that end in these bytes. */
  push(chunk: Buffer): ReceivedLine[] {
    this.#messages = [];
    this.#nul = -1;
    for (let at = 0; at < chunk.length; ) at = this.#step(chunk, at);
    return this.#messages;
  }

  /** The last message, where the sender ended the stream and it is one that only a newline is missing from. */
  end(): ReceivedLine[] {
    this.#messages = [];
    if (this.#state === 'count') this.#beginLine();
    if (this.#state === 'line') this.#finish();
    return this.#messages;
  }

  #step(chunk: Buffer, at: number): number {
    switch (this.#state) {
      case 'start':
        return this.#start(chunk, at);
      case 'count':
        return this.#readCount(chunk, at);
      case 'octets': {
        const end = Math.min(chunk.length, at + this.#need);
        this.#add(chunk.subarray(at, end));
        this.#need -= end - at;
        if (this.#need === 0) this.#finish();
        return end;
      }
      case 'line': {
        const end = this.#endOfLine(chunk, at);
        this.#add(chunk.subarray(at, end));
        if (end === chunk.length) return end;
        this.#finish();
        return end + 1;
      }
    }
  }

  #endOfLine(chunk: Buffer, at: number): number {
    if (this.#nul < at) this.#nul = foundOrEnd(chunk, NUL, at);
    return Math.min(foundOrEnd(chunk, NEWLINE, at), this.#nul);
  }

  #start(chunk: Buffer, at: number): number {
    const byte = chunk[at]!;
    // Some senders end counted messages with a newline besides.
    if (byte === NEWLINE || byte === NUL || byte === CARRIAGE_RETURN) return at + 1;
    this.#state = byte > ZERO && byte <= NINE ? 'count' : 'line';
    return at;
  }

  #readCount(chunk: Buffer, at: number): number {
    const byte = chunk[at]!;
    const isComplete = this.#digits.endsWith(' ');
    if (isComplete && byte === MESSAGE_START) {
      this.#need = Number(this.#digits);
      this.#digits = '';
      this.#state = 'octets';
      return at;
    }
    const isDigit = byte >= ZERO && byte <= NINE && this.#digits.length < MOST_DIGITS;
    if (isComplete || !(isDigit || byte === SPACE)) {
      this.#beginLine();
      return at;
    }
    this.#digits += String.fromCharCode(byte);
    return at + 1;
  }

  /** The digits were text. */
  #beginLine(): void {
    this.#state = 'line';
    this.#add(Buffer.from(this.#digits));
    this.#digits = '';
  }

  #add(bytes: Buffer): void {
    this.#length += bytes.length;
    if (this.#overlong === undefined && this.#length > this.#limit) {
      this.#overlong = new OverlongLine(0);
      for (const part of this.#parts) this.#overlong.push(part);
      this.#parts = [];
    }
    if (this.#overlong === undefined) this.#parts.push(bytes);
    else this.#overlong.push(bytes);
  }

  #finish(): void {
    const number = ++this.#count;
    if (this.#overlong !== undefined) this.#messages.push(overlongLine(this.#overlong, number));
    else {
      const payload = withoutEnding(this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts));
      if (!isBlank(payload)) this.#messages.push({ payload, number });
    }
    this.#state = 'start';
    this.#overlong = undefined;
    this.#parts = [];
    this.#length = 0;
  }
}

/** The message without line endings and NULs at its end. */
export function withoutEnding(message: Buffer): Buffer {
  let end = message.length;
  while (end > 0 && isEnding(message[end - 1]!)) end--;
  return end === message.length ? message : message.subarray(0, end);
}

function isEnding(byte: number): boolean {
  return byte === NEWLINE || byte === NUL || byte === CARRIAGE_RETURN;
}

function foundOrEnd(chunk: Buffer, byte: number, from: number): number {
  const found = chunk.indexOf(byte, from);
  return found === -1 ? chunk.length : found;
}
