import { isIPv4, isIPv6 } from 'node:net';
import type { Sql } from './sql.ts';

const MAPPED = `${'0'.repeat(20)}ffff`;

/** An address as 32 hexadecimal digits (IPv4 mapped into IPv6), which sort as addresses do; undefined for no address. */
export function addressKey(text: string): string | undefined {
  if (isIPv4(text)) {
    return (
      MAPPED +
      text
        .split('.')
        .map((part) => Number(part).toString(16).padStart(2, '0'))
        .join('')
    );
  }
  if (!isIPv6(text)) return undefined;
  const plain = text.split('%')[0]!.toLowerCase();
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(plain);
  const tail = dotted === null ? undefined : addressKey(dotted[2]!)?.slice(24);
  const colons = dotted === null || tail === undefined ? plain : `${dotted[1]}${tail.slice(0, 4)}:${tail.slice(4)}`;
  const [head = '', rest] = colons.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = rest === undefined || rest === '' ? [] : rest.split(':');
  const zeros = Array.from({ length: rest === undefined ? 0 : 8 - left.length - right.length }, () => '0');
  return [...left, ...zeros, ...right].map((group) => group.padStart(4, '0')).join('');
}

/** First and last address key of a block such as `10.0.0.0/8`; undefined when it is none. */
export function blockKeys(text: string): [string, string] | undefined {
  const [address = '', length = ''] = text.split('/');
  const key = addressKey(address);
  if (key === undefined || !/^\d{1,3}$/.test(length)) return undefined;
  const bits = Number(length) + (isIPv4(address) ? 96 : 0);
  if (bits > 128) return undefined;
  const host = (1n << BigInt(128 - bits)) - 1n;
  const number = BigInt(`0x${key}`);
  const show = (value: bigint) => value.toString(16).padStart(32, '0');
  return [show(number & ~host), show(number | host)];
}

/** SQL for the address key of a VARCHAR expression that holds addresses. */
export function addressKeySql(text: Sql): Sql {
  const part = (at: number) => `TRY_CAST(split_part(${text}, '.', ${at}) AS UTINYINT)`;
  const four = `format('${MAPPED}{:02x}{:02x}{:02x}{:02x}', ${part(1)}, ${part(2)}, ${part(3)}, ${part(4)})`;
  const groups = (side: Sql) => `list_filter(string_split(${side}, ':'), lambda _g: _g <> '')`;
  const padded = (side: Sql) => `array_to_string(list_transform(${groups(side)}, lambda _g: lpad(_g, 4, '0')), '')`;
  const left = padded(`split_part(lower(${text}), '::', 1)`);
  const right = padded(`split_part(lower(${text}), '::', 2)`);
  const six = `concat(${left}, repeat('0', greatest(32 - length(coalesce(${left}, '')) - length(coalesce(${right}, '')), 0)::BIGINT), ${right})`;
  return `CASE WHEN contains(${text}, ':') THEN ${six} ELSE ${four} END`;
}
