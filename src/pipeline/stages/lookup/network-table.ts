import { addressBytes, clearBitsAfter } from '../address/mask.ts';

/** A network: the bytes of its address, and how many of their bits are its own. */
type Network = { readonly bytes: Buffer; readonly bits: number };

/** `10.0.0.0/8`, `2001:db8::/32`, or an address alone; undefined for anything else. Bits after the prefix do not count. */
export function readNetwork(text: string): Network | undefined {
  const [address = '', prefix, more] = text.split('/');
  const bytes = addressBytes(address);
  if (bytes === undefined || more !== undefined) return undefined;
  const most = 8 * bytes.length;
  if (prefix === undefined) return { bytes, bits: most };
  // Of IPv4 written as IPv6 the first 96 bits are no part of the address.
  const isMapped = most === 32 && address.includes(':');
  const bits = /^\d{1,3}$/.test(prefix) ? Number(prefix) - (isMapped ? 96 : 0) : -1;
  return bits >= 0 && bits <= most ? { bytes, bits } : undefined;
}

/** What belongs to networks, found by an address inside of them. Of several networks the longest prefix counts. */
export class NetworkTable<Value> {
  /** By bytes of the address: tables by prefix, the longest first. */
  readonly #families = new Map<number, { readonly bits: number; readonly rows: Map<string, Value> }[]>();

  /** A network that is there already gets the new value. */
  add({ bytes, bits }: Network, value: Value): void {
    const family = this.#families.get(bytes.length) ?? [];
    this.#families.set(bytes.length, family);
    let table = family.find((one) => one.bits === bits);
    if (table === undefined) {
      table = { bits, rows: new Map() };
      family.push(table);
      family.sort((a, b) => b.bits - a.bits);
    }
    table.rows.set(prefixOf(Buffer.from(bytes), bits), value);
  }

  /** Undefined for what is no address, too. */
  find(address: string): Value | undefined {
    const bytes = addressBytes(address);
    if (bytes === undefined) return undefined;
    for (const { bits, rows } of this.#families.get(bytes.length) ?? []) {
      // From table to table ever more bits are cleared, of the same bytes.
      const value = rows.get(prefixOf(bytes, bits));
      if (value !== undefined) return value;
    }
    return undefined;
  }
}

/** Clears the rest of the bytes in place. */
function prefixOf(bytes: Buffer, bits: number): string {
  clearBitsAfter(bytes, bits);
  return bytes.toString('latin1');
}
