import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

const TYPES = { A: 1, PTR: 12, AAAA: 28 } as const;

/** What the server says to a question: an answer, that there is none, or nothing at all. */
export type Zone = (type: keyof typeof TYPES, name: string) => string | undefined | 'silence';

/** A small DNS server on a port of its own, over UDP. */
export class NameServer {
  readonly questions: string[] = [];
  /** Most questions that waited at once. */
  mostOpen = 0;
  delayMs = 0;
  readonly #socket: Socket = createSocket('udp4');
  readonly #zone: Zone;
  #open = 0;

  constructor(zone: Zone) {
    this.#zone = zone;
  }

  /** Resolves with its address. */
  async listen(): Promise<string> {
    this.#socket.on('message', (message, { port, address }) => {
      this.#open++;
      this.mostOpen = Math.max(this.mostOpen, this.#open);
      const answer = this.#answer(message);
      setTimeout(() => {
        this.#open--;
        if (answer !== undefined) this.#socket.send(answer, port, address);
      }, this.delayMs);
    });
    this.#socket.bind(0, '127.0.0.1');
    await once(this.#socket, 'listening');
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  close(): void {
    this.#socket.close();
  }

  #answer(message: Buffer): Buffer | undefined {
    const { name, end } = readName(message, 12);
    const number = message.readUInt16BE(end);
    const type = (Object.keys(TYPES) as (keyof typeof TYPES)[]).find((one) => TYPES[one] === number);
    if (type === undefined) return undefined;
    this.questions.push(`${type} ${name}`);
    const said = this.#zone(type, name);
    if (said === 'silence') return undefined;
    const header = Buffer.from(message.subarray(0, 12));
    // An answer, recursion available; no error or no such name.
    header.writeUInt16BE(said === undefined ? 0x8183 : 0x8180, 2);
    header.writeUInt16BE(said === undefined ? 0 : 1, 6);
    header.writeUInt32BE(0, 8);
    const question = message.subarray(12, end + 4);
    if (said === undefined) return Buffer.concat([header, question]);
    const data = type === 'PTR' ? writeName(said) : Buffer.from(said.split('.').map(Number));
    const record = Buffer.alloc(12);
    record.writeUInt16BE(0xc00c, 0);
    record.writeUInt16BE(number, 2);
    record.writeUInt16BE(1, 4);
    record.writeUInt32BE(60, 6);
    record.writeUInt16BE(data.length, 10);
    return Buffer.concat([header, question, record, data]);
  }
}

function readName(message: Buffer, from: number): { name: string; end: number } {
  const labels: string[] = [];
  let at = from;
  for (let length = message[at]!; length > 0; length = message[at]!) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join('.'), end: at + 1 };
}

function writeName(name: string): Buffer {
  const labels = name.split('.').map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`, 'latin1'));
  return Buffer.concat([...labels, Buffer.of(0)]);
}
