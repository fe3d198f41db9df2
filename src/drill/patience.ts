import { setTimeout as sleep } from 'node:timers/promises';

/** A store that was killed is back long before. */
const PATIENCE_MS = 60_000;
const PAUSE_MS = 250;

/** Asks again for as long as the answer is an error: another seed may just have killed the store. Rejects with the last one. */
export async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (const end = performance.now() + PATIENCE_MS; ; ) {
    try {
      return await ask();
    } catch (error) {
      if (performance.now() > end) throw error;
      await sleep(PAUSE_MS);
    }
  }
}
