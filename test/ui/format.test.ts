import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flatFields } from '../../src/ui/document.ts';
import { bytes, compact, duration, percent, since, timeText, whole } from '../../src/ui/format.ts';
import { lineText, meaning } from '../../src/ui/line-text.ts';

const AT = '2015-05-17T10:05:40.123Z';

test('Numbers carry their thousands and their units', () => {
  assert.deepEqual([whole(1234567), compact(9999), compact(12_345)], ['1,234,567', '9,999', '12.3k']);
  assert.deepEqual([bytes(0), bytes(1023), bytes(1536), bytes(20 * 1024 ** 3)], ['0 B', '1023 B', '1.5 KB', '20 GB']);
  assert.deepEqual(
    [duration(0.85), duration(23.4), duration(1400), duration(90_000)],
    ['850 µs', '23 ms', '1.4 s', '90 s'],
  );
});

test('A share that is not nothing never reads as nothing, and only all of it as all', () => {
  assert.deepEqual(
    [percent(0, 10), percent(1, 1_000_000), percent(1, 3), percent(10, 10)],
    ['0 %', '< 0.1 %', '33.3 %', '100 %'],
  );
  assert.equal(percent(0, 0), '0 %');
});

test('Times are as short as the place asks for, and what is no time is shown as it is', () => {
  const forms = ['clock', 'dated', 'moment', 'day', 'minute', 'date'] as const;
  assert.deepEqual(
    forms.map((form) => timeText(AT, form)),
    ['10:05:40.123', '17 May 10:05:40.123', '17 May 10:05:40', '17 May 2015 10:05', '10:05', '17 May'],
  );
  assert.equal(timeText('yesterday', 'day'), 'yesterday');
  assert.deepEqual(
    [3, 90, 7200, 500_000].map((seconds) => since(AT, new Date(Date.parse(AT) + seconds * 1000).toISOString())),
    ['3 s', '1 min', '2 h', '5 d'],
  );
});

test('A line of an access log begins with its request, for time and address stand elsewhere', () => {
  const message = '198.51.100.7 - frank [17/May/2015:10:05:40 +0000] "GET /a HTTP/1.1" 200 5';
  assert.equal(lineText(flatFields({ message, url: { path: '/a' } })).message, '"GET /a HTTP/1.1" 200 5');
});

test('A line says with its message what the message leaves out', () => {
  const source = {
    message: 'request errored',
    log: { level: 'error' },
    error: { type: 'TimeoutError', message: 'no answer' },
    http: { request: { method: 'GET' }, response: { status_code: 500 } },
    url: { path: '/cart' },
    event: { duration: 23_000_000 },
  };
  assert.deepEqual(lineText(flatFields(source)), {
    message: 'request errored',
    context: 'GET /cart 500 23 ms',
    fault: 'TimeoutError: no answer',
  });
  assert.equal(lineText(flatFields({ ...source, message: 'no answer from /cart' })).fault, '');
});

test('Fields with a unit say what they mean', () => {
  assert.equal(meaning({ name: 'event.duration', value: 23_000_000 }), '23 ms');
  assert.equal(meaning({ name: 'http.response.body.bytes', value: 3222 }), '3.1 KB');
  assert.equal(meaning({ name: 'process.pid', value: 3222 }), undefined);
});

test('A document becomes dotted fields in order: lists as several values, objects in them as JSON, at most 300', () => {
  assert.deepEqual(flatFields({ b: { c: [1, { d: true }] }, a: null, 'e.f': 'x' }), [
    { name: 'b.c', value: 1 },
    { name: 'b.c', value: '{"d":true}' },
    { name: 'e.f', value: 'x' },
  ]);
  assert.equal(flatFields(Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`f${at}`, at]))).length, 300);
});
