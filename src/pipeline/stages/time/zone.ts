/** Turns a wall-clock time, written as milliseconds as if it were UTC, into the real instant. NaN stays NaN. */
export type LocalToUtc = (local: number) => number;

const QUARTER = 15 * 60_000;
const DAY = 24 * 60 * 60_000;
const LARGEST_CACHE = 4096;

/** One resolver a zone for the process: the formatter behind it is large. Lines may name zones, hence the bound. */
const resolvers = new Map<string, LocalToUtc>();
const MOST_ZONES = 1000;

const asUtc: LocalToUtc = (local) => local;

/**
 * The resolver of an IANA zone. A time that a clock shows twice (end of summer time) is its first occurrence; one that a
 * clock skips is moved on by the length of the gap, as java.time does.
 * Throws RangeError for an unknown zone.
 */
export function localToUtc(timezone: string): LocalToUtc {
  if (/^(etc\/)?(utc|gmt|zulu)$/i.test(timezone)) return asUtc;
  // Small and large letters are the same to the tables of zones.
  const name = timezone.toLowerCase();
  const known = resolvers.get(name);
  if (known !== undefined) return known;
  const made = makeResolver(timezone);
  if (resolvers.size < MOST_ZONES) resolvers.set(name, made);
  return made;
}

function makeResolver(timezone: string): LocalToUtc {
  const offsetAt = zoneOffset(timezone);
  const cache = new Map<number, number>();
  let block = Number.NaN;
  let offset = 0;
  return (local) => {
    if (Number.isNaN(local)) return local;
    const wanted = Math.floor(local / QUARTER);
    if (wanted !== block) {
      let known = cache.get(wanted);
      if (known === undefined) {
        known = resolve(wanted * QUARTER, offsetAt);
        if (cache.size >= LARGEST_CACHE) cache.clear();
        cache.set(wanted, known);
      }
      block = wanted;
      offset = known;
    }
    return local - offset;
  };
}

/** The offset that holds for a wall-clock time. Zones change their offset on quarters of an hour only. */
function resolve(local: number, offsetAt: (utc: number) => number): number {
  const before = offsetAt(local - DAY);
  const after = offsetAt(local + DAY);
  if (before === after) return before;
  if (offsetAt(local - before) === before) return before;
  return offsetAt(local - after) === after ? after : before;
}

/** Milliseconds east of UTC at an instant. */
function zoneOffset(timezone: string): (utc: number) => number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: timezone, timeZoneName: 'longOffset' });
  return (utc) => {
    const name = format.formatToParts(utc).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
    const match = /^GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(name);
    if (match === null) return 0;
    const ms = (Number(match[2]) * 60 + Number(match[3])) * 60_000 + Number(match[4] ?? 0) * 1000;
    return match[1] === '-' ? -ms : ms;
  };
}
