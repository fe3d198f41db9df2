import { glob } from 'node:fs/promises';

/** Files that the patterns name, sorted, each once. */
export async function expandGlobs(patterns: readonly string[]): Promise<string[]> {
  const files = new Set<string>();
  for (const pattern of patterns) for await (const file of glob(pattern)) files.add(file);
  return [...files].sort();
}
