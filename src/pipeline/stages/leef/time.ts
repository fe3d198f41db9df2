import type { JsonValue } from '../../../model/event.ts';
import { dateReader } from '../cef/time.ts';
import { compileTime, type TimeReader, type TimeSettings } from '../time/format.ts';
import { isoOf } from '../time/iso.ts';

/** Lines name the form of their dates; past this many forms one is worked out each time. */
const MOST_FORMATS = 100;
const LONGEST_FORMAT = 100;

/** Makes the reader of devTime, in the form that devTimeFormat names in Java's letters; ISO 8601 in UTC, or the value as it was. */
export function deviceTimeReader(
  settings: TimeSettings,
): (value: JsonValue, format: JsonValue | undefined) => JsonValue {
  const readAny = dateReader(settings);
  const known = new Map<string, TimeReader>();

  function readerOf(format: string): TimeReader {
    let reader = known.get(format);
    if (reader === undefined) {
      reader = compiled(format, settings);
      if (known.size < MOST_FORMATS) known.set(format, reader);
    }
    return reader;
  }

  return (value, format) => {
    if (typeof format === 'string' && format !== '' && format.length <= LONGEST_FORMAT) {
      const ms = readerOf(format)(value);
      if (!Number.isNaN(ms)) return isoOf(ms);
    }
    return readAny(value);
  };
}

/** A form that is none reads nothing. */
function compiled(format: string, settings: TimeSettings): TimeReader {
  try {
    return compileTime(format, settings);
  } catch (error) {
    if (error instanceof RangeError) return () => Number.NaN;
    throw error;
  }
}
