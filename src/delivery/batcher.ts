import type { Clock } from '../model/clock.ts';
import type { Outgoing } from '../model/line.ts';
import { type Batch, BatchBuilder, createPrefixes, type Letter } from './batch.ts';
import type { BufferPool } from './buffer-pool.ts';
import type { Settlement } from './settle.ts';

/**
 * Collects documents and hands a batch to `seal` as soon as it holds `limit()` bytes, or `linger` ms after the first of
 * them. `flush` seals what is there; `close` forgets it.
 */
export function createBatcher(
  settings: { readonly linger: number; readonly clock: Clock; limit(): number; readonly buffers: BufferPool },
  seal: (batch: Batch) => void,
) {
  const prefixes = createPrefixes();
  let builder: BatchBuilder | undefined;
  let cancel: (() => void) | undefined;
  let lastSize = 0;

  function current(): BatchBuilder {
    const limit = settings.limit();
    builder ??= new BatchBuilder(limit, Math.min(limit, lastSize), prefixes, settings.buffers);
    cancel ??= settings.clock.after(settings.linger, flush);
    return builder;
  }

  function flush(): void {
    cancel?.();
    cancel = undefined;
    if (builder === undefined || builder.count === 0) return;
    const full = builder;
    builder = undefined;
    lastSize = full.size;
    seal(full.finish());
  }

  return {
    addAll(documents: readonly Outgoing[], settlement: Settlement): void {
      let next = 0;
      while (next < documents.length) {
        next = current().addAll(documents, next, settlement);
        if (next < documents.length) flush();
      }
    },
    addLetter(outgoing: Outgoing, settlement: Settlement, letter: Letter): void {
      if (current().add(outgoing, settlement, letter)) return;
      flush();
      current().add(outgoing, settlement, letter);
    },
    flush,
    close(): void {
      cancel?.();
      cancel = undefined;
      builder = undefined;
    },
  };
}
