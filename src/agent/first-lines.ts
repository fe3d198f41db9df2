/** How many lines a pipeline is chosen by. */
const FIRST_LINES = 50;

/** The first lines that say something, for choosing a pipeline. */
export function firstLinesOf(lines: readonly string[], most: number = FIRST_LINES): string[] {
  return lines.filter((line) => line.trim() !== '').slice(0, most);
}

/** The first finished lines of a file's first bytes; the beginning of the first line where none is finished. */
export function firstLinesOfBytes(bytes: Buffer, most?: number): string[] {
  const lines = bytes
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.replace(/^\0+/, ''));
  return firstLinesOf(lines.length > 1 ? lines.slice(0, -1) : lines, most);
}
