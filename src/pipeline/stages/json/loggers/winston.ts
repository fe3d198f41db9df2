import { levelOfWord } from '../../../../model/log-level.ts';
import { GENERIC_TAKES } from '../generic.ts';
import { type Convention, type Take, takeText, takeTime } from '../mapper.ts';
import { pinoConvention } from '../pino.ts';
import { levelByTable, takeMilliseconds } from '../takes.ts';

/** npm's levels, and those of winston.config.cli; severer than debug is "http": github.com/winstonjs/winston, "Logging Levels". */
const OWN: Readonly<Record<string, string>> = {
  http: 'info',
  silly: 'trace',
  help: 'info',
  data: 'info',
  prompt: 'info',
  input: 'info',
};

/** format.colorize writes the level in colours, into JSON too. */
const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]{1,20}m`, 'g');

const level = levelByTable((text) => {
  const word = text.replace(COLOURS, '').toLowerCase();
  return OWN[word] ?? levelOfWord(word);
});

/** What winston writes of an uncaught exception: a Date as text, the name of its zone behind it. */
const date: Take = (into, value) =>
  typeof value === 'string' && takeTime(5)(into, value.replace(/ \([^)]{0,80}\)$/, ''));

/** What express-winston writes of a request below `meta`, by the names that Node itself has. */
const { takes: OF_REQUESTS } = pinoConvention('');
const REQUEST = ['req.method', 'req.url', 'req.headers.host', 'req.headers.user-agent', 'req.headers.referer'];
const requests: Record<string, Take> = Object.fromEntries(
  [...REQUEST, 'res.statusCode', 'responseTime'].map((key) => [`meta.${key}`, OF_REQUESTS[key]!]),
);

/** winston 2 and 3, format.json() and format.logstash(), with metadata at the top or below `metadata`. */
export const WINSTON: Convention = {
  ownName: (path) => path.replace(/^(?:metadata|meta|@fields)\./, ''),
  takes: {
    ...GENERIC_TAKES,
    ...requests,
    level,
    '@fields.level': level,
    date,
    label: takeText('log.logger'),
    durationMs: takeMilliseconds,
    'metadata.service': GENERIC_TAKES['service']!,
    'metadata.timestamp': GENERIC_TAKES['timestamp']!,
    'metadata.error': GENERIC_TAKES['error']!,
    'metadata.stack': GENERIC_TAKES['stack']!,
  },
};
