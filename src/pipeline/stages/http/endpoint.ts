import { isIP } from 'node:net';

/** The two parts of an address with a port. */
export type Endpoint = { readonly host: string; readonly port: number | undefined; readonly ip: boolean };

const BRACKETED = /^\[([^\]]{1,255})\](?::(\d{1,5}))?$/;
const PLAIN = /^([^:]{1,255}):(\d{1,5})$/;

/** Splits `10.0.0.1:80`, `[::1]:80`, `host:80`; an address without a port, `::1` too, is the host as it is. */
export function splitAddress(text: string): Endpoint {
  const address = text.startsWith('/') ? text.slice(1) : text;
  const match = BRACKETED.exec(address) ?? PLAIN.exec(address);
  const host = match?.[1] ?? address;
  const port = match?.[2] === undefined ? undefined : Number(match[2]);
  return { host, port: port !== undefined && port <= 65_535 ? port : undefined, ip: isIP(host) !== 0 };
}
