import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { zoneByLetters } from '../../../../src/pipeline/stages/time/abbreviations.ts';
import { compileTime } from '../../../../src/pipeline/stages/time/format.ts';

const read = compileTime('yyyy-MM-dd HH:mm:ss z', { timezone: 'UTC', sourceTime: () => 0 });
const utc = (text: string) => new Date(read(text)).toISOString();

describe('letters of time zones', () => {
  const cases: [text: string, utc: string, why: string][] = [
    ['2017-01-31 13:36:43 EST', '2017-01-31T18:36:43.000Z', 'winter time in winter'],
    ['2017-07-31 13:36:43 EDT', '2017-07-31T17:36:43.000Z', 'summer time in summer'],
    ['2017-07-31 13:36:43 EST', '2017-07-31T17:36:43.000Z', 'winter letters in summer mean the clock on the wall'],
    ['2017-11-05 01:30:00 EDT', '2017-11-05T05:30:00.000Z', 'the first of an hour that comes twice'],
    ['2017-11-05 01:30:00 EST', '2017-11-05T06:30:00.000Z', 'the second of an hour that comes twice'],
    ['2017-07-31 13:36:43 CEST', '2017-07-31T11:36:43.000Z', 'central Europe in summer'],
    ['2017-12-31 13:36:43 CET', '2017-12-31T12:36:43.000Z', 'central Europe in winter'],
    ['2017-07-31 13:36:43 IST', '2017-07-31T08:06:43.000Z', 'half hours'],
    ['2017-07-31 13:36:43 ART', '2017-07-31T16:36:43.000Z', 'letters that tzdata has given up'],
    [
      '2017-07-31 13:36:43 IDT',
      '2017-07-31T10:36:43.000Z',
      'summer letters of which the winter ones are another region’s',
    ],
    ['2017-07-31 13:36:43 JST', '2017-07-31T04:36:43.000Z', 'a region without summer time'],
    ['2017-07-31 13:36:43 +03', '2017-07-31T10:36:43.000Z', 'a number where a zone has no letters'],
    ['2017-07-31 13:36:43 GMT', '2017-07-31T13:36:43.000Z', 'Greenwich has no summer time'],
  ];
  for (const [text, wanted, why] of cases) {
    test(`${text}: ${why}`, () => assert.equal(utc(text), wanted));
  }

  test('unknown letters are no time', () => {
    assert.equal(zoneByLetters('XYZ'), undefined);
    assert.ok(Number.isNaN(read('2017-07-31 13:36:43 XYZ')));
  });
});
