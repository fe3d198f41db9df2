const DURATION_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const BYTE_FACTORS: Record<string, number> = { B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3, TB: 1024 ** 4 };

/** JSON Schema pattern of a duration: `250ms`, `30s`, `5m`, `1h`, `7d`, `2w`. */
export const DURATION_PATTERN = '^\\d+(\\.\\d+)?(ms|s|m|h|d|w)$';
/** JSON Schema pattern of a size in bytes, factors of 1024: `64KB`, `10MB`, `1GB`. */
export const BYTES_PATTERN = '^\\d+(\\.\\d+)?(B|KB|MB|GB|TB)$';

/** Milliseconds of a duration that matches DURATION_PATTERN. Throws RangeError for anything else. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/.exec(text);
  const factor = match === null ? undefined : DURATION_MS[match[2]!];
  if (match === null || factor === undefined) throw new RangeError(`"${text}" is no duration such as 30s or 5m`);
  return Number(match[1]) * factor;
}

/** The shortest text that `parseDuration` reads as the same milliseconds: 300,000 is `5m`, 90,000 is `90s`. */
export function formatDuration(ms: number): string {
  const fitting = Object.entries(DURATION_MS).filter(([, factor]) => ms >= factor && ms % factor === 0);
  const [unit, factor] = fitting.at(-1) ?? ['ms', 1];
  return `${ms / factor}${unit}`;
}

/** Bytes of a size that matches BYTES_PATTERN. Throws RangeError for anything else. */
export function parseBytes(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(B|KB|MB|GB|TB)$/.exec(text);
  const factor = match === null ? undefined : BYTE_FACTORS[match[2]!];
  if (match === null || factor === undefined) throw new RangeError(`"${text}" is no size such as 64KB or 10MB`);
  return Math.round(Number(match[1]) * factor);
}
