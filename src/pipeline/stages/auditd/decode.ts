import { isIP } from 'node:net';
import type { Pair } from './read-record.ts';

/**
 * Fields that the kernel and user-space write in hexadecimal where the text holds blanks, quotes or bytes that cannot be
 * printed (audit's field dictionary, "encoded"). Arguments a0, a1 … are such only in records of type EXECVE.
 */
const ENCODED = new Set(
  'acct cgroup cmd comm cwd data device dir exe file grp hostname invalid_context key name new_acct ocomm path proctitle profile root sw unit vm watch'.split(
    ' ',
  ),
);
const HEX = /^(?:[0-9A-Fa-f]{2}){1,32768}$/;

/** The text of a value; zero bytes stay where they separate arguments. */
export function textOf({ key, value, quoted }: Pair, isArgument: boolean): string {
  if (quoted || value === '(null)' || (!isArgument && !ENCODED.has(key)) || !HEX.test(value)) return value;
  return Buffer.from(value, 'hex').toString('utf8');
}

/** Arguments of a title or a command, which come with zero bytes or blanks between them. */
export function argumentsOf(text: string): string[] {
  const parts = text.includes('\0') ? text.split('\0') : text.split(' ');
  return parts.filter((part) => part !== '');
}

/** Architectures by their number in records: AUDIT_ARCH_* of linux/audit.h. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  c000003e: 'x86_64',
  '40000003': 'i386',
  c00000b7: 'aarch64',
  '40000028': 'arm',
  '28': 'armeb',
  c00000f3: 'riscv64',
  c0000015: 'ppc64le',
  '80000015': 'ppc64',
  '14': 'ppc',
  '80000016': 's390x',
  '16': 's390',
  c0000102: 'loongarch64',
  '40000008': 'mipsel',
  c0000008: 'mipsel64',
};

export function architectureOf(value: string): string {
  return ARCHITECTURES[value.toLowerCase()] ?? value;
}

/** A socket's address as `saddr` has it. */
export type SocketAddress = {
  readonly family: string;
  readonly ip?: string;
  readonly port?: number;
  readonly path?: string;
};

/** The families' numbers are little-endian on every machine that runs Linux today but s390x and ppc64. */
export function socketAddressOf(hex: string): SocketAddress | undefined {
  if (!HEX.test(hex) || hex.length < 4) return undefined;
  const bytes = Buffer.from(hex, 'hex');
  const family = bytes[0]! + bytes[1]!;
  if (family === 1) return { family: 'unix', path: unixPath(bytes.subarray(2)) };
  if (family === 2 && bytes.length >= 8) {
    return { family: 'inet', port: bytes.readUInt16BE(2), ip: [...bytes.subarray(4, 8)].join('.') };
  }
  if (family === 10 && bytes.length >= 24) {
    return { family: 'inet6', port: bytes.readUInt16BE(2), ip: ip6(bytes.subarray(8, 24)) };
  }
  if (family === 16) return { family: 'netlink' };
  return { family: String(family) };
}

/** An abstract socket's name begins with a zero byte; it is written with an @, as tools do. */
function unixPath(bytes: Buffer): string {
  const name = bytes[0] === 0 ? `@${bytes.subarray(1).toString('utf8')}` : bytes.toString('utf8');
  const end = name.indexOf('\0');
  return end === -1 ? name : name.slice(0, end);
}

function ip6(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2));
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    return [...bytes.subarray(12)].join('.');
  }
  return shortest(groups.map((group) => group.toString(16)));
}

/** RFC 5952: the longest run of noughts, of two at least, is left out. */
function shortest(groups: readonly string[]): string {
  let best = { start: -1, length: 1 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === '0') length++;
    if (length > best.length) best = { start, length };
  }
  if (best.start === -1) return groups.join(':');
  return `${groups.slice(0, best.start).join(':')}::${groups.slice(best.start + best.length).join(':')}`;
}

export function isAddress(text: string): boolean {
  return isIP(text) !== 0;
}
