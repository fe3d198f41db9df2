import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { EPOCH_PLACES, guessEpoch } from '../../../../src/pipeline/stages/time/epoch.ts';
import { compileTime } from '../../../../src/pipeline/stages/time/format.ts';
import { isoOf } from '../../../../src/pipeline/stages/time/iso.ts';

const SOURCE_TIME = Date.parse('2026-11-01T00:00:00Z');
function read(format: string, text: string | number, timezone = 'UTC', sourceTime = SOURCE_TIME): string | undefined {
  const ms = compileTime(format, { timezone, sourceTime: () => sourceTime })(text);
  return Number.isNaN(ms) ? undefined : isoOf(ms);
}

test('formats of common logs are read', () => {
  const cases: [string, string | number, string | undefined][] = [
    ['dd/MMM/yyyy:HH:mm:ss Z', '17/May/2015:10:05:03 +0000', '2015-05-17T10:05:03.000Z'],
    ['dd/MMM/yyyy:HH:mm:ss Z', '17/May/2015:10:05:03 -0730', '2015-05-17T17:35:03.000Z'],
    ['EEE MMM d HH:mm:ss.S yyyy', 'Mon Dec 26 16:15:55.103522 2016', '2016-12-26T16:15:55.103Z'],
    ['EEE, dd MMM yyyy HH:mm:ss z', 'Tue, 15 Nov 1994 12:45:26 GMT', '1994-11-15T12:45:26.000Z'],
    ['yyMMdd HH:mm:ss', '161209 13:08:33', '2016-12-09T13:08:33.000Z'],
    ['yyyy-MM-dd h:mm a', '2026-01-02 12:05 AM', '2026-01-02T00:05:00.000Z'],
    ["yyyy-MM-dd'T'HH:mm:ssXXX", '2026-01-02T03:04:05+01:00', '2026-01-02T02:04:05.000Z'],
    ['d MMMM yyyy HH:mm', '3 March 2026 04:05', '2026-03-03T04:05:00.000Z'],
    ['yyyy-MM-dd HH:mm:ss VV', '2026-07-01 12:00:00 Europe/Berlin', '2026-07-01T10:00:00.000Z'],
    ['ISO8601', '2026-11-21T10:00:00.123456789+0100', '2026-11-21T09:00:00.123Z'],
    ['ISO8601', '2026-11-21', '2026-11-21T00:00:00.000Z'],
    ['ISO8601', '2026-11-21 10:00', '2026-11-21T10:00:00.000Z'],
    ['ISO8601', '2016-12-31T23:59:60Z', '2016-12-31T23:59:59.999Z'],
    ['ISO8601', '20261121T100000,5Z', '2026-11-21T10:00:00.500Z'],
    ['ISO8601', '20261121T1000+0100', '2026-11-21T09:00:00.000Z'],
    ['ISO8601', '2026-W47-6', '2026-11-21T00:00:00.000Z'],
    ['ISO8601', '2026W47T10:00Z', '2026-11-16T10:00:00.000Z'],
    ['ISO8601', '2020-W53-5T10:00:00Z', '2021-01-01T10:00:00.000Z'],
    ['ISO8601', '2025-W53-1', undefined],
    ['ISO8601', '2026-325T10:00:00+02:00', '2026-11-21T08:00:00.000Z'],
    ['ISO8601', '2024-366', '2024-12-31T00:00:00.000Z'],
    ['ISO8601', '2026-366', undefined],
    ['ISO8601', '2026-000', undefined],
    ['ISO8601', '2026-11-21T10', '2026-11-21T10:00:00.000Z'],
    ['ISO8601', '2026-11-21T10:00:00+02:00[Europe/Berlin]', '2026-11-21T08:00:00.000Z'],
    ['ISO8601', '2026-11-21T10:00:00[Europe/Berlin]', undefined],
    ['ISO8601', '20261121100000', undefined],
    ['ISO8601', '20261121', undefined],
    ["YYYY-'W'ww-e HH:mm", '2026-W47-6 10:00', '2026-11-21T10:00:00.000Z'],
    ["YYYY-'W'ww", '2026-W53', '2026-12-28T00:00:00.000Z'],
    ["xxxx-'W'ww-e", '2020-W53-7', '2021-01-03T00:00:00.000Z'],
    ["YYYY-'W'ww-e", '2025-W53-1', undefined],
    ['UNIX', '1763600000.5', '2025-11-20T00:53:20.500Z'],
    ['UNIX_NS', '1763600000123456789', '2025-11-20T00:53:20.123Z'],
    ['TAI64N', '@4000000050d506482dbdf024', '2012-12-22T01:00:46.767Z'],
    ['TAI64N', '400000000000000a', '1970-01-01T00:00:00.000Z'],
    ['TAI64N', '@4000000050d50648', '2012-12-22T01:00:46.000Z'],
    ['TAI64N', '@x', undefined],
    ['dd MMM yyyy HH:mm:ss ZZZ', '01 Jan 2026 10:00:00 Europe/Berlin', '2026-01-01T09:00:00.000Z'],
    ['yyyy-DDD HH:mm', '2026-032 10:00', '2026-02-01T10:00:00.000Z'],
    ['yyyyDDD', '2024366', '2024-12-31T00:00:00.000Z'],
    ['yyyyDDD', '2026366', undefined],
    ['YYYY-MM-dd kk:mm', '2026-01-02 24:10', '2026-01-02T00:10:00.000Z'],
    ['yyyy-MM-dd K:mm a', '2026-01-02 0:10 PM', '2026-01-02T12:10:00.000Z'],
    ['MM/dd/yyyy HH:mm:ss', '2/3/2026 1:05:06', '2026-02-03T01:05:06.000Z'],
    ['MMM dd yyyy', 'Feb  3 2026', '2026-02-03T00:00:00.000Z'],
    ['yyyyMMdd', '2026203', undefined],
    ['ISO8601', '2026-02-29T10:00:00Z', undefined],
    ['ISO8601', '2026-11-21T24:00:00Z', undefined],
    ['ISO8601', '2026-11-21T10:00:00Zx', undefined],
    ['ISO8601', '2026-11-21T10:00:00.Z', undefined],
    ['UNIX', 'x', undefined],
    ['dd/MMM/yyyy', '17/Foo/2015', undefined],
  ];
  for (const [format, text, expected] of cases) assert.equal(read(format, text), expected, `${format}: ${text}`);
});

test('numbers of any unit are read to the millisecond that they say', () => {
  const written = (ms: number, places: number) => {
    const text = String(ms);
    return places > 0 ? `${text.slice(0, -places)}.${text.slice(-places)}` : text.padEnd(text.length - places, '0');
  };
  fc.assert(
    fc.property(fc.integer({ min: 10 ** 12, max: 4 * 10 ** 12 }), (ms) => {
      const expected = isoOf(ms);
      for (const [format, places] of Object.entries(EPOCH_PLACES)) {
        const text = written(ms, places);
        assert.equal(read(format, text), expected, `${format}: ${text}`);
        if (text.length < 16) assert.equal(read(format, Number(text)), expected, `${format}: ${text} as a number`);
        assert.equal(guessEpoch(text), ms, text);
      }
    }),
  );
  assert.equal(read('UNIX', '-0.0005'), '1969-12-31T23:59:59.999Z');
  assert.equal(read('UNIX_NS', '-1000000'), '1969-12-31T23:59:59.999Z');
});

test('names of months may be of another language, short or whole, with or without a point', () => {
  const inLanguage = (locale: string, format: string, text: string) =>
    isoOf(compileTime(format, { timezone: 'UTC', sourceTime: () => SOURCE_TIME, locale })(text)).slice(0, 10);
  assert.equal(inLanguage('de', 'd. MMMM yyyy', '3. März 2026'), '2026-03-03');
  assert.equal(inLanguage('de', 'dd/MMM/yyyy', '03/Okt/2026'), '2026-10-03');
  assert.equal(inLanguage('fr', 'd MMM yyyy', '3 févr. 2026'), '2026-02-03');
  assert.equal(inLanguage('fr', 'd MMM yyyy', '3 févr 2026'), '2026-02-03');
  assert.equal(inLanguage('es', 'd MMM yyyy', '3 ENE 2026'), '2026-01-03');
  assert.equal(inLanguage('ru', 'd MMMM yyyy', '3 мая 2026'), '2026-05-03');
  assert.throws(() => inLanguage('de', 'd MMM yyyy', '3 Xyz 2026'));
});

test('one reader takes short and whole names of months by turns', () => {
  const time = compileTime('d MMM yyyy', { timezone: 'UTC', sourceTime: () => SOURCE_TIME });
  const texts = ['1 Mar 2026', '1 March 2026', '1 mar 2026', '1 May 2026', '1 MAR 2026'];
  assert.deepEqual(
    texts.map((text) => isoOf(time(text)).slice(5, 7)),
    ['03', '03', '03', '05', '03'],
  );
});

describe('times without a zone', () => {
  const at = (text: string, zone: string) => read('yyyy-MM-dd HH:mm:ss', text, zone);

  test('take the zone of the input, with its summer time', () => {
    assert.equal(at('2026-01-15 12:00:00', 'America/New_York'), '2026-01-15T17:00:00.000Z');
    assert.equal(at('2026-07-15 12:00:00', 'America/New_York'), '2026-07-15T16:00:00.000Z');
    assert.equal(at('2026-07-15 12:00:00', 'Asia/Kathmandu'), '2026-07-15T06:15:00.000Z');
  });

  test('that a clock shows twice are the first, and that it skips move on by the gap', () => {
    assert.equal(at('2026-11-01 01:30:00', 'America/New_York'), '2026-11-01T05:30:00.000Z');
    assert.equal(at('2026-03-08 02:30:00', 'America/New_York'), '2026-03-08T07:30:00.000Z');
    assert.equal(at('2026-10-25 02:30:00', 'Europe/Berlin'), '2026-10-25T00:30:00.000Z');
    assert.equal(at('2026-03-29 02:30:00', 'Europe/Berlin'), '2026-03-29T01:30:00.000Z');
  });

  test('shown by a clock of any zone are read back as the same instant, but for the second of a doubled hour', () => {
    const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'Pacific/Apia', 'UTC'];
    const instant = fc
      .integer({ min: Date.UTC(1985, 0), max: Date.UTC(2035, 0) })
      .map((ms) => Math.floor(ms / 1000) * 1000);
    fc.assert(
      fc.property(fc.constantFrom(...zones), instant, (zone, ms) => {
        const shown = new Intl.DateTimeFormat('sv-SE', {
          timeZone: zone,
          dateStyle: 'short',
          timeStyle: 'medium',
        }).format(ms);
        const back = Date.parse(at(shown, zone)!);
        assert.ok(back === ms || (back < ms && ms - back <= 3_600_000), `${shown} ${zone}: ${back - ms}`);
      }),
    );
  });
});

describe('times without a year', () => {
  test('fall between eleven months before and one month after the time of the file', () => {
    const day = fc
      .integer({ min: Date.UTC(2020, 0), max: Date.UTC(2030, 0) })
      .map((ms) => Math.floor(ms / 1000) * 1000);
    fc.assert(
      fc.property(day, fc.integer({ min: -330 * 86_400, max: 27 * 86_400 }), (source, seconds) => {
        const ms = source + seconds * 1000;
        const text = new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', month: 'short', day: 'numeric' }).format(ms);
        const clock = new Date(ms).toISOString().slice(11, 19);
        assert.equal(read('MMM d HH:mm:ss', `${text} ${clock}`, 'UTC', source), isoOf(ms));
      }),
    );
  });

  test('of 29 February take the last leap year', () => {
    assert.equal(read('MMM d HH:mm:ss', 'Feb 29 10:00:00'), '2024-02-29T10:00:00.000Z');
  });

  test('follow the file’s time when it moves on', () => {
    let now = Date.parse('2025-12-31T12:00:00Z');
    const reader = compileTime('MMM d HH:mm:ss', { timezone: 'UTC', sourceTime: () => now });
    assert.equal(isoOf(reader('Jan  1 00:00:01')), '2026-01-01T00:00:01.000Z');
    now = Date.parse('2027-03-01T00:00:00Z');
    assert.equal(isoOf(reader('Jan  1 00:00:01')), '2027-01-01T00:00:01.000Z');
  });
});

test('ISO 8601 times of every instant are read back exactly', () => {
  const instant = fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true });
  fc.assert(fc.property(instant, (date) => assert.equal(read('ISO8601', date.toISOString()), date.toISOString())));
});

test('no text makes the reader throw', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.constantFrom('ISO8601', 'UNIX', 'MMM d HH:mm:ss', 'dd/MMM/yyyy:HH:mm:ss Z', 'EEE a S X z'),
      (text, format) => {
        const result = read(format, text);
        assert.ok(result === undefined || /^\d{4}-/.test(result));
      },
    ),
  );
});

test('the unit of a bare number is told by its size', () => {
  const ms = 1_763_600_000_123;
  assert.equal(guessEpoch(1_763_600_000.123), ms);
  assert.equal(guessEpoch(ms), ms);
  assert.equal(guessEpoch(ms * 1000), ms);
  assert.ok(Number.isNaN(guessEpoch(12.5)));
});
