import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { wildcardTest } from '../../src/kql/scalar-test.ts';
import { compileCondition } from '../../src/pipeline/stages/condition/compile-condition.ts';

test('a wildcard fits what the regular expression with anything for its stars fits', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'ab', '\n', '.', '(')).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), text, (pieces, whole) => {
      const expression = pieces.map((piece) => piece.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('.*');
      assert.equal(wildcardTest(pieces)(whole), new RegExp(`^${expression}$`, 's').test(whole));
      assert.ok(wildcardTest(pieces)(pieces.join(whole)));
    }),
    { numRuns: 2000 },
  );
});

test('a condition with many stars ends on a line that nearly fits, however long', () => {
  const matches = compileCondition('url.original: *a*a*a*a*a*a*a*b and shop.text: *x*x*x*x*x*y');
  assert.equal(matches({ 'url.original': 'a'.repeat(1_000_000), 'shop.text': 'x'.repeat(1_000_000) }), false);
  assert.equal(matches({ 'url.original': `${'a'.repeat(100_000)}b`, 'shop.text': `${'x'.repeat(100_000)}y` }), true);
});
