import { type Client, errors } from '@elastic/elasticsearch';
import type { Logger } from 'pino';
import type { Clock } from '../model/clock.ts';

/** How much room dead letters take up. */
export type LetterRoomStatus = {
  readonly state: 'enough' | 'scarce' | 'full';
  /** Bytes as the store counts them, and what was written since it was asked. */
  readonly bytes: number;
  readonly maxBytes: number;
};

/** From this share of the room on there is a warning. */
const SCARCE = 0.8;
/** Once full, so much must be free again before more are written. */
const FREED = 0.95;
/** The store is asked after this share of the room was written, and at least as often as this while it is scarce, ms. */
const ASK_SHARE = 0.01;
const ASK_EVERY_MS = 30_000;

/**
 * Bounds the room of the dead letters. At 80 % there is a warning. When they are full nothing is thrown away: no more are
 * written, so that the sources that make them wait (as for any index that takes nothing) while all others go on. They go
 * on by themselves when letters were replayed, aged out or deleted, or the bound was raised.
 */
export function createLetterRoom(options: {
  readonly client: Client;
  readonly index: string;
  readonly maxBytes: number;
  readonly clock: Clock;
  readonly log: Logger;
  /** The gauge of the bytes. */
  readonly gauge: { set(bytes: number): void };
  /** Whether letters may be written, with why not. */
  readonly onFull: (full: boolean, detail: string) => void;
}) {
  const { client, index, maxBytes, clock, log } = options;
  let state: LetterRoomStatus['state'] = 'enough';
  let measured = 0;
  let since = 0;
  /** Of all letters made, for a store that tells only their number. */
  const made = { letters: 0, bytes: 0 };
  let isKnown = false;
  let asking = false;
  let cancel: (() => void) | undefined;
  let closed = false;
  /** A store that does not answer is not asked with every letter. */
  let quietUntil = 0;

  async function ask(): Promise<void> {
    if (asking || closed || clock.steady() < quietUntil) return;
    asking = true;
    cancel?.();
    const before = since;
    const bytes = await sizeOf(client, index, made.bytes / Math.max(1, made.letters)).catch(() => undefined);
    asking = false;
    if (closed) return;
    if (bytes === undefined) {
      quietUntil = clock.steady() + ASK_EVERY_MS;
    } else {
      measured = bytes;
      since -= before;
      isKnown = true;
      judge();
    }
    if (state !== 'enough') {
      cancel = clock.after(ASK_EVERY_MS, () => {
        // Timers may be early: nobody else would ask again while letters wait.
        quietUntil = 0;
        void ask();
      });
    }
  }

  function judge(): void {
    const bytes = measured + since;
    options.gauge.set(bytes);
    const next = stateOf(bytes / maxBytes);
    if (next === state) return;
    const before = state;
    state = next;
    const fields = { index, bytes, max_bytes: maxBytes };
    if (before === 'enough') log.warn(fields, 'dead letters take up most of their room');
    if (next === 'full') log.error(fields, 'dead letters have no room left: what makes them waits');
    else if (before === 'full') log.info(fields, 'dead letters have room again');
    else if (next === 'enough') log.info(fields, 'dead letters have enough room again');
    if (next === 'full' || before === 'full')
      options.onFull(next === 'full', `${bytes} of ${maxBytes} bytes are taken`);
  }

  function stateOf(share: number): LetterRoomStatus['state'] {
    if (share >= (state === 'full' ? FREED : 1)) return 'full';
    return share >= SCARCE ? 'scarce' : 'enough';
  }

  return {
    /** A letter of so many bytes is on its way. */
    note(bytes: number): void {
      since += bytes;
      made.letters++;
      made.bytes += bytes;
      if (!isKnown || since >= maxBytes * ASK_SHARE) void ask();
      else options.gauge.set(measured + since);
    },
    status: (): LetterRoomStatus => ({ state, bytes: measured + since, maxBytes }),
    close(): void {
      closed = true;
      cancel?.();
    },
  };
}

/** Bytes of a stream's primaries; where the store does not tell, the letters times `mean`. Throws the client's errors. */
async function sizeOf(client: Client, index: string, mean: number): Promise<number> {
  try {
    // What no segment holds yet is not counted.
    await client.indices.refresh({ index });
    const { _all: all } = await client.indices.stats({ index, metric: 'store' });
    return all.primaries?.store?.size_in_bytes ?? 0;
  } catch (error) {
    if (!(error instanceof errors.ResponseError)) throw error;
    if (error.statusCode === 404) return 0;
    return Math.round((await client.count({ index, ignore_unavailable: true })).count * mean);
  }
}
