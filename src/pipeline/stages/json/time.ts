import type { JsonValue } from '../../../model/event.ts';
import { guessEpoch } from '../time/epoch.ts';
import { compileTime, type TimeSettings } from '../time/format.ts';

/** What JSON loggers write, tried in this order after ISO 8601. */
const PATTERNS = [
  'dd/MMM/yyyy:HH:mm:ss Z',
  'yyyy/MM/dd HH:mm:ss',
  'EEE, dd MMM yyyy HH:mm:ss z',
  'EEE MMM d HH:mm:ss yyyy',
  'MMM d HH:mm:ss',
  'yyyy-MM-dd HH:mm:ss z',
  'yyyy-MM-dd HH:mm:ss.S z',
  "EEE MMM d yyyy HH:mm:ss 'GMT'Z",
  // Date.prototype.toLocaleString in the United States.
  'M/d/yyyy, h:mm:ss a',
  // What guides to winston and moment's users write.
  'yyyy-MM-dd h:mm:ss.S a',
  'yyyy-MM-dd h:mm:ss a',
  'MMM-dd-yyyy HH:mm:ss',
  'dd MMM yyyy HH:mm:ss',
];

/** The reader of a time of any usual form: ISO 8601, a number of seconds to nanoseconds, or one of a few patterns. */
export function anyTime(settings: TimeSettings): (value: JsonValue) => number {
  const iso = compileTime('ISO8601', settings);
  const readers = PATTERNS.map((pattern) => compileTime(pattern, settings));
  return (value) => {
    if (typeof value === 'number') return guessEpoch(value);
    if (typeof value !== 'string') return Number.NaN;
    const ms = iso(value);
    if (!Number.isNaN(ms)) return ms;
    if (/^\d{9,20}(\.\d+)?$/.test(value)) return guessEpoch(value);
    for (const read of readers) {
      const found = read(value);
      if (!Number.isNaN(found)) return found;
    }
    return Number.NaN;
  };
}
