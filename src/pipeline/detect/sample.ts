/** A line that a pipeline is chosen by. */
export type SampleLine = {
  readonly text: string;
  /** The object it is, `cut` where it begins like one and is none, else undefined. */
  readonly json: Readonly<Record<string, unknown>> | 'cut' | undefined;
};

/** A signature tells more by how lines begin than by how they end, and no line may make the look at it dear. */
const LONGEST = 4096;

/** The lines that say something, each read as JSON once for all signatures. */
export function sampleOf(lines: readonly string[]): readonly SampleLine[] {
  return lines
    .filter((line) => line.trim() !== '')
    .map((line) => ({ text: line.slice(0, LONGEST).trimEnd(), json: jsonOf(line) }));
}

function jsonOf(line: string): SampleLine['json'] {
  if (!/^\s{0,100}\{/.test(line)) return undefined;
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return 'cut';
  }
}
