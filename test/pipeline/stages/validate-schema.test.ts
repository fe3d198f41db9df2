import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LogmillError } from '../../../src/errors.ts';
import type { Event } from '../../../src/model/event.ts';
import { Rejected } from '../../../src/model/rejected.ts';
import { CONTEXT, runnerOf } from '../stage-context.ts';

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
