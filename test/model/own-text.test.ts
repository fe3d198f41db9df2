import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { ownText } from '../../src/model/own-text.ts';

describe('a text with memory of its own', () => {
  test('is the same text, whatever characters it has', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => assert.equal(ownText(text), text)));
    assert.equal(ownText(`lone \ud800 surrogates \udfff`), `lone \ud800 surrogates \udfff`);
  });
});
