import { isIP } from 'node:net';
import { addressKey } from '../../../model/ip-address.ts';

const MAPPED = '00000000000000000000ffff';

/** Bytes of an address: 4, also for IPv4 written as IPv6 (`::ffff:10.0.0.1`), or 16; undefined for what is none. */
export function addressBytes(text: string): Buffer | undefined {
  const key = addressKey(text);
  if (key === undefined) return undefined;
  return Buffer.from(key.startsWith(MAPPED) ? key.slice(MAPPED.length) : key, 'hex');
}

/** Sets all bits after the first so many to zero, in place. */
export function clearBitsAfter(bytes: Buffer, bits: number): void {
  for (let at = Math.floor(bits / 8); at < bytes.length; at++) {
    const kept = Math.max(0, bits - 8 * at);
    bytes[at]! &= kept >= 8 ? 0xff : (0xff << (8 - kept)) & 0xff;
  }
}

/** The address in its usual form: IPv6 in small letters, its longest run of two and more zero groups as `::` (RFC 5952). */
export function addressText(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(2 * at).toString(16));
  const runs = [...groups.join(':').matchAll(/\b0(?::0\b)+/g)].map(([run]) => run);
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '');
  if (longest === '') return groups.join(':');
  const whole = groups.join(':');
  const at = whole.search(new RegExp(`\\b${longest}\\b`));
  return `${whole.slice(0, at).replace(/:$/, '')}::${whole.slice(at + longest.length).replace(/^:/, '')}`;
}

/** Whether it is one of a private network, this machine, a link or a group: of those no table of the world knows anything. */
export function isPrivateAddress(text: string): boolean {
  if (isIP(text) === 4 || /^::ffff:\d/i.test(text)) {
    return /^(::ffff:)?(0|10|127|169\.254|172\.(1[6-9]|2\d|3[01])|192\.168|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])|2(2[4-9]|[345]\d))\./i.test(
      text,
    );
  }
  return /^(f[cd]|fe[89ab]|ff|::1?$|(0{1,4}:){7}0{0,3}[01]$)/i.test(text);
}
