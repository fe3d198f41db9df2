import { isIP } from 'node:net';

/** 32 hexadecimal digits of the address as IPv6 (IPv4 mapped), which sort as the addresses do; undefined for anything else. */
export function addressKey(text: string): string | undefined {
  const family = isIP(text);
  if (family === 4) return `00000000000000000000ffff${hexOfV4(text)}`;
  if (family !== 6 || text.includes('%')) return undefined;
  const dotted = text.includes('.') ? text.lastIndexOf(':') + 1 : -1;
  const hex = dotted === -1 ? '' : hexOfV4(text.slice(dotted));
  const plain = dotted === -1 ? text : `${text.slice(0, dotted)}${hex.slice(0, 4)}:${hex.slice(4)}`;
  const [head = '', tail] = plain.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':')).map((group) => group.padStart(4, '0'));
  const [front, back] = [groups(head), groups(tail ?? '')];
  return [...front, ...Array(8 - front.length - back.length).fill('0000'), ...back].join('').toLowerCase();
}

/** First and last address of a network such as `10.0.0.0/8`, or of a single address; undefined for anything else. */
export function networkSpan(text: string): { first: string; last: string } | undefined {
  const [address = '', width, more] = text.split('/');
  const key = addressKey(address);
  if (key === undefined || more !== undefined) return undefined;
  if (width === undefined) return { first: key, last: key };
  const most = isIP(address) === 4 ? 32 : 128;
  if (!/^\d{1,3}$/.test(width) || Number(width) > most) return undefined;
  const free = BigInt(most - Number(width));
  const first = (BigInt(`0x${key}`) >> free) << free;
  const last = first | ((1n << free) - 1n);
  const hex = (value: bigint) => value.toString(16).padStart(32, '0');
  return { first: hex(first), last: hex(last) };
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function hexOfV4(text: string): string {
  const [a, b, c, d] = text.split('.');
  return `${HEX[Number(a)]}${HEX[Number(b)]}${HEX[Number(c)]}${HEX[Number(d)]}`;
}

/** Whether an address of a sender is this machine's own. */
export function isLoopbackAddress(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\.(\d{1,3}\.){2}\d{1,3}$/.test(address);
}
