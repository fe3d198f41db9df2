import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LogmillError } from '../../../src/errors.ts';
import type { Event } from '../../../src/model/event.ts';
import { Rejected } from '../../../src/model/rejected.ts';
import type { Notice } from '../../../src/pipeline/stage.ts';
import { CONTEXT, present, runnerOf } from '../stage-context.ts';

test('a missing field and a field of the wrong type are named', () => {
  const run = runnerOf('validate-schema', { schema: 'web-access' });
  const missing = run({ 'source.address': 'x' });
  const wrong = run({ 'source.address': 'x', 'http.response.status_code': '200' });
  assert.ok(missing instanceof Rejected && wrong instanceof Rejected);
  assert.deepEqual([missing.reason, missing.field], ['invalid', 'http.response.status_code']);
  assert.deepEqual([wrong.reason, wrong.field], ['invalid', 'http.response.status_code']);
});

test('a contract that does not exist is refused with the place where it was looked for', () => {
  assert.throws(
    () => runnerOf('validate-schema', { schema: 'nowhere' }),
    (error) => {
      return error instanceof LogmillError && error.code === 'SCHEMA_UNKNOWN' && error.message.includes('nowhere.json');
    },
  );
});

test('a contract that is no JSON Schema is refused', () => {
  const schema = () => ({ type: 'nonsense' });
  assert.throws(() => runnerOf('validate-schema', { schema: 'x' }, { ...CONTEXT, schema }), LogmillError);
});

test('a field that was taken off does not break a contract that closes its list of fields', () => {
  const schema = () => ({ type: 'object', properties: { a: { type: 'integer' } }, additionalProperties: false });
  const run = runnerOf('validate-schema', { schema: 'x' }, { ...CONTEXT, schema });
  const event = { a: 1, gone: undefined } as unknown as Event;
  assert.equal(run(event), event);
  assert.ok(run({ a: 1, b: 2 }) instanceof Rejected);
});

const SHOP = {
  type: 'object',
  required: ['shop.order', '@timestamp'],
  properties: { 'shop.order': { type: 'integer' }, 'shop.total': { type: 'number', minimum: 0 } },
} as const;

function shop(options: object, notices: Notice[] = []) {
  const notice = (one: Notice) => void notices.push(one);
  return runnerOf('validate-schema', options, { ...CONTEXT, dataset: 'shop', schema: () => SHOP, notice });
}

test('without a name the contract is that of the dataset, and what is set after the last stage is not asked for', () => {
  const asked: string[] = [];
  const schema = (name: string) => {
    asked.push(name);
    return SHOP;
  };
  const run = runnerOf('validate-schema', {}, { ...CONTEXT, dataset: 'shop', schema });
  const event = { 'shop.order': 1 };
  assert.equal(run(event), event);
  assert.deepEqual(asked, ['shop']);
});

test('quarantine keeps the document and moves only what is at fault, whatever was moved before', () => {
  const run = shop({ mode: 'quarantine' });
  const earlier = { field: 'a', reason: 'b', value: 'c' };
  const event = { message: 'x', 'shop.order': { id: 7 }, 'shop.total': -1, 'logmill.quarantined': [earlier] };
  assert.deepEqual(run(event), {
    message: 'x',
    'shop.order': undefined,
    'shop.total': undefined,
    'logmill.quarantined': [
      earlier,
      { field: 'shop.order', reason: 'must be integer', value: '{"id":7}' },
      { field: 'shop.total', reason: 'must be >= 0', value: '-1' },
    ],
  });
  const missing = run({ message: 'x' }) as Event;
  assert.deepEqual((missing['logmill.quarantined'] as Event[])[0]?.['field'], 'shop.order');
});

test('quarantine rejects what cannot do without the field, and what has too many at fault', () => {
  const schema = () => ({
    type: 'object',
    properties: { message: { type: 'string', maxLength: 1 } },
    additionalProperties: false,
  });
  const run = runnerOf('validate-schema', { schema: 'x', mode: 'quarantine' }, { ...CONTEXT, schema });
  assert.ok(run({ message: 'long' }) instanceof Rejected);
  const many = Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`f${at}`, at]));
  assert.ok(run({ message: 'x', ...many }) instanceof Rejected);
  const few = run({ message: 'x', f1: 1 }) as Event;
  assert.equal((few['logmill.quarantined'] as unknown[]).length, 1);
});

test('an address of either version has the form ip', () => {
  const schema = () => ({ type: 'object', properties: { a: { type: 'string', format: 'ip' } } });
  const run = runnerOf('validate-schema', { schema: 'x' }, { ...CONTEXT, schema });
  for (const a of ['10.0.0.1', '2001:db8::1']) assert.deepEqual(run({ a }), { a });
  assert.ok(run({ a: 'web1' }) instanceof Rejected);
});

test('events are looked at as they will be stored: objects spread, lists made, nothing asked of what is empty', () => {
  const schema = () => ({
    type: 'object',
    required: ['shop.item.id', 'message'],
    properties: {
      'shop.item.id': { type: 'integer' },
      'shop.whole': { type: 'object' },
      'shop.list': { type: 'array' },
      'event.type': { type: 'array' },
      message: { type: 'string' },
    },
  });
  const notices: Notice[] = [];
  const context = { ...CONTEXT, schema, notice: (one: Notice) => void notices.push(one) };
  const run = runnerOf('validate-schema', { schema: 'x', drift: true }, context);
  const event = { 'shop.item': { id: 1 }, 'shop.whole': { a: 1 }, 'shop.list': {}, 'event.type': 'start' };
  assert.deepEqual(run(structuredClone(event)), event);
  assert.deepEqual(notices, []);
  const aside = runnerOf('validate-schema', { schema: 'x', mode: 'quarantine' }, context);
  assert.deepEqual(aside({ message: 'x', 'shop.item': { id: 'seven', name: 'n' } }), {
    message: 'x',
    'shop.item': undefined,
    'shop.item.id': undefined,
    'shop.item.name': 'n',
    'logmill.quarantined': [{ field: 'shop.item.id', reason: 'must be integer', value: 'seven' }],
  });
});

test('events that were sent to another stream are not held against the contract of this one', () => {
  const event = { 'data_stream.dataset': 'shop.other', 'shop.order': 'seven' };
  assert.equal(shop({})(event), event);
  const metric = { 'data_stream.type': 'metrics', 'shop.order': 'seven' };
  assert.equal(shop({})(metric), metric);
  assert.ok(shop({ schema: 'shop' })({ ...event }) instanceof Rejected);
  assert.ok(shop({})({ ...event, 'data_stream.dataset': 'shop' }) instanceof Rejected);
});

test('report keeps everything and marks the event', () => {
  const run = shop({ mode: 'report' });
  assert.deepEqual(run({ 'shop.order': 'seven', tags: ['a'] }), {
    'shop.order': 'seven',
    tags: ['a', 'contract_broken'],
  });
  assert.deepEqual(run({ 'shop.order': 7 }), { 'shop.order': 7 });
});

test('drift is told once for each field and change, and only where it is asked for', () => {
  const notices: Notice[] = [];
  const run = shop({ mode: 'report', drift: true }, notices);
  for (let at = 0; at < 3; at++) {
    run({ message: 'x', 'shop.order': 7, 'shop.coupon': 'a', 'log.offset': at });
    run({ 'shop.order': 'seven' });
    run({});
  }
  assert.deepEqual(
    notices.flatMap((one) => (one.kind === 'drift' ? `${one.contract} ${one.field} ${one.change}` : [])),
    ['shop shop.coupon new', 'shop shop.order changed', 'shop shop.order missing'],
  );
  const silent: Notice[] = [];
  shop({ mode: 'report' }, silent)({ 'shop.order': 1, 'shop.coupon': 'a' });
  assert.deepEqual(silent, []);
});

test('every event that breaks the contract is told of by what became of it', () => {
  const notices: Notice[] = [];
  for (const mode of ['reject', 'quarantine', 'report']) {
    const run = shop({ mode }, notices);
    run({ message: 'x', 'shop.order': 7 });
    run({ message: 'x', 'shop.order': 'seven' });
  }
  const one = { kind: 'breach', contract: 'shop', events: 1 };
  assert.deepEqual(
    notices,
    ['rejected', 'quarantined', 'reported'].map((outcome) => ({ ...one, outcome })),
  );
});

test('a whole number that is a text, to keep its digits, is one for a contract', () => {
  const schema = () => ({
    type: 'object',
    properties: {
      'a.n': { type: 'integer' },
      'a.d': { type: 'number' },
      'a.l': { type: 'array', items: { type: 'integer' } },
    },
  });
  const run = runnerOf('validate-schema', { schema: 'x' }, { schema });
  const event = { 'a.n': '12345678901234567', 'a.d': '-9223372036854775808', 'a.l': [1, '12345678901234567'] };
  assert.deepEqual(present(run({ ...event })), event);
  const others: Event[] = [{ 'a.n': '12' }, { 'a.n': 'x' }, { 'a.l': [1, 'x'] }, { 'a.n': '1234567890123456789012' }];
  for (const broken of others) {
    assert.ok(run(broken) instanceof Rejected, JSON.stringify(broken));
  }
});

test('what the input adds after the last stage is not missing', () => {
  const schema = () => ({ type: 'object', required: ['labels.team', 'a.n'], properties: {} });
  const run = runnerOf('validate-schema', { schema: 'x' }, { schema, added: ['labels.team'] });
  assert.deepEqual(present(run({ 'a.n': 1 })), { 'a.n': 1 });
  const broken = run({ a: 1 });
  assert.ok(broken instanceof Rejected);
  assert.equal(broken.field, 'a.n');
});

test('the reason names the values that a list has, and the field that it does not know', () => {
  const schema = () => ({ type: 'object', properties: { a: { enum: ['x', 1] } }, additionalProperties: false });
  const run = runnerOf('validate-schema', { schema: 'x' }, { ...CONTEXT, schema });
  const reasonOf = (event: Event) => (run(event) as Rejected).detail;
  assert.equal(reasonOf({ a: 'y' }), 'breaks x: must be equal to one of the allowed values: "x", 1');
  assert.equal(reasonOf({ a: 'x', b: 1 }), 'breaks x: must NOT have additional properties: "b"');
});
