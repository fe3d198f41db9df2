import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { KINDS } from '../../../src/rules/registry.ts';
import { freshStream, ruleOf, store } from '../events.ts';
import { homes } from '../homes.ts';

const GRID_TIME = Date.parse('2026-11-21T10:00:00Z');

describe('every rule kind', () => {
  it('stands in the registry, in a file of its own and has a test of its own', async () => {
    const names = [...KINDS.keys()].sort();
    const files = await readdir(new URL('../../../src/rules/kinds/', import.meta.url));
    assert.deepEqual(files.map((file) => file.replace('.ts', '')).sort(), names);
    const tests = new Set(await readdir(new URL('.', import.meta.url)));
    for (const name of names) assert.ok(tests.has(`${name}.test.ts`), `${name} has no test`);
  });

  it('has at least one example and says what it does', () => {
    for (const kind of KINDS.values()) {
      assert.ok(kind.examples.length > 0, kind.name);
      assert.match(kind.summary, /\.$/, kind.name);
    }
  });
});

for (const home of homes()) {
  describe(`the examples of every rule kind on ${home.name}`, async () => {
    const { client, close } = await home.open();
    for (const kind of KINDS.values()) {
      for (const example of kind.examples) {
        it(`${kind.name}: ${example.title}`, async () => {
          const index = freshStream();
          const events = example.events.map(({ ago, ...fields }) => ({ at: GRID_TIME - ago * 1000, fields }));
          await store(client, index, events);
          const { observer } = ruleOf({ ...example.rule, kind: kind.name, index });
          const request = { from: GRID_TIME - observer.lookBack, to: GRID_TIME, gridTime: GRID_TIME };
          const seen = await observer.observe({ client, leftOut: () => assert.fail('left out') }, request);
          const found = seen.map(({ group, value }) => ({ group, value }));
          assert.deepEqual(found, example.out);
        });
      }
    }
    it('is closed', close);
  });
}
