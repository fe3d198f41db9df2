import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, isIPv6 } from 'node:net';
import { createSecureContext } from 'node:tls';
import { splitAddress } from '../config/network-schema.ts';
import type { Config } from '../config/schema.ts';
import { LogmillError } from '../errors.ts';

type Address = { readonly host: string; readonly port: number };

/**
 * Tries what a configuration would listen on and the one at work does not, before that one is stopped for it: with a port
 * in use nobody would listen. Throws LogmillError PORT_BUSY, the system's error where an address is not this machine's,
 * and that of OpenSSL for a certificate it cannot read.
 */
export async function tryAddresses(current: Config, next: Config): Promise<void> {
  const held = new Set(addressesOf(current).keys());
  for (const [name, address] of addressesOf(next)) {
    if (held.has(name)) continue;
    await (name.startsWith('udp') ? tryUdp(address) : tryTcp(address)).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      throw new LogmillError('PORT_BUSY', address, {}, error);
    });
  }
  for (const { syslog } of next.inputs) {
    if (syslog?.tls === undefined) continue;
    const { cert, key, ca } = syslog.tls;
    const [certificate, secret, authority] = await Promise.all([readFile(cert), readFile(key), ca && readFile(ca)]);
    createSecureContext({ cert: certificate, key: secret, ...(authority ? { ca: authority } : {}) });
  }
}

/** What inputs listen on, each once; ports that the system chooses are always free. */
function addressesOf({ http, inputs }: Config): Map<string, Address> {
  const addresses = new Map<string, Address>();
  const add = (kind: 'udp' | 'tcp', { host, port }: Address) => {
    if (port !== 0) addresses.set(`${kind} ${host} ${port}`, { host, port });
  };
  for (const { syslog, http: receiver, otlp } of inputs) {
    if (syslog?.udp !== undefined) add('udp', splitAddress(syslog.udp));
    for (const address of [syslog?.tcp, syslog?.tls?.listen])
      if (address !== undefined) add('tcp', splitAddress(address));
    for (const own of [receiver, otlp]) if (own !== undefined) add('tcp', { host: http.host, port: http.port, ...own });
  }
  return addresses;
}

async function tryUdp({ host, port }: Address): Promise<void> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  socket.bind(port, host);
  await once(socket, 'listening');
  await new Promise<void>((resolve) => socket.close(resolve));
}

async function tryTcp({ host, port }: Address): Promise<void> {
  const server = createServer();
  server.listen({ host, port });
  await once(server, 'listening');
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
