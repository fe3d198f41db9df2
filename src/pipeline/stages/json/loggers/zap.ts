import { GENERIC_TAKES } from '../generic.ts';
import { type Convention, takeMessage, takeText, takeTime } from '../mapper.ts';
import { spellings, takeCaller, takeStack } from '../takes.ts';
import { levelWords } from './words.ts';

/** DPanic panics in development and stands between error and panic: pkg.go.dev/go.uber.org/zap, Level. */
const level = levelWords({ dpanic: 'fatal' });

/** zap: NewProduction's keys, and the capital letters of NewDevelopment written as JSON. */
export const ZAP: Convention = {
  takes: {
    ...GENERIC_TAKES,
    ...spellings(level, 'level', 'severity', 'L'),
    ...spellings(takeCaller, 'caller', 'C'),
    ...spellings(takeText('log.origin.function'), 'function', 'func', 'F'),
    ...spellings(takeStack, 'stacktrace', 'S'),
    N: takeText('log.logger'),
    M: takeMessage(2),
    T: takeTime(5),
  },
};
