/**
 * The year of a time that carries none: the one that puts it into (source time − 11 months, source time + 1 month].
 * @param sourceTime ms since the epoch, read at every call because a file is written while it is read.
 * @returns from a function "instant in that year" (NaN where the year has no such day) the instant, or NaN.
 */
export function yearFinder(sourceTime: () => number): (inYear: (year: number) => number) => number {
  let anchor = Number.NaN;
  let after = 0;
  let until = 0;
  let latest = 0;
  return (inYear) => {
    const now = sourceTime();
    if (now !== anchor) {
      anchor = now;
      after = addMonths(now, -11);
      until = addMonths(now, 1);
      latest = new Date(until).getUTCFullYear() + 1;
    }
    for (let year = latest; year >= latest - 3; year--) {
      const time = inYear(year);
      if (time > after && time <= until) return time;
    }
    return leapDay(inYear, latest, until);
  };
}

/** 29 February exists only every fourth year: then the latest one that is not in the future. */
function leapDay(inYear: (year: number) => number, latest: number, until: number): number {
  for (let year = latest; year >= latest - 9; year--) {
    const time = inYear(year);
    if (time <= until) return time;
  }
  return Number.NaN;
}

function addMonths(ms: number, months: number): number {
  const date = new Date(ms);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, last));
  return date.getTime();
}
