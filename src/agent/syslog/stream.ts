import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import type { Clock } from '../../model/clock.ts';
import type { Intake } from '../queue/intake.ts';
import type { ReceivedLine } from '../queue/received.ts';
import type { Entry } from '../queue/record.ts';
import { SyslogFrames } from './frames.ts';

export type StreamOptions = {
  readonly maxLineBytes: number;
  readonly intake: Intake;
  readonly clock: Clock;
  readonly log: Logger;
  /** A connection that brings no whole message for so long is closed, ms. */
  readonly idleMs: number;
  readonly entryOf: (line: ReceivedLine, sender: string | undefined) => Entry;
};

/** Bytes of messages that wait while those before them are written. */
const MOST_GATHERED = 64 * 1024;

/** Reads a connection to its end; while the queue has no room it is not read on, and the sender waits. Never rejects. */
export async function receiveStream(socket: Socket, options: StreamOptions): Promise<void> {
  const { intake, clock, log, idleMs } = options;
  const { remoteAddress: sender } = socket;
  const frames = new SyslogFrames(options.maxLineBytes);
  const taking = new Taking(intake);
  const take = async (messages: readonly ReceivedLine[]): Promise<boolean> => {
    if (messages.length === 0) return true;
    taking.add(messages.map((line) => options.entryOf(line, sender)));
    lastMessage = clock.steady();
    if (taking.hasRoom) return true;
    // While we hold the sender back its silence says nothing.
    socket.setTimeout(0);
    const taken = await taking.done();
    socket.setTimeout(idleMs);
    lastMessage = clock.steady();
    return taken;
  };
  let lastMessage = clock.steady();
  const hangUp = () => socket.destroy();
  socket.setTimeout(idleMs, hangUp);
  try {
    for await (const chunk of socket) {
      const messages = frames.push(chunk as Buffer);
      // One that sends a byte now and then keeps its place no longer than one that is silent.
      if (messages.length === 0 && clock.steady() - lastMessage > idleMs) hangUp();
      if (!(await take(messages))) return;
    }
    await take(frames.end());
  } catch (error) {
    log.debug({ sender, detail: (error as Error).message }, 'a connection broke off');
  } finally {
    await taking.done();
    if (frames.pending > 0) {
      intake.lose('cut_off', frames.pending);
      log.warn({ sender, bytes: frames.pending }, 'a connection ended within a message');
    }
    socket.destroy();
  }
}

/** Messages on their way to the disk: what a connection brings while a write is under way shares the next one. */
class Taking {
  readonly #intake: Intake;
  #gathered: Entry[] = [];
  #bytes = 0;
  #writing: Promise<boolean> | undefined;

  constructor(intake: Intake) {
    this.#intake = intake;
  }

  /** Whether more may be added before those under way are written. */
  get hasRoom(): boolean {
    return this.#bytes < MOST_GATHERED;
  }

  add(entries: readonly Entry[]): void {
    for (const entry of entries) {
      this.#gathered.push(entry);
      this.#bytes += entry.payload.length;
    }
    this.#writing ??= this.#write();
  }

  /** Resolves once all is written; false where the intake was closed before. */
  async done(): Promise<boolean> {
    return (await this.#writing) ?? true;
  }

  async #write(): Promise<boolean> {
    let taken = true;
    // What is added after the close is handed over as well, to be counted as lost.
    while (this.#gathered.length > 0) {
      const entries = this.#gathered;
      this.#gathered = [];
      this.#bytes = 0;
      taken = (await this.#intake.take(entries)) && taken;
    }
    this.#writing = undefined;
    return taken;
  }
}
