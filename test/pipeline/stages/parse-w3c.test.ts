import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Event } from '../../../src/model/event.ts';
import { Dropped, Rejected } from '../../../src/model/rejected.ts';
import { present, runnerOf } from '../stage-context.ts';

/** What becomes of the last of some lines of one source. */
function last(lines: readonly string[], options: object = {}, context: object = {}) {
  const run = runnerOf('parse-w3c', options, context);
  const results = lines.map((line) => run({ message: line }));
  return results.at(-1)!;
}

const read = (lines: readonly string[], options: object = {}, context: object = {}): Event =>
  present(last(lines, options, context));

describe('W3C lines', () => {
  test('follow the latest #Fields line, which IIS writes anew when its settings change', () => {
    const found = read([
      '#Fields: date time cs-method',
      '2026-01-01 00:00:00 GET',
      '#Fields: time date sc-status cs-host s-sitename',
      '00:00:01 2026-01-02 404 shop.example:8080 W3SVC2',
    ]);
    assert.equal(found['@timestamp'], '2026-01-02T00:00:01.000Z');
    assert.equal(found['event.outcome'], 'failure');
    assert.equal(found['url.domain'], 'shop.example');
    assert.equal(found['destination.domain'], 'shop.example');
    assert.equal(found['url.port'], 8080);
    assert.equal(found['example.log.site_name'], 'W3SVC2');
    assert.equal(found['http.request.method'], undefined);
  });

  test('of CloudFront are separated by tabs, count seconds and name fields of their own', () => {
    const found = read([
      '#Version: 1.0',
      '#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem time-taken x-host-header',
      '2019-12-04\t21:02:31\tLAX1\t392\t2001:db8::1\tGET\td111.cloudfront.net\t/index.html\t0.001\twww.example.com',
    ]);
    assert.equal(found['event.duration'], 1_000_000);
    assert.equal(found['source.ip'], '2001:db8::1');
    assert.equal(found['example.log.x_edge_location'], 'LAX1');
    assert.equal(found['url.domain'], 'www.example.com');
  });

  test('without a date are of the day of their header, or of the next one', () => {
    const header = ['#Version: 1.0', '#Date: 2002-05-31 22:48:39', '#Fields: time c-ip sc-status'];
    assert.equal(read([...header, '22:48:39 10.0.0.1 200'])['@timestamp'], '2002-05-31T22:48:39.000Z');
    assert.equal(read([...header, '00:00:01 10.0.0.1 200'])['@timestamp'], '2002-06-01T00:00:01.000Z');
    const later = [...header, '23:00:00 10.0.0.1 200', '#Date: 2002-06-02 08:00:00'];
    assert.equal(read([...later, '08:00:01 10.0.0.1 200'])['@timestamp'], '2002-06-02T08:00:01.000Z');
    const head = () => header;
    assert.equal(read(['23:00:00 10.0.0.1 200'], {}, { head })['@timestamp'], '2002-05-31T23:00:00.000Z');
    assert.ok(last([...header, '25:00:00 10.0.0.1 200']) instanceof Rejected);
  });

  test('may have values in quotes, a doubled quote being one', () => {
    const found = read(['#Fields: time x-name x-b', '00:00:01 "say ""hi"" there" 07']);
    assert.equal(found['example.log.x_name'], 'say "hi" there');
    assert.equal(found['example.log.x_b'], '07');
  });

  test('of a file taken up in its middle are read by the head of the file, which is asked for once', () => {
    let asked = 0;
    const head = () => {
      asked++;
      return ['#Software: x', '#Fields: date time sc-status'];
    };
    const found = read(['2026-01-01 00:00:00 200', '2026-01-01 00:00:00 500'], {}, { head });
    assert.equal(found['http.response.status_code'], 500);
    assert.equal(asked, 1);
  });

  test('are read by the layout of their own source', () => {
    let source = {};
    const run = runnerOf('parse-w3c', {}, { source: () => source });
    const [one, other] = [{}, {}];
    source = one;
    run({ message: '#Fields: date time sc-status' });
    source = other;
    run({ message: '#Fields: date time cs-method' });
    assert.equal(present(run({ message: '2026-01-01 00:00:00 GET' }))['http.request.method'], 'GET');
    source = one;
    assert.equal(present(run({ message: '2026-01-01 00:00:00 200' }))['http.response.status_code'], 200);
  });

  test('name addresses without the scope that Windows adds', () => {
    const found = read(['#Fields: s-ip c-ip', 'fe80::1%3 ::1%0']);
    assert.equal(found['destination.ip'], 'fe80::1');
    assert.equal(found['source.ip'], '::1');
  });

  test('without any layout, of another count or without a moment are rejected', () => {
    const reasons = [['2026-01-01 00:00:00 GET'], ['#Fields: date time', 'x'], ['#Fields: date time', '2026-02-30 x']];
    assert.deepEqual(
      reasons.map((lines) => (last(lines) as Rejected).reason),
      ['unparsable', 'unparsable', 'invalid_time'],
    );
  });

  test('have no value where there is a dash, and keep what is no number', () => {
    const found = read(['#Fields: c-port sc-status cs-username time-taken', 'x 0 - soon']);
    assert.deepEqual(found, {
      message: 'x 0 - soon',
      'example.log.c_port': 'x',
      'example.log.sc_status': 0,
      'example.log.time_taken': 'soon',
    });
  });

  test('of any kind give a document or a verdict', () => {
    const line = fc.string({ maxLength: 60, unit: fc.constantFrom('#', 'F', ' ', '"', '\t', '-', '1', ':', 'a') });
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), (lines) => {
        const found = last(['#Fields: date time c-ip', ...lines]);
        assert.ok(found instanceof Dropped || found instanceof Rejected || typeof found === 'object');
      }),
    );
  });
});
