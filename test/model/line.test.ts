import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { documentId } from '../../src/model/line.ts';

describe('the id of a document', () => {
  const offset = fc.oneof(fc.maxSafeNat(), fc.constantFrom(0, 36 ** 4 - 1, 36 ** 4, 36 ** 8, Number.MAX_SAFE_INTEGER));
  const crc = fc.oneof(fc.nat(0xffffffff), fc.constantFrom(0, 0x80000000, 0xffffffff));

  it('is file key, offset in eleven digits of base 36 and checksum in eight of base 16, as the contracts say', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), offset, crc, (fileKey, at, sum) => {
        const wanted = `${fileKey}-${at.toString(36).padStart(11, '0')}-${sum.toString(16).padStart(8, '0')}`;
        assert.equal(documentId({ fileKey, offset: at, crc: sum }), wanted);
        assert.equal(documentId({ fileKey, offset: at, crc: sum }, 3), `${wanted}-3`);
      }),
    );
  });

  it('sorts the lines of a file by their place', () => {
    fc.assert(
      fc.property(offset, offset, (one, other) => {
        const [first, second] = [one, other].map((at) => documentId({ fileKey: 'k', offset: at, crc: 7 }));
        assert.equal(first! < second!, one < other);
      }),
    );
  });
});
