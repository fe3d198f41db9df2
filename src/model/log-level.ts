/** The six values `log.level` takes (docs/contracts.md, "Event and record"). */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

const WORDS: Record<LogLevel, string> = {
  trace: 'trace finest',
  debug: 'debug debug1 debug2 debug3 debug4 debug5 d fine verbose v',
  info: 'info informational i notice note n log',
  warn: 'warn warning w',
  error: 'error err e severe',
  fatal: 'fatal f critical crit c alert emergency emerg panic',
};

const LEVEL_OF_WORD = new Map<string, LogLevel>();
for (const [level, words] of Object.entries(WORDS)) {
  for (const word of words.split(' ')) LEVEL_OF_WORD.set(word, level as LogLevel);
}

const PINO: Record<number, LogLevel> = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' };
const SYSLOG: readonly LogLevel[] = ['fatal', 'fatal', 'fatal', 'error', 'warn', 'info', 'info', 'debug'];

/** The level of a source's own word; a word outside the table stays, lower-cased. */
export function levelOfWord(word: string): string {
  return LEVEL_OF_WORD.get(word) ?? LEVEL_OF_WORD.get(word.toLowerCase()) ?? word.toLowerCase();
}

/** The level of a pino or bunyan number; a custom number takes the level below it, as pino's documentation orders them. */
export function levelOfPino(value: number): LogLevel {
  return PINO[value] ?? PINO[Math.min(60, Math.max(10, Math.floor(value / 10) * 10))] ?? 'info';
}

/** The level of a syslog severity 0 (emergency) to 7 (debug), RFC 5424 section 6.2.1. */
export function levelOfSyslog(severity: number): LogLevel | undefined {
  return SYSLOG[severity];
}
