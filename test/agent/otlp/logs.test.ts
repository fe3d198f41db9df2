import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { exportAnswer, exportFault } from '../../../src/agent/otlp/export-answer.ts';
import { readProtobufLogs } from '../../../src/agent/otlp/protobuf-logs.ts';
import { writeBytes } from '../../../src/agent/otlp/wire.ts';
import { readJsonLogs } from '../../../src/model/otlp/json-logs.ts';
import { OtlpFault } from '../../../src/model/otlp/log-record.ts';

const SHARED = path.join(import.meta.dirname, '../../../../shared/data/otlp/logs.json');
const fixture = (name: string) => readFileSync(path.join(import.meta.dirname, '../../fixtures/otlp', name));
const json = (value: unknown) => readJsonLogs(Buffer.from(JSON.stringify(value)));
const oneRecord = (record: unknown) => ({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] });

const EXAMPLE = {
  timeUnixNano: '1544712660300000000',
  observedTimeUnixNano: '1544712660300000000',
  severityNumber: 10,
  severityText: 'Information',
  body: 'Example log record',
  traceId: '5b8efff798038103d269b633813fc60c',
  spanId: 'eee19b7ec3c1b174',
  attributes: {
    'string.attribute': 'some string',
    'boolean.attribute': true,
    'int.attribute': 10,
    'double.attribute': 637.704,
    'array.attribute': ['many', 'values'],
    'map.attribute': { 'some.map.key': 'some value' },
  },
  scope: { name: 'my.library', version: '1.0.0', attributes: { 'my.scope.attribute': 'some scope attribute' } },
  resource: { 'service.name': 'my.service' },
};

describe('log records of OTLP', () => {
  test('the example of the specification is the same from JSON and from protobuf of another implementation', {
    skip: existsSync(SHARED) ? false : 'no ../shared/data beside the checkout',
  }, () => {
    const fromJson = readJsonLogs(readFileSync(SHARED));
    assert.deepEqual(fromJson, [EXAMPLE]);
    assert.equal(JSON.stringify(readProtobufLogs(fixture('example.pb'))), JSON.stringify(fromJson));
  });

  test('values of every kind come as another implementation wrote them', () => {
    const [first, empty, second] = readProtobufLogs(fixture('values.pb'));
    const { body, ...others } = first!;
    assert.deepEqual(others, {
      observedTimeUnixNano: '18446744073709551615',
      severityNumber: 24,
      eventName: 'browser.page_view',
      flags: 1,
    });
    assert.deepEqual(Object.entries(body as object), [
      ['negative', -7],
      ['large', '-9223372036854775808'],
      ['nan', 'NaN'],
      ['infinite', '-Infinity'],
      ['bytes', 'AP8='],
      ['false', false],
      ['zero', 0],
      ['empty', ''],
      ['unset', null],
      ['deep', [['ü']]],
      ['__proto__', 'a key like any other'],
    ]);
    assert.deepEqual(empty, {});
    assert.deepEqual(second, { body: 'second resource' });
  });

  test('values of every kind come from JSON', () => {
    const values = {
      kvlistValue: {
        values: [
          { key: 'negative', value: { intValue: -7 } },
          { key: 'large', value: { intValue: '-9223372036854775808' } },
          { key: 'nan', value: { doubleValue: 'NaN' } },
          { key: 'bytes', value: { bytesValue: 'AP8=' } },
          { key: 'unset' },
          { key: 'deep', value: { arrayValue: { values: [{ arrayValue: { values: [{ stringValue: 'ü' }] } }] } } },
          { key: 'empty', value: { arrayValue: {} } },
        ],
      },
    };
    assert.deepEqual(json(oneRecord({ body: values, timeUnixNano: 17, traceId: 'AB' })), [
      {
        timeUnixNano: '17',
        body: {
          negative: -7,
          large: '-9223372036854775808',
          nan: 'NaN',
          bytes: 'AP8=',
          unset: null,
          deep: [['ü']],
          empty: [],
        },
        traceId: 'ab',
      },
    ]);
  });

  test('unknown keys are no fault, and neither is a request without records', () => {
    assert.deepEqual(json({ resourceLogs: [{ resource: null, more: 1, scopeLogs: [{ logRecords: null }] }] }), []);
    assert.deepEqual(json({}), []);
    assert.deepEqual(readProtobufLogs(Buffer.alloc(0)), []);
  });

  for (const [title, value, message] of [
    ['a list', [], /no JSON object/],
    ['resourceLogs that are none', { resourceLogs: {} }, /resourceLogs is no list/],
    ['a record that is a text', oneRecord('x'), /logRecords is no list of objects/],
    ['a time that is none', oneRecord({ timeUnixNano: 'soon' }), /timeUnixNano is no number/],
    ['a severity that is a word', oneRecord({ severityNumber: 'INFO' }), /severityNumber is no whole number/],
    ['an integer that is none', oneRecord({ body: { intValue: '1.5' } }), /intValue/],
  ] as const) {
    test(`refused: ${title}`, () =>
      assert.throws(
        () => json(value),
        (error) => error instanceof OtlpFault && message.test(error.message),
      ));
  }

  test('refused: a value that nests without end, in either encoding', () => {
    let value: unknown = { stringValue: 'x' };
    let bytes = writeBytes(1, 'x');
    for (let depth = 0; depth < 200; depth++) {
      value = { arrayValue: { values: [value] } };
      bytes = writeBytes(5, writeBytes(1, bytes));
    }
    assert.throws(() => json(oneRecord({ body: value })), /nested deeper/);
    const record = writeBytes(2, writeBytes(5, bytes));
    assert.throws(() => readProtobufLogs(writeBytes(1, writeBytes(2, record))), /nested deeper/);
  });

  test('bytes that are no message are refused, or read as one, and never anything else', () => {
    const good = fixture('values.pb');
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), fc.nat(good.length), (at, flip, cut) => {
        const bytes = Buffer.from(good.subarray(0, cut));
        if (at < bytes.length) bytes[at]! ^= flip;
        try {
          for (const record of readProtobufLogs(bytes)) JSON.stringify(record);
        } catch (error) {
          assert.ok(error instanceof OtlpFault, String(error));
        }
      }),
      { numRuns: 2000 },
    );
  });
});

test('answers are written as another implementation writes them', () => {
  const partial = { rejected: 300, message: 'kept as dead letters: unparsable, ü' };
  assert.deepEqual(exportAnswer(partial, true), fixture('partial-success.pb'));
  assert.equal(exportAnswer(undefined, true).length, 0);
  assert.deepEqual(JSON.parse(String(exportAnswer(partial, false))), {
    partialSuccess: { rejectedLogRecords: '300', errorMessage: partial.message },
  });
  assert.deepEqual(JSON.parse(String(exportFault(429, 'full', false))), { code: 8, message: 'full' });
  assert.equal(exportFault(429, 'full', true).toString('hex'), '0808120466756c6c');
});
