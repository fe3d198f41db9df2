import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Rejected } from '../../../src/model/rejected.ts';
import { runnerOf } from '../stage-context.ts';

const attribute = (key: string, value: string) => ({ key, value: { stringValue: value } });
const request = (services: string[], bodies: string[]) =>
  JSON.stringify({
    resourceLogs: services.map((service) => ({
      resource: { attributes: [attribute('service.name', service)] },
      scopeLogs: [{ scope: { name: 'lib' }, logRecords: bodies.map((text) => ({ body: { stringValue: text } })) }],
    })),
  });

test('every record of every resource is an event with its resource and scope', () => {
  const result = runnerOf('split-otlp')({ message: request(['a', 'b'], ['x', 'y']), tags: ['t'] });
  assert.ok(Array.isArray(result));
  assert.deepEqual(
    result.map((event) => [JSON.parse(event['message'] as string), event['tags']]),
    [
      ['a', 'x'],
      ['a', 'y'],
      ['b', 'x'],
      ['b', 'y'],
    ].map(([service, text]) => [{ body: text, scope: { name: 'lib' }, resource: { 'service.name': service } }, ['t']]),
  );
});

test('a request with more records than allowed is rejected', () => {
  const result = runnerOf('split-otlp', { max: 1 })({ message: request(['a'], ['x', 'y']) });
  assert.ok(result instanceof Rejected && /2 records/.test(result.detail));
});

test('no text makes it throw', () => {
  const run = runnerOf('split-otlp');
  fc.assert(
    fc.property(fc.json(), (json) => {
      run({ message: json });
      run({ message: `{"resourceLogs":${json}}` });
    }),
  );
});
