import { type LocalToUtc, localToUtc } from './zone.ts';

const HOUR = 3_600_000;

/** A region of the world with what its clocks are called: in winter and, where there is one, in summer; hours east of UTC. */
type Region = readonly [zone: string, winter: string, hours: number, summer?: string];

/** Those that programs print most (tzdata, "FORMAT"). Where letters are used twice, the reading of java.time. */
const REGIONS: readonly Region[] = [
  ['America/New_York', 'EST', -5, 'EDT'],
  ['America/Chicago', 'CST', -6, 'CDT'],
  ['America/Denver', 'MST', -7, 'MDT'],
  ['America/Los_Angeles', 'PST', -8, 'PDT'],
  ['America/Anchorage', 'AKST', -9, 'AKDT'],
  ['Pacific/Honolulu', 'HST', -10],
  ['America/Halifax', 'AST', -4, 'ADT'],
  ['America/St_Johns', 'NST', -3.5, 'NDT'],
  ['America/Sao_Paulo', 'BRT', -3],
  ['Europe/London', 'GMT', 0, 'BST'],
  ['Europe/Lisbon', 'WET', 0, 'WEST'],
  ['Europe/Paris', 'CET', 1, 'CEST'],
  ['Europe/Helsinki', 'EET', 2, 'EEST'],
  ['Europe/Moscow', 'MSK', 3],
  ['Africa/Johannesburg', 'SAST', 2],
  ['Africa/Nairobi', 'EAT', 3],
  ['Asia/Karachi', 'PKT', 5],
  ['Asia/Kolkata', 'IST', 5.5],
  ['Asia/Jakarta', 'WIB', 7],
  ['Asia/Hong_Kong', 'HKT', 8],
  ['Asia/Singapore', 'SGT', 8],
  ['America/Argentina/Buenos_Aires', 'ART', -3],
  ['America/Montevideo', 'UYT', -3],
  ['America/Santiago', 'CLT', -4, 'CLST'],
  ['America/Caracas', 'VET', -4],
  ['America/La_Paz', 'BOT', -4],
  ['America/Bogota', 'COT', -5],
  ['America/Lima', 'PET', -5],
  ['Europe/Istanbul', 'TRT', 3],
  ['Europe/Samara', 'SAMT', 4],
  ['Africa/Lagos', 'WAT', 1],
  ['Africa/Maputo', 'CAT', 2],
  ['Asia/Jerusalem', 'IST', 2, 'IDT'],
  ['Asia/Tehran', 'IRST', 3.5],
  ['Asia/Dubai', 'GST', 4],
  ['Asia/Yekaterinburg', 'YEKT', 5],
  ['Asia/Kathmandu', 'NPT', 5.75],
  ['Asia/Novosibirsk', 'NOVT', 7],
  ['Asia/Bangkok', 'ICT', 7],
  ['Asia/Manila', 'PHT', 8],
  ['Asia/Kuala_Lumpur', 'MYT', 8],
  ['Asia/Irkutsk', 'IRKT', 8],
  ['Asia/Vladivostok', 'VLAT', 10],
  ['Australia/Perth', 'AWST', 8],
  ['Asia/Tokyo', 'JST', 9],
  ['Asia/Seoul', 'KST', 9],
  ['Australia/Adelaide', 'ACST', 9.5, 'ACDT'],
  ['Australia/Sydney', 'AEST', 10, 'AEDT'],
  ['Pacific/Auckland', 'NZST', 12, 'NZDT'],
];

const byName = new Map<string, LocalToUtc>();
for (const [zone, winter, hours, summer] of REGIONS) {
  if (!byName.has(winter)) byName.set(winter, summer === undefined ? fixed(hours) : regional(zone, hours));
  if (summer !== undefined && !byName.has(summer)) byName.set(summer, fixed(hours + 1));
}
byName.set('UTC', fixed(0));
byName.set('GMT', fixed(0));

/** Times by the letters of a zone (`CEST`, `EST`); undefined for letters that are none. */
export function zoneByLetters(letters: string): LocalToUtc | undefined {
  return byName.get(letters);
}

function fixed(hours: number): LocalToUtc {
  return (local) => local - hours * HOUR;
}

/**
 * A winter time in a part of the year when the region's clocks show summer time is the region's time, as java.time has
 * it: people write EST all year and mean the clock on the wall.
 */
function regional(zone: string, hours: number): LocalToUtc {
  const winter = fixed(hours);
  let region: LocalToUtc | undefined;
  return (local) => {
    region ??= localToUtc(zone);
    const utc = winter(local);
    // In the hour that a clock shows twice the letters say which one is meant.
    const repeated = region(local + HOUR) - region(local) > HOUR;
    return repeated ? utc : region(local);
  };
}
