import { type ChildProcess, fork } from 'node:child_process';
import { moduleOfDrill } from './child.ts';
import type { Composed, Journal, Life } from './journal.ts';
import type { Random } from './random.ts';
import type { DrillFile, Step } from './schedule.ts';
import type { WriterAnswer, WriterOrder } from './writer.ts';

type Bad = Extract<Step, { do: 'bad' }>['kind'];
type Half = Composed & { readonly written: string; readonly life: Life; readonly from: number };
/** An order without the number it gets. */
type Order = WriterOrder extends infer One ? (One extends WriterOrder ? Omit<One, 'id'> : never) : never;

/** Texts that the proxy before the store knows a document by. */
export const REFUSED = 'refused-by-the-store';
export const POISON = 'poison-of-the-bulk';
/** Lines that begin an event in files of several lines each. */
export const EVENT_START = '^(line|2026)';
/** The drill's inputs take no longer lines. */
export const MAX_LINE_BYTES = 16_384;

/** Has numbered lines written by the writer process, and keeps the journal of them. */
export class LogWriter {
  readonly #child: ChildProcess;
  readonly #journal: Journal;
  readonly #random: Random;
  readonly #halves = new Map<string, Half>();
  readonly #waiting = new Map<number, (answer: WriterAnswer) => void>();
  #number = 0;
  #order = 0;

  constructor(journal: Journal, random: Random, environment: NodeJS.ProcessEnv) {
    this.#journal = journal;
    this.#random = random;
    this.#child = fork(moduleOfDrill('writer'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], env: environment });
    this.#child.on('message', (answer: WriterAnswer) => {
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
  }

  async lines(path: string, file: DrillFile, count: number): Promise<void> {
    const events = Array.from({ length: count }, () => this.#event(file));
    await this.#write(path, file, events.flat());
  }

  async bad(path: string, file: DrillFile, kind: Bad): Promise<void> {
    await this.#write(path, file, [this.#compose(file, kind)]);
  }

  /** The first part of a line; nothing where there is one already. */
  async half(path: string, file: DrillFile): Promise<void> {
    if (this.#halves.has(path)) return;
    const line = this.#good(file);
    // Both pieces keep the number, by which a piece torn off is known.
    const first = line.text.indexOf(`${line.number}`) + `${line.number} `.length;
    const written = line.text.slice(0, this.#random.whole(first, line.text.lastIndexOf(' end ')));
    const { life, from } = await this.#send(path, file, written);
    this.#halves.set(path, { ...line, written, life, from });
  }

  /** Ends a half line, if there is one. */
  async finishHalf(path: string, file: DrillFile): Promise<void> {
    if (this.#halves.has(path)) await this.#write(path, file, []);
  }

  /** The next line goes to whatever has the name then. */
  async reopen(path: string): Promise<void> {
    await this.#ask({ do: 'reopen', path });
  }

  stop(): void {
    this.#child.kill('SIGKILL');
  }

  async #write(path: string, file: DrillFile, lines: readonly Composed[]): Promise<void> {
    const half = this.#halves.get(path);
    this.#halves.delete(path);
    const rest = half === undefined ? '' : `${half.text.slice(half.written.length)}\n`;
    const { life, from } = await this.#send(path, file, rest + lines.map(({ text }) => `${text}\n`).join(''));
    let at = from + Buffer.byteLength(rest);
    if (half !== undefined) this.#enterHalf(half, life, from, at);
    for (const line of lines) {
      const to = at + Buffer.byteLength(line.text) + 1;
      this.#journal.add({ ...line, life, from: at, to, complete: true });
      at = to;
    }
  }

  /** A half line and its rest are one line, unless a rotation came between them: then they are two pieces. */
  #enterHalf(half: Half, life: Life, from: number, to: number): void {
    const { number, text, message, expected, written } = half;
    const end = half.from + Buffer.byteLength(written);
    if (life === half.life && from === end) {
      this.#journal.add({ number, text, message, expected, life, from: half.from, to, complete: true });
      return;
    }
    const pieces = { number, expected: 'either' } as const;
    this.#journal.add({
      ...pieces,
      text: written,
      message: written,
      life: half.life,
      from: half.from,
      to: end,
      complete: false,
    });
    const rest = text.slice(written.length);
    this.#journal.add({ ...pieces, text: rest, message: rest, life, from, to, complete: true });
  }

  async #send(path: string, { append }: DrillFile, text: string): Promise<{ life: Life; from: number }> {
    const { file, offset } = await this.#ask({ do: 'write', path, append, pieces: this.#pieces(text) });
    const life = this.#journal.lifeAt(file, path, offset);
    this.#journal.wrote(life, offset, text);
    return { life, from: offset };
  }

  #pieces(text: string): string[] {
    const pieces: string[] = [];
    for (let at = 0; at < text.length; ) {
      const length = this.#random.chance(0.3) ? this.#random.whole(1, 40) : this.#random.whole(200, 4000);
      pieces.push(text.slice(at, at + length));
      at += length;
    }
    return pieces;
  }

  /** One line, or the lines of one event, all of one number. */
  #event(file: DrillFile): Composed[] {
    const first = this.#good(file);
    if (file.format !== 'events') return [first];
    const { number } = first;
    const more = Array.from({ length: this.#random.whole(0, 3) }, (_, at) => `  at ${number}.${at} end ${number}`);
    return [first, ...more.map((text) => ({ number, text, message: text, expected: first.expected }))];
  }

  #good(file: DrillFile): Composed {
    const number = ++this.#number;
    return { ...composed(file, number, `line ${number} ${this.#filler(80)} end ${number}`), expected: 'document' };
  }

  #compose(file: DrillFile, kind: Bad): Composed {
    const number = ++this.#number;
    if (kind === 'refused') return { ...composed(file, number, `line ${number} ${REFUSED}`), expected: 'either' };
    if (kind === 'poison') return { ...composed(file, number, `line ${number} ${POISON}`), expected: 'either' };
    if (kind === 'long') {
      return {
        ...composed(file, number, `line ${number} ${'long '.repeat(MAX_LINE_BYTES / 4)}end`),
        expected: 'letter',
      };
    }
    const text =
      file.format === 'json' ? `{"n":${number},"message":"line ${number}` : `2026-02-30 10:00:00 line ${number}`;
    return { number, text, message: text, expected: 'letter' };
  }

  #filler(most: number): string {
    return this.#random.next().toString(36).slice(2).repeat(9).slice(0, this.#random.whole(0, most));
  }

  #ask(order: Order): Promise<WriterAnswer> {
    const id = ++this.#order;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, resolve);
      this.#child.send({ ...order, id } as WriterOrder, (error) => {
        if (error !== null) reject(error);
      });
    });
  }
}

function composed({ format }: DrillFile, number: number, message: string): Omit<Composed, 'expected'> {
  return { number, message, text: format === 'json' ? JSON.stringify({ n: number, message }) : message };
}
