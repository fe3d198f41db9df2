import type { ReadyAnswer, ReadyCheck } from '../contract/health.ts';
import { asking, type Reading } from './read-store.ts';

/** Longest wait for the store, ms. */
const STORE_TIMEOUT_MS = 3000;

/** Whether this process can do its work: the store answers, and what the caller checks besides. */
export async function readiness(
  { store, signal }: Reading,
  others: () => readonly ReadyCheck[] | Promise<readonly ReadyCheck[]>,
): Promise<ReadyAnswer> {
  const checks = [await storeCheck({ store, signal }), ...(await others())];
  return { ready: checks.every(({ ok }) => ok), checks };
}

async function storeCheck({ store, signal }: Pick<Reading, 'store' | 'signal'>): Promise<ReadyCheck> {
  try {
    const { status } = await asking(store, () =>
      store.client.cluster.health({}, { requestTimeout: STORE_TIMEOUT_MS, maxRetries: 0, signal }),
    );
    return { name: 'store', ok: status !== 'red', detail: `${store.place} is ${status}` };
  } catch (error) {
    return { name: 'store', ok: false, detail: (error as Error).message };
  }
}
