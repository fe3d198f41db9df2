import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { LogmillError } from '../errors.ts';

/**
 * Loopback is not safety: any web page can make its visitor's browser send requests to 127.0.0.1, and with a name that
 * resolves there (DNS rebinding) even read the answers. So a request must name this server in `Host`, and one that a
 * page made must come from a page of this server.
 */
export type HostGuard = (method: string, headers: IncomingHttpHeaders) => void;

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '::1'];

/** Whether an address is reachable from this machine only. */
export function isLoopback(address: string): boolean {
  const bare = address.replace(/^::ffff:/, '');
  return bare === 'localhost' || bare === '::1' || /^127(\.\d{1,3}){3}$/.test(bare);
}

/**
 * Compiles the check.
 * @param bound address the server listens on; beyond loopback the machine's own name and bare addresses (which cannot
 *   be rebound) are answered too
 * @param allowed further names, with or without port
 * @throws LogmillError HOST_FOREIGN, ORIGIN_FOREIGN (the guard, for a request it refuses)
 */
export function createHostGuard(bound: string, allowed: readonly string[]): HostGuard {
  const open = !isLoopback(bound);
  const names = new Set([...LOOPBACK_NAMES, bound, ...(open ? [hostname()] : []), ...allowed].map(normalise));
  return (method, headers) => {
    const host = headers.host ?? '';
    const name = nameOf(host);
    const known = names.has(name) || names.has(normalise(host)) || (open && isIP(name) !== 0);
    if (!known) throw new LogmillError('HOST_FOREIGN', { host: shown(host) });
    const { origin } = headers;
    if (origin !== undefined && !isOwn(origin, host))
      throw new LogmillError('ORIGIN_FOREIGN', { origin: shown(origin) });
    if (origin === undefined && isForeignFetch(method, headers))
      throw new LogmillError('ORIGIN_FOREIGN', { origin: 'another site' });
  };
}

/** Same host and port; the scheme may differ because a proxy may speak TLS. */
function isOwn(origin: string, host: string): boolean {
  const match = /^(https?):\/\/([^/]+)$/.exec(origin);
  if (match === null) return false;
  const port = match[1] === 'https' ? ':443' : ':80';
  const bare = (text: string) => text.toLowerCase().replace(new RegExp(`${port}$`), '');
  return bare(match[2]!) === bare(host);
}

/** Following a link from elsewhere is fine; loading or posting from elsewhere is not. */
function isForeignFetch(method: string, headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return false;
  return headers['sec-fetch-mode'] !== 'navigate' || method !== 'GET';
}

function normalise(name: string): string {
  return name.toLowerCase().replace(/^\[(.*)\]$/, '$1');
}

function nameOf(host: string): string {
  return normalise(host.replace(/:\d+$/, ''));
}

function shown(text: string): string {
  return text.slice(0, 100);
}
