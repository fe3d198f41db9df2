import { Type } from 'typebox';
import type { Event } from '../../model/event.ts';
import { readJsonLogs } from '../../model/otlp/json-logs.ts';
import { OtlpFault } from '../../model/otlp/log-record.ts';
import { Rejected } from '../../model/rejected.ts';
import { defineStage } from '../stage.ts';

const options = Type.Object(
  {
    field: Type.String({ minLength: 1, default: 'message', description: 'field with the JSON of the request' }),
    max: Type.Integer({
      minimum: 1,
      maximum: 100_000,
      default: 10_000,
      description: 'a request with more records is rejected',
    }),
  },
  { additionalProperties: false },
);

const RECORD = '{"body":"x","resource":{"service.name":"shop"}}';
const REQUEST =
  '{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},"scopeLogs":[{"logRecords":[{"body":{"stringValue":"x"}}]}]}]}';

/**
 * A collector's file exporter writes requests, each with any number of records; what belongs to all of them (resource and
 * scope) goes with each. They are written as the OTLP input hands records over, for parse-json in mode otlp. What is no
 * request stays as it is.
 */
export const splitOtlp = defineStage({
  name: 'split-otlp',
  summary: 'makes an event of each log record of an OTLP/JSON export request',
  form: 'map',
  options,
  examples: [
    {
      title: 'a request with one record',
      options: {},
      in: { message: REQUEST },
      out: { message: RECORD },
    },
    { title: 'a record stays', options: {}, in: { message: RECORD }, out: { message: RECORD } },
    {
      title: 'a request that is none is rejected',
      options: {},
      in: { message: '{"resourceLogs":7}' },
      rejected: { reason: 'unparsable', field: 'message' },
    },
  ],
  create({ field, max }) {
    return (event) => {
      const text = event[field];
      if (typeof text !== 'string' || !text.includes('"resourceLogs"')) return event;
      const records = recordsOf(text);
      if (typeof records === 'string') return new Rejected('unparsable', records, field);
      if (records.length > max)
        return new Rejected('unparsable', `it has ${records.length} records, more than ${max}`, field);
      if (records.length === 0) return event;
      const children: Event[] = records.map((record) => ({ ...event, [field]: JSON.stringify(record) }));
      return children.length === 1 ? children[0]! : children;
    };
  },
});

/** The records, or why there are none. */
function recordsOf(text: string): readonly unknown[] | string {
  try {
    return readJsonLogs(Buffer.from(text));
  } catch (error) {
    if (error instanceof OtlpFault) return error.message;
    throw error;
  }
}
