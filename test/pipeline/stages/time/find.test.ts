import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { checkPatterns } from '../../../../src/pipeline/slow-patterns.ts';
import { TIME_PATTERNS, timeFinder } from '../../../../src/pipeline/stages/time/find.ts';

const SOURCE_TIME = Date.parse('2026-11-01T00:00:00Z');
const find = timeFinder({ timezone: 'UTC', sourceTime: () => SOURCE_TIME });
const isoIn = (line: string) => {
  const found = find(line);
  return found === undefined ? undefined : Number.isNaN(found.ms) ? 'no moment' : new Date(found.ms).toISOString();
};

describe('a time is found', () => {
  const cases: [line: string, iso: string][] = [
    ['2026-06-24T14:36:53Z started', '2026-06-24T14:36:53.000Z'],
    ['2026-06-24t14:36:53z', '2026-06-24T14:36:53.000Z'],
    ['2026-06-24 14:36:53.123456789 +0200 started', '2026-06-24T12:36:53.123Z'],
    ['2026-06-24 14:36:53,123+02:00|started', '2026-06-24T12:36:53.123Z'],
    ['2026-06-24 14:36:53.5+02 started', '2026-06-24T12:36:53.500Z'],
    ['2026-06-24 14:36:53.123 UTC [12] LOG:  started', '2026-06-24T14:36:53.123Z'],
    ['2026-06-24 14:36:53GMT started', '2026-06-24T14:36:53.000Z'],
    ['2026-06-24  14:36: started', '2026-06-24T14:36:00.000Z'],
    ['2026-06-24 14:36:53 -05 degrees', '2026-06-24T14:36:53.000Z'],
    ['2026-06-24 14:36:53,42,c', '2026-06-24T14:36:53.000Z'],
    ['2026/06/24 14:36:53.000123 main.go:7', '2026-06-24T14:36:53.000Z'],
    ['[2026-06-24 14:36:53] started', '2026-06-24T14:36:53.000Z'],
    ['[2026-06-24 14:36:53 main] started', '2026-06-24T14:36:53.000Z'],
    ['10/Oct/2000:13:55:36 -0700 GET /', '2000-10-10T20:55:36.000Z'],
    ['[10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1"', '2000-10-10T20:55:36.000Z'],
    ['Jun  4 14:36:53 web-1 cron[7]: x', '2026-06-04T14:36:53.000Z'],
    ['Dec 24 14:36:53.25 web-1 cron[7]: x', '2025-12-24T14:36:53.250Z'],
    ['<13>Jun 24 14:36:53 web-1 x', '2026-06-24T14:36:53.000Z'],
    ['Jun 24 2024 14:36:53: %ASA-6-302013', '2024-06-24T14:36:53.000Z'],
    ['[Sun Dec 04 04:47:44.123 2005] [error] x', '2005-12-04T04:47:44.123Z'],
    ['Wed Jun 24 14:36:53 UTC 2026', '2026-06-24T14:36:53.000Z'],
    ['Wed Jun 24 14:36:53 CEST 2026: started', '2026-06-24T12:36:53.000Z'],
    ['Wed Jun 24 14:36:53 XQZ 2026: started', '2026-06-24T14:36:53.000Z'],
    ['Wed Jun 24 14:36:53.123 <kernel> started', '2026-06-24T14:36:53.123Z'],
    ['24 Jun 14:36:53 ntpd[12]: started', '2026-06-24T14:36:53.000Z'],
    ['24 Jun 2026 14:36:53,123 [main] INFO started', '2026-06-24T14:36:53.123Z'],
    ['1790000000 started', '2026-09-21T14:13:20.000Z'],
    ['1790000000.250    200 10.0.0.1 TCP_MISS', '2026-09-21T14:13:20.250Z'],
    ['1790000000123 started', '2026-09-21T14:13:20.123Z'],
    ['[1790000000] started', '2026-09-21T14:13:20.000Z'],
    ['update-alternatives 2026-06-24 14:36:53: link group', '2026-06-24T14:36:53.000Z'],
    ['cron[12]: [2026-06-24 14:36:53] started', '2026-06-24T14:36:53.000Z'],
    ['Log started: 2026-06-24  14:36:53', '2026-06-24T14:36:53.000Z'],
    ['Start-Date: 2026-06-24  14:36:53\r', '2026-06-24T14:36:53.000Z'],
    ['Script started on 2026-06-24 14:36:53+00:00 [TERM="xterm"]', '2026-06-24T14:36:53.000Z'],
    ['[INFO] 2026-06-24 14:36:53,123 started', '2026-06-24T14:36:53.123Z'],
    ['E, [2026-06-24T14:36:53.123456 #4711] ERROR -- : failed', '2026-06-24T14:36:53.123Z'],
    ['[24-Jun-2026 14:36:53 UTC] PHP Warning:  x', '2026-06-24T14:36:53.000Z'],
    ['[24-Jun-2026 14:36:53 America/Argentina/Salta] PHP Warning:  x', '2026-06-24T17:36:53.000Z'],
    ['24-Jun-2026 14:36:53.123 INFO [main] started', '2026-06-24T14:36:53.123Z'],
    ['WARN  [2026-06-24 14:36:53,123] org.example: started', '2026-06-24T14:36:53.123Z'],
  ];
  for (const [line, iso] of cases) {
    test(`in ${JSON.stringify(line)}`, () => assert.equal(isoIn(line), iso));
  }
});

describe('no time is found', () => {
  const lines = [
    '',
    'the quick brown fox',
    'Order 1790000000 failed',
    'The build of 2026-06-24 14:36:53 failed',
    'due at 2026-06-24 14:36:53',
    'Since 2026-06-24 14:36:53: 3 errors',
    'Expires: 2026-06-24 14:36:53',
    'Last-Modified: 2026-06-24 14:36:53',
    'Version 2026-06-24 14:36:53 of the file',
    'Start-Date: 2026-06-24 14:36:53 was asked for',
    'Start-Date: 2027-06-24 14:36:53',
    'timer 2027-06-24 14:36:53: next run',
    'Script done on 2026-06-24',
    '2026-06-24 the day of the release',
    '2026-06-24 14:36:53.1234567890123 x',
    '2026-06-24 14:36:53x',
    '12026-06-24 14:36:53 x',
    '123456789 x',
    '12345678901 x',
    '[12345.678901] usb 1-1: new device',
    '[1790000000 x] y',
    '1790000000: x',
    '1790000000-1 x',
    '4915112345678 called',
    '9999999999 x',
    '10.0.0.1 - - x',
    'June 24 14:36:53 x',
    'Jun 24 x',
    '    at com.example.Shop.pay(Shop.java:12)',
    '  2 2026-06-24 14:36:53 x',
  ];
  for (const line of lines) test(`in ${JSON.stringify(line)}`, () => assert.equal(find(line), undefined));
});

test('what has the form of a time at the beginning but names no moment is told apart', () => {
  for (const line of [
    '2026-02-30 10:00:00 x',
    '[2026-13-01T10:00:00Z] x',
    'Jun 31 10:00:00 host x',
    '2026-01-01 24:00 x',
  ]) {
    assert.equal(isoIn(line), 'no moment', line);
  }
  assert.equal(isoIn('update-alternatives 2026-02-30 10:00:00: x'), undefined);
});

test('an unknown zone is refused', () => {
  assert.throws(() => timeFinder({ timezone: 'Mars/Olympus', sourceTime: () => 0 }), RangeError);
});

test('no line can make the patterns slow', async () => {
  const options = { patterns: TIME_PATTERNS.map(({ source }) => source) };
  const stages = [{ stage: 'find-time', options, when: undefined }];
  const definition = { name: 'x', summary: 'x', dataset: 'x', keep_original: false, tests: [], file: 'x', stages };
  assert.deepEqual(await checkPatterns([definition]), []);
});

describe('whatever the line', () => {
  const pieces = fc.constantFrom(
    ...[
      '2026-06-24',
      '2026/06/31',
      '14:36:53',
      '24:61',
      ' ',
      '  ',
      'T',
      'Z',
      '+02:00',
      '.123',
      ',5',
      '[',
      ']',
      ':',
      'Jun',
      '24',
    ],
    ...[
      '10/Oct/2000:13:55:36 -0700',
      '1790000000',
      '1790000000123',
      'ERROR',
      'update-alternatives',
      'Start-Date:',
      'Sun',
      '2026',
    ],
  );
  const lines = fc.oneof(
    fc.string(),
    fc.array(fc.oneof(pieces, fc.string({ maxLength: 3 })), { maxLength: 8 }).map((parts) => parts.join('')),
  );

  test('what is found stands in it, is read the same alone, and is a moment that exists or is said to be none', () => {
    fc.assert(
      fc.property(lines, (line) => {
        const found = find(line);
        if (found === undefined) return;
        const text = line.slice(found.start, found.end);
        assert.match(
          text,
          /^(\d{4}[-/]\d\d[-/]\d\d[ Tt]{1,2}\d\d:\d\d|\d\d\/\w{3}\/\d{4}:|\w{3} [\w ]{1,13}\d\d:\d\d|\d{10})/,
        );
        assert.equal(find(text)?.ms, found.ms);
        if (!Number.isNaN(found.ms)) assert.ok(new Date(found.ms).getTime() === found.ms);
      }),
      { numRuns: 2000 },
    );
  });

  test('a moment written in any form, with any text after it, is found again', () => {
    const forms: ((iso: string) => string)[] = [
      (iso) => iso,
      (iso) => iso.replace('T', ' ').replace('.', ','),
      (iso) => `[${iso.replace('T', '  ').replace('Z', '+00:00')}]`,
      (iso) => iso.replaceAll('-', '/').replace('T', ' '),
      (iso) => `${Date.parse(iso)}`,
      (iso) => `[${Date.parse(iso) / 1000}]`,
      (iso) => `app[1]: [${iso}]`,
      (iso) => `INFO ${iso}`,
    ];
    const moments = fc.integer({ min: Date.UTC(2002, 0, 1), max: SOURCE_TIME });
    fc.assert(
      fc.property(moments, fc.constantFrom(...forms), fc.string(), (ms, form, text) => {
        assert.equal(find(`${form(new Date(ms).toISOString())} ${text}`)?.ms, ms);
      }),
      { numRuns: 2000 },
    );
  });
});
