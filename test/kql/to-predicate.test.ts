import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseKql } from '../../src/kql/parse.ts';
import { kqlToPredicate } from '../../src/kql/to-predicate.ts';
import type { Event } from '../../src/model/event.ts';

const EVENT: Event = {
  '@timestamp': '2026-11-21T10:15:30.500Z',
  message: 'Connection to db-1.internal:5432 REFUSED after 3,000 ms (ECONNREFUSED)',
  'log.level': 'error',
  'service.name': 'shop',
  'http.request.method': 'POST',
  'http.response.status_code': 503,
  'event.duration': '12345678901234567',
  'source.ip': '10.0.3.17',
  'destination.ip': 'not an address',
  tags: ['blue', 'Green'],
  'event.category': [],
  'process.interactive': 'true',
  'shop.order': {
    items: [
      { name: 'cup', price: 3 },
      { name: 'pot', price: 12.5 },
    ],
  },
  'shop.note': 'paid in full',
  'shop.retries': 2,
};

const MET = [
  '*',
  'refused',
  'message: (nothing or connection)',
  '"connection to DB"',
  '"after 3,000 ms"',
  'message: db-1.internal\\:5432',
  'econn*',
  'message: *refused',
  'log.level: error and service.name: shop',
  'service.name: s*p',
  'http.response.status_code: 503',
  'http.response.status_code: 503.0',
  'http.response.status_code >= 500 and http.response.status_code < 504',
  'event.duration: 12345678901234567',
  'event.duration > 12345678901234566',
  'source.ip: "10.0.0.0/8"',
  'source.ip > 10.0.0.255 and source.ip <= 10.0.3.17',
  'source.ip: "::ffff:10.0.3.17"',
  '@timestamp: "2026-11-21"',
  '@timestamp >= "2026-11-21T10:15:30.500Z" and @timestamp <= "2026-11-21T10"',
  '@timestamp > "2026-11-21||-1d"',
  '@timestamp < now-1s or @timestamp > now+1s',
  'tags: blue and tags: Green',
  'http.*: 503',
  '*.name: shop',
  'process.interactive: true',
  'http: * and http.request: *',
  'shop.order: *',
  'shop.order.items.name: pot',
  'shop.order.items.price > 12',
  'shop.*: cup',
  'shop.note: "paid in full"',
  'shop.note: paid*',
  'shop.retries: 2',
  'not shop.gone: *',
];

const UNMET = [
  'refuse',
  '"refused connection"',
  'message: 000',
  'service.name: Shop',
  'service.name: sho',
  'shop.note: paid',
  'tags: green',
  'event.category: *',
  'destination.ip: *',
  'http.response.status_code: 50',
  'http.response.status_code > 503',
  'event.duration: 12345678901234568',
  '@timestamp: "2026-11-20"',
  '@timestamp > "2026-11-21"',
  'shop.order: cup',
  'gone: *',
  'source.ip: "10.1.0.0/16"',
  'shop.order.items.gone: *',
  'htt: *',
];

for (const text of MET) {
  test(`the event meets ${text}`, () => assert.equal(kqlToPredicate(parseKql(text))(EVENT), true));
}
for (const text of UNMET) {
  test(`the event does not meet ${text}`, () => assert.equal(kqlToPredicate(parseKql(text))(EVENT), false));
}

test('a pattern of field names keeps answering for names it has not met before', () => {
  const meets = kqlToPredicate(parseKql('*.code: 7'));
  for (let n = 0; n < 12_000; n += 1) assert.equal(meets({ [`f${n}.code`]: n % 8 }), n % 8 === 7);
});

test('keywords compare by code points, as UTF-8 sorts', () => {
  const meets = kqlToPredicate(parseKql('service.name > "\uffee"'));
  assert.equal(meets({ 'service.name': '😀' }), true);
  assert.equal(meets({ 'service.name': 'z' }), false);
});
