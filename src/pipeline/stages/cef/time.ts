import type { JsonValue } from '../../../model/event.ts';
import { anyTime } from '../json/time.ts';
import { compileTime, type TimeSettings } from '../time/format.ts';
import { isoOf } from '../time/iso.ts';

/** The forms that the CEF implementation standard lists for dates, besides milliseconds. */
const PATTERNS = [
  'MMM d yyyy HH:mm:ss.SSS z',
  'MMM d yyyy HH:mm:ss.SSS',
  'MMM d yyyy HH:mm:ss z',
  'MMM d yyyy HH:mm:ss',
  'MMM d HH:mm:ss.SSS z',
  'MMM d HH:mm:ss.SSS',
  'MMM d HH:mm:ss z',
  'MMM d HH:mm:ss',
];

/** Makes the reader of a date of CEF and of LEEF without a format: ISO 8601 in UTC, or the value as it was. */
export function dateReader(settings: TimeSettings): (value: JsonValue) => JsonValue {
  const any = anyTime(settings);
  const readers = PATTERNS.map((pattern) => compileTime(pattern, settings));
  return (value) => {
    const known = any(value);
    if (!Number.isNaN(known)) return isoOf(known);
    for (const read of readers) {
      const ms = read(value);
      if (!Number.isNaN(ms)) return isoOf(ms);
    }
    return value;
  };
}

/** Numbers of protocols (IANA) that devices write instead of names. */
const PROTOCOLS: Readonly<Record<string, string>> = {
  1: 'icmp',
  2: 'igmp',
  6: 'tcp',
  17: 'udp',
  47: 'gre',
  50: 'esp',
  58: 'ipv6-icmp',
};

/** A protocol by its name in small letters, as ECS has it. */
export function protocolOf(value: JsonValue): JsonValue {
  return typeof value === 'string' ? (PROTOCOLS[value] ?? value.toLowerCase()) : value;
}
