import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { present, runnerOf } from '../stage-context.ts';

const run = runnerOf('parse-distinguished-name', { field: 'n', target: 't' });

test('OpenSSL’s one-line form, with slashes', () => {
  const event = present(run({ n: '/C=DE/O=Example GmbH/OU=IT/CN=a.example/emailAddress=a@b' }));
  assert.deepEqual(event['t.country'], ['DE']);
  assert.deepEqual(event['t.organization'], ['Example GmbH']);
  assert.deepEqual(event['t.organizational_unit'], ['IT']);
  assert.deepEqual(event['t.common_name'], ['a.example']);
});

test('escaped commas, quotes and bytes, as RFC 4514 has them', () => {
  const event = present(run({ n: 'CN=a\\, CN=b,O="Example, Inc.",L=K\\C3\\B6ln' }));
  assert.deepEqual(event['t.common_name'], ['a, CN=b']);
  assert.deepEqual(event['t.organization'], ['Example, Inc.']);
  assert.deepEqual(event['t.locality'], ['Köln']);
});

test('a part that comes twice is a list', () => {
  assert.deepEqual(present(run({ n: 'OU=a, OU=b' }))['t.organizational_unit'], ['a', 'b']);
});

test('any text is read without a fault, and stays', () => {
  fc.assert(
    fc.property(fc.string(), (n) => {
      assert.equal(present(run({ n }))['n'], n);
    }),
  );
});
