import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import type { Clock } from '../../model/clock.ts';
import type { Intake } from '../queue/intake.ts';
import type { ReceivedLine } from '../queue/received.ts';
import type { Entry } from '../queue/record.ts';
import { SyslogFrames } from './frames.ts';

export type StreamOptions = {
  readonly pipeline: string;
  readonly maxLineBytes: number;
  readonly intake: Intake;
  readonly clock: Clock;
  readonly log: Logger;
  /** A connection that brings no whole message for so long is closed, ms. */
  readonly idleMs: number;
  readonly entryOf: (line: ReceivedLine, pipeline: string, sender: string | undefined) => Entry;
};

/** Reads a connection to its end; while the queue has no room it is not read on, and the sender waits. Never rejects. */
export async function receiveStream(socket: Socket, options: StreamOptions): Promise<void> {
  const { intake, clock, log, idleMs } = options;
  const { remoteAddress: sender } = socket;
  const frames = new SyslogFrames(options.maxLineBytes);
  const take = async (messages: readonly ReceivedLine[]): Promise<boolean> => {
    if (messages.length === 0) return true;
    const entries = messages.map((line) => options.entryOf(line, options.pipeline, sender));
    // While we hold the sender back its silence says nothing.
    socket.setTimeout(0);
    const taken = await intake.take(entries);
    socket.setTimeout(idleMs);
    lastMessage = clock.now();
    return taken;
  };
  let lastMessage = clock.now();
  const hangUp = () => socket.destroy();
  socket.setTimeout(idleMs, hangUp);
  try {
    for await (const chunk of socket) {
      const messages = frames.push(chunk as Buffer);
      // One that sends a byte now and then keeps its place no longer than one that is silent.
      if (messages.length === 0 && clock.now() - lastMessage > idleMs) hangUp();
      if (!(await take(messages))) return;
    }
    await take(frames.end());
  } catch (error) {
    log.debug({ sender, detail: (error as Error).message }, 'a connection broke off');
  } finally {
    if (frames.pending > 0) {
      intake.lose('cut_off', frames.pending);
      log.warn({ sender, bytes: frames.pending }, 'a connection ended within a message');
    }
    socket.destroy();
  }
}
