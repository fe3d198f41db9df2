import { existsSync } from 'node:fs';
import path from 'node:path';
import { type FSWatcher, watch as watchFolder } from 'chokidar';
import type { Logger } from 'pino';
import { globBase, isWanted } from './discover.ts';

export type WatchedInput = { readonly patterns: readonly string[]; readonly exclude: readonly string[] };

export type WatchEvents = {
  /** A file that is wanted was written to. */
  changed(file: string): void;
  /** Something came or went: look again at everything. */
  moved(): void;
};

export type Watching = {
  /** Begins to watch folders that did not exist before. */
  refresh(): void;
  close(): Promise<void>;
};

/**
 * Watches the folders of all patterns. Events are only hints that make reading prompt; the periodic scan finds whatever
 * the operating system does not tell (network file systems, exhausted watches, folders made later).
 */
export function watchInputs(inputs: readonly WatchedInput[], events: WatchEvents, log: Logger): Watching {
  const depths = new Map<string, number>();
  for (const pattern of inputs.flatMap(({ patterns }) => patterns)) {
    const folder = watchBase(pattern);
    depths.set(folder, Math.max(depths.get(folder) ?? 0, depthOf(pattern, folder)));
  }
  const wanted = (file: string) => inputs.some(({ patterns, exclude }) => isWanted(file, patterns, exclude));
  const watchers = new Map<string, FSWatcher>();
  let said = false;

  function start(folder: string, depth: number): FSWatcher {
    const watcher = watchFolder(folder, {
      ignoreInitial: true,
      ...(Number.isFinite(depth) ? { depth } : {}),
      ignored: (file, stats) => stats?.isFile() === true && !wanted(file),
    });
    watcher.on('error', (error) => {
      if (!said)
        log.warn({ folder, detail: (error as Error).message }, 'watching is incomplete; the scan finds the rest');
      said = true;
    });
    watcher.on('all', (event, file) => {
      if (event === 'change') events.changed(file);
      else events.moved();
    });
    return watcher;
  }

  function refresh(): void {
    for (const [folder, depth] of depths) {
      if (!watchers.has(folder) && existsSync(folder)) watchers.set(folder, start(folder, depth));
    }
  }

  refresh();
  return {
    refresh,
    async close() {
      await Promise.all([...watchers.values()].map((watcher) => watcher.close()));
    },
  };
}

/** The folder to watch for a pattern: also for a single file, so that its rename and re-creation are seen. */
function watchBase(pattern: string): string {
  const base = globBase(pattern);
  return base === pattern ? path.dirname(pattern) : base;
}

/** Folders below `base` that a pattern reaches into. */
function depthOf(pattern: string, base: string): number {
  if (pattern.includes('**')) return Number.POSITIVE_INFINITY;
  return path.relative(base, pattern).split(path.sep).length - 1;
}
