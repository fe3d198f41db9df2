import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { configReference } from '../../src/config/reference.ts';

for (const { path, content } of configReference()) {
  test(`${path} is what the schema generates`, () => {
    assert.equal(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'), content, 'run npm run generate');
  });
}

test('the reference names every top-level key of the schema', () => {
  const [schema, page] = configReference();
  const keys = Object.keys((JSON.parse(schema?.content ?? '{}') as { properties: object }).properties);
  for (const key of keys) assert.match(page?.content ?? '', new RegExp(`(\\\`|## )${key}`));
});
