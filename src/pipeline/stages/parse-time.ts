import { Type } from 'typebox';
import { removeField } from '../../model/event.ts';
import { Rejected } from '../../model/rejected.ts';
import { defineStage, optionFault } from '../stage.ts';
import { compileTime, type TimeReader, type TimeSettings } from './time/format.ts';
import { isoOf } from './time/iso.ts';

const options = Type.Object(
  {
    field: Type.String({ minLength: 1, description: 'field with the time; taken off once it is read' }),
    format: Type.Union([Type.String({ minLength: 1 }), Type.Array(Type.String({ minLength: 1 }), { minItems: 1 })], {
      default: 'ISO8601',
      description:
        'ISO8601 (also 20261121T100000Z, 2026-W47-6, 2026-325), UNIX, UNIX_MS, UNIX_US, UNIX_NS, TAI64N, or letters as in Java (dd/MMM/yyyy:HH:mm:ss Z); several are tried in order',
    }),
    target: Type.String({ minLength: 1, default: '@timestamp', description: 'field that gets the time in UTC' }),
    timezone: Type.Optional(Type.String({ description: 'IANA zone of times that carry none; by default the input’s' })),
    locale: Type.Optional(
      Type.String({ minLength: 2, description: 'language of names of months (de, fr-CA); by default English' }),
    ),
    keep: Type.Boolean({ default: false, description: 'leave the field as it was' }),
  },
  { additionalProperties: false },
);

function reader(format: string, settings: TimeSettings): TimeReader {
  try {
    return compileTime(format, settings);
  } catch (error) {
    if (error instanceof RangeError) throw optionFault('format', error.message);
    throw error;
  }
}

function checkLocale(locale: string | undefined): void {
  try {
    if (locale === undefined || Intl.DateTimeFormat.supportedLocalesOf(locale).length > 0) return;
  } catch {
    // It is no tag at all.
  }
  throw optionFault('locale', `names no language that is known: ${locale}`);
}

/** An event without the field passes as it is: no time in the line means the time it was read. */
export const parseTime = defineStage({
  name: 'parse-time',
  summary: 'reads a time in a given format into @timestamp, in UTC',
  form: 'map',
  options,
  examples: [
    {
      title: 'an access log time',
      options: { field: 'nginx.access.time', format: 'dd/MMM/yyyy:HH:mm:ss Z' },
      in: { 'nginx.access.time': '26/Dec/2016:16:16:29 +0200' },
      out: { '@timestamp': '2016-12-26T14:16:29.000Z' },
    },
    {
      title: 'a time without a zone, in the zone of the option',
      options: { field: 'at', format: 'yyyy-MM-dd HH:mm:ss', timezone: 'America/New_York' },
      in: { at: '2026-07-01 08:00:00' },
      out: { '@timestamp': '2026-07-01T12:00:00.000Z' },
    },
    {
      title: 'something that is no time is rejected',
      options: { field: 'at', format: ['ISO8601', 'UNIX'] },
      in: { at: 'yesterday' },
      rejected: { reason: 'invalid_time', field: 'at' },
    },
  ],
  create({ field, format, target, timezone, locale, keep }, context) {
    checkLocale(locale);
    const settings = { timezone: timezone ?? context.timezone, sourceTime: context.sourceTime, locale };
    const formats = typeof format === 'string' ? [format] : format;
    const readers = formats.map((one) => reader(one, settings));
    const wanted = formats.join(' or ');
    return (event) => {
      const value = event[field];
      if (value === undefined) return event;
      for (let index = 0; index < readers.length; index++) {
        const ms = readers[index]!(value);
        if (Number.isNaN(ms)) continue;
        if (!keep) removeField(event, field);
        event[target] = isoOf(ms);
        return event;
      }
      return new Rejected('invalid_time', `${JSON.stringify(value).slice(0, 100)} is not of the form ${wanted}`, field);
    };
  },
});
