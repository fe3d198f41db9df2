import { type Convention, takeInteger, takeText } from '../mapper.ts';
import { pinoConvention } from '../pino.ts';
import { takeMilliseconds } from '../takes.ts';

/** bunyan, whose fields pino took over; it adds the place in the source, and restify how long an answer took. */
export function bunyanConvention(dataset: string): Convention {
  const { takes } = pinoConvention(dataset);
  return {
    takes: {
      ...takes,
      'src.file': takeText('log.origin.file.name'),
      'src.line': takeInteger('log.origin.file.line'),
      'src.func': takeText('log.origin.function'),
      'req.remoteAddress': takes['req.remoteAddress']!,
      latency: takeMilliseconds,
    },
  };
}
