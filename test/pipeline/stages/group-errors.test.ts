import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Event } from '../../../src/model/event.ts';
import { present, runnerOf } from '../stage-context.ts';

const run = runnerOf('group-errors');
const keyOf = (event: Event) => present(run({ ...event }))['error.grouping_key'];
const ofMessage = (message: string) => keyOf({ 'log.level': 'error', message });

test('what differs between occurrences of one error does not make another group', () => {
  const pairs = [
    ['order 1 failed', 'order 2345 failed'],
    ['user 7b3c9f10-1111-4222-8333-444455556666 gone', 'user 00000000-aaaa-4bbb-8ccc-dddddddddddd gone'],
    ['no route to 10.0.0.1:80', 'no route to 192.168.100.200:443'],
    ['no route to 2001:db8::1', 'no route to fe80::1234:1'],
    ['cannot open /var/lib/a/b.txt', 'cannot open /srv/data/x/y/z.bin'],
    ['bad value "abc"', "bad value 'other thing'"],
    ['at 2026-01-01T00:00:00Z it broke', 'at 2026-12-31 23:59:59.999 it broke'],
    ['mail to bob@example.org bounced', 'mail to alice.b@mail.example.com bounced'],
    ['session deadbeef01 expired', 'session 0123456789abcdef expired'],
    ['GET https://a.example/x failed', 'GET http://b.example:80/y?z failed'],
  ];
  for (const [a, b] of pairs) assert.equal(ofMessage(a!), ofMessage(b!), a);
});

test('different errors are different groups', () => {
  const messages = ['connection refused', 'connection reset', 'order failed', 'payment failed', 'cannot open file'];
  assert.equal(new Set(messages.map(ofMessage)).size, messages.length);
  assert.notEqual(
    keyOf({ 'error.type': 'TypeError', 'error.message': 'x' }),
    keyOf({ 'error.type': 'RangeError', 'error.message': 'x' }),
  );
});

test('with a stack trace the place counts, not the message, the line number or the folder', () => {
  const trace = (message: string, folder: string, line: number) => ({
    'error.type': 'TypeError',
    'error.message': message,
    'error.stack_trace': `TypeError: ${message}\n    at charge (${folder}/pay.js:${line}:7)\n    at node:internal/process/task_queues:95:5`,
  });
  assert.equal(keyOf(trace('a is 1', '/srv/v1', 10)), keyOf(trace('b is 2', '/srv/v2', 12)));
  const other = {
    ...trace('a is 1', '/srv/v1', 10),
    'error.stack_trace': 'TypeError: a is 1\n    at refund (/srv/v1/pay.js:1:1)',
  };
  assert.notEqual(keyOf(trace('a is 1', '/srv/v1', 10)), keyOf(other));
});

test('python and java traces are read too', () => {
  const python = (line: number) =>
    `Traceback (most recent call last):\n  File "/srv/a.py", line ${line}, in main\n    x()`;
  const java = (line: number) => `java.lang.IllegalStateException: x\n\tat com.shop.Cart.add(Cart.java:${line})`;
  for (const trace of [python, java]) {
    assert.equal(keyOf({ 'error.stack_trace': trace(1) }), keyOf({ 'error.stack_trace': trace(99) }));
  }
  assert.notEqual(keyOf({ 'error.stack_trace': python(1) }), keyOf({ 'error.stack_trace': java(1) }));
});

test('failed requests are grouped by what was asked for', () => {
  const request = (path: string, status: number) =>
    keyOf({
      message: `line ${path}`,
      'http.request.method': 'GET',
      'url.path': path,
      'http.response.status_code': status,
    });
  assert.equal(request('/orders/1', 500), request('/orders/22', 500));
  assert.notEqual(request('/orders/1', 500), request('/users/1', 500));
  assert.equal(request('/orders/1', 404), undefined);
});

test('the key is the same whether or not the message was seen before', () => {
  fc.assert(
    fc.property(fc.string(), (message) => {
      const fresh = runnerOf('group-errors');
      const event = () => ({ 'log.level': 'fatal', message });
      assert.deepEqual(present(run(event())), present(fresh(event())));
    }),
  );
});

const JAVA =
  'org.elasticsearch.client.ResponseException: method [GET]\n\tat org.elasticsearch.client.RestClient.convert(RestClient.java:9)\n\tat com.acme.Search.find(Search.java:3)\n\tat com.acme.Main.main(Main.java:1)';
const NODE = 'Error: x\n    at wrap (/srv/shop/packages/kit/wrap.js:1:1)\n    at pay (/srv/shop/pay.js:2:2)';

test('what is a library and what the application can be said by options', () => {
  const culpritOf = (options: object, message: string) =>
    present(runnerOf('group-errors', options)({ 'log.level': 'error', message }))['error.culprit'];
  assert.equal(culpritOf({}, JAVA), 'com.acme.Search.find');
  assert.equal(culpritOf({ application: ['org.elasticsearch.'] }, JAVA), 'org.elasticsearch.client.RestClient.convert');
  assert.equal(culpritOf({ libraries: ['com.acme.Search'] }, JAVA), 'com.acme.Main.main');
  assert.equal(culpritOf({}, NODE), 'wrap (kit/wrap.js)');
  assert.equal(culpritOf({ libraries: ['/packages/kit/'] }, NODE), 'pay (pay.js)');
});

test('as many frames are kept as the option says', () => {
  const framesOf = (frames: number) =>
    present(runnerOf('group-errors', { frames })({ 'log.level': 'error', message: NODE }))['logmill.error.frames'];
  assert.deepEqual(framesOf(1), ['wrap (/srv/shop/packages/kit/wrap.js:1)']);
  assert.equal(framesOf(0), undefined);
});

test('a warning, or a text without a level, is an error by the stack trace in it', () => {
  for (const level of [{ 'log.level': 'warn' }, {}] as Event[]) {
    const out = present(run({ ...level, message: `slow\n${NODE}` }));
    assert.equal(out['error.culprit'], 'wrap (kit/wrap.js)');
    assert.equal(out['error.grouping_key'], ofMessage(NODE));
    assert.deepEqual(present(run({ ...level, message: 'slow\nin two lines' })), {
      ...level,
      message: 'slow\nin two lines',
    });
  }
  const told = { 'log.level': 'info', message: `told\n${NODE}` };
  assert.deepEqual(present(run({ ...told })), told);
});

test('what the source says of an error stays, and the message stays whole', () => {
  const out = present(run({ 'log.level': 'error', 'error.type': 'E_PAY', 'error.message': 'no', message: NODE }));
  assert.equal(out['error.type'], 'E_PAY');
  assert.equal(out['error.message'], 'no');
  assert.equal(out['error.stack_trace'], NODE);
  assert.equal(out['message'], NODE);
});

test('paths that were asked for tell failed requests apart, ids in them do not', () => {
  const request = (path: string) =>
    keyOf({ 'http.request.method': 'GET', 'url.path': path, 'http.response.status_code': 503 });
  assert.notEqual(request('/api/v1/orders'), request('/api/v1/users'));
  assert.notEqual(request('/api/v1/orders'), request('/api/v2/orders'));
  assert.equal(request('/api/v1/orders/17/items'), request('/api/v1/orders/65f0c2a1b2c3d4e5f6a7b8c9/items'));
});
