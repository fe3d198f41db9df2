import { levelOfWord } from '../../../../model/log-level.ts';
import { GENERIC_TAKES } from '../generic.ts';
import { type Convention, takeInteger, takeText } from '../mapper.ts';
import { levelByTable, takeCaller } from '../takes.ts';
import { levelOfNumber } from './words.ts';

const NAMED: Readonly<Record<string, number>> = { DEBUG: -4, INFO: 0, WARN: 4, ERROR: 8 };
/** Steps of four, and what lies below the first and as far above the last: pkg.go.dev/log/slog, Level. */
const STEPS = [
  [-1e9, 'trace'],
  [-4, 'debug'],
  [0, 'info'],
  [4, 'warn'],
  [8, 'error'],
  [12, 'fatal'],
] as const;

/** A level that has no name is written as the named one below it and the distance: `INFO+2`, `DEBUG-4`. */
function levelOfSlog(word: string): string {
  const match = /^(DEBUG|INFO|WARN|ERROR)([+-]\d{1,6})?$/.exec(word);
  return match === null ? levelOfWord(word) : levelOfNumber(NAMED[match[1]!]! + Number(match[2] ?? 0), STEPS);
}

/** Go's log/slog, JSONHandler, with AddSource. */
export const SLOG: Convention = {
  takes: {
    ...GENERIC_TAKES,
    level: levelByTable(levelOfSlog),
    source: takeCaller,
    'source.file': takeText('log.origin.file.name'),
    'source.line': takeInteger('log.origin.file.line'),
    'source.function': takeText('log.origin.function'),
  },
};
