import { levelOfWord } from '../../../model/log-level.ts';
import { type Convention, takeMessage, takeText, takeTime } from './mapper.ts';
import { levelByTable, takeMilliseconds, takeSource } from './takes.ts';

/** F, E, W, I, and D1 to D5 for debugging of that depth: mongodb.com, "Log Messages", Severity Levels. */
const level = levelByTable((word) => levelOfWord(/^D[1-5]$/.test(word) ? 'D' : word));

/** What a Status of the server holds; it stands under several names. */
function status(path: string) {
  return {
    [`${path}.code`]: takeText('error.code'),
    [`${path}.codeName`]: takeText('error.type'),
    [`${path}.errmsg`]: takeText('error.message'),
  };
}

/** MongoDB's structured log, from 4.4 on; times are MongoDB Extended JSON. */
export const MONGODB: Convention = {
  ownName: (path) => OWN_NAMES[path] ?? path,
  takes: {
    't.$date': takeTime(0),
    t: takeTime(0),
    s: level,
    msg: takeMessage(0),
    'attr.durationMillis': takeMilliseconds,
    'attr.remote': takeSource,
    'attr.client': takeSource,
    ...status('attr.error'),
    ...status('attr.status'),
  },
};

const OWN_NAMES: Readonly<Record<string, string>> = { c: 'component', ctx: 'context', s: 'level' };
