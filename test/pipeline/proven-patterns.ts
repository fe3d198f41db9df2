import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FoundPattern } from '../../src/pipeline/slow-patterns.ts';

/**
 * Patterns of shipped pipelines, and of the security events in code, that were searched for hostile texts, by hash. The search takes seconds for each, so a
 * test run searches only those that are new; `node24 test/pipeline/prove-patterns.ts` adds them.
 */
export const PROVEN_FILE = fileURLToPath(new URL('proven-patterns.txt', import.meta.url));

export function hashOf({ source, flags }: Pick<FoundPattern, 'source' | 'flags'>): string {
  return createHash('sha256').update(`${flags}/${source}`).digest('hex').slice(0, 20);
}

export function readProven(): Set<string> {
  return new Set(existsSync(PROVEN_FILE) ? readFileSync(PROVEN_FILE, 'utf8').trim().split('\n') : []);
}
