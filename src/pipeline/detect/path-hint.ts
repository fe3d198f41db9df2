import path from 'node:path';

/** `.1`, `-20261121`, `.gz` and the like. */
const ROTATION = /([._-]\d{1,8}([.-]\d{1,2}){0,3}|\.(gz|bz2|xz|zst|old|bak))+$/;

/** What the path of a file says of its pipeline. */
export type PathHint = {
  /** Whether it is one of the well-known ones. */
  matches(globs: readonly string[]): boolean;
  /** How many of the words of a pipeline's name (`nginx`, `access`) are words of the path. */
  shares(pipeline: string): number;
};

/** @param file undefined where lines come from no file. */
export function pathHint(file: string | undefined): PathHint {
  const stem = file === undefined ? '' : file.split(path.sep).join('/').replace(ROTATION, '');
  const words = new Set(
    stem
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .flatMap((word) => [word, word.replace(/\d+$/, '')]),
  );
  return {
    matches: (globs) => stem !== '' && globs.some((glob) => path.posix.matchesGlob(stem, glob)),
    shares: (pipeline) => pipeline.split('-').filter((word) => word !== 'log' && words.has(word)).length,
  };
}
