import { createCipheriv, hash } from 'node:crypto';

const KEY_BYTES = 32;
const BLOCK = 16;

/** Bytes of the key: 64 hexadecimal digits and 32 characters are what Crypto-PAn's tools take; of any other text its hash. */
export function addressKeyOf(secret: string): Buffer {
  if (/^[0-9a-f]{64}$/i.test(secret)) return Buffer.from(secret, 'hex');
  const bytes = Buffer.from(secret, 'utf8');
  return bytes.length === KEY_BYTES ? bytes : hash('sha256', secret, 'buffer');
}

/**
 * Makes the function that gives an address (4 or 16 bytes) another one, so that two that have their first n bits in common
 * have so afterwards: Crypto-PAn by Xu, Fan, Ammar and Moon (2002), for IPv6 as its successors have it. Each bit is turned
 * over or not by what AES makes of the bits before it, filled up with those of a pad.
 */
export function createAddressCipher(key: Buffer): (address: Buffer) => Buffer {
  const encrypt = (blocks: Buffer) =>
    createCipheriv('aes-128-ecb', key.subarray(0, BLOCK), null).setAutoPadding(false).update(blocks);
  const pad = encrypt(key.subarray(BLOCK, KEY_BYTES));
  return (address) => {
    const bits = 8 * address.length;
    const blocks = Buffer.alloc(bits * BLOCK);
    for (let bit = 0; bit < bits; bit++) {
      const block = blocks.subarray(bit * BLOCK, (bit + 1) * BLOCK);
      pad.copy(block);
      const whole = bit >> 3;
      address.copy(block, 0, 0, whole);
      const mask = 0xff00 >> (bit & 7);
      block[whole] = (address[whole]! & mask) | (pad[whole]! & ~mask & 0xff);
    }
    const random = encrypt(blocks);
    const made = Buffer.from(address);
    for (let bit = 0; bit < bits; bit++) made[bit >> 3]! ^= (random[bit * BLOCK]! >> 7) << (7 - (bit & 7));
    return made;
  };
}
