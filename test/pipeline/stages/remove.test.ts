import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closeDocument, createDocumentWriter } from '../../../src/model/document-writer.ts';
import type { Event } from '../../../src/model/event.ts';
import { present, runnerOf } from '../stage-context.ts';

test('a branch is removed without touching names that only begin alike', () => {
  const run = runnerOf('remove', { fields: ['http.*'] });
  assert.deepEqual(present(run({ 'http.version': '1', https: true, http: 1 })), { https: true });
});

test('a removed field does not show in the document', () => {
  const run = runnerOf('remove', { fields: ['secret'] });
  const document = closeDocument(
    createDocumentWriter()(run({ secret: 'x', message: 'm', 'event.kind': 'event' }) as Event),
  );
  assert.equal(document, '{"message":"m","event":{"kind":"event"}}');
});
