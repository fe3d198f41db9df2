import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { KnownNames } from '../../src/model/known-names.ts';

describe('names that lines bring', () => {
  test('are known again until there are too many of them', () => {
    const known = new KnownNames<number>(3);
    for (const [at, name] of ['a', 'b', 'c'].entries()) known.set(name, at);
    assert.deepEqual(
      ['a', 'b', 'c'].map((name) => known.get(name)),
      [0, 1, 2],
    );
    known.set('d', 3);
    assert.deepEqual(
      ['a', 'd'].map((name) => known.get(name)),
      [undefined, 3],
    );
  });

  test('are forgotten when they are long, although they are few', () => {
    const known = new KnownNames<number>(100);
    const long = Array.from({ length: 6 }, (_, at) => String(at).repeat(900));
    for (const [at, name] of long.entries()) known.set(name, at);
    assert.equal(known.get(long[0]!), 0);
    known.set('one more', 7);
    assert.equal(known.get(long[0]!), undefined);
    assert.equal(known.get('one more'), 7);
  });

  test('are not kept where nobody would call a field so twice', () => {
    const known = new KnownNames<number>(10);
    known.set('x'.repeat(1001), 1);
    assert.equal(known.get('x'.repeat(1001)), undefined);
  });
});
