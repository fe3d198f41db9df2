import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { readFile } from 'node:fs/promises';
import { createServer, isIPv6, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Logger } from 'pino';
import { type SyslogConfig, splitAddress } from '../../config/network-schema.ts';
import { LogmillError } from '../../errors.ts';
import type { Clock } from '../../model/clock.ts';
import { parseDuration } from '../../model/units.ts';
import type { Telemetry } from '../../telemetry.ts';
import type { Intake } from '../queue/intake.ts';
import { isBlank, type ReceivedLine, receivedLine } from '../queue/received.ts';
import type { Entry, EntryFacts } from '../queue/record.ts';
import { allowedSenders } from './allowed.ts';
import { withoutEnding } from './frames.ts';
import { receiveStream } from './stream.ts';

/** Bytes the kernel may hold of datagrams; it gives what it allows. */
const UDP_BUFFER = 4 * 1024 * 1024;
const HANDSHAKE_MS = 10_000;
/** How long a stop waits for what connections still bring, ms. */
const LAST_WORDS_MS = 300;

export type SyslogListenerOptions = {
  readonly input: string;
  readonly config: SyslogConfig;
  readonly pipeline: string;
  readonly maxLineBytes: number;
  readonly intake: Intake;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly log: Logger;
};

/** What listens for a syslog input. */
export type SyslogListener = {
  /** Where it listens, `udp 127.0.0.1:5514` and so on. */
  readonly addresses: readonly string[];
  /** Listens no more, takes what connections still bring for a moment, and closes them. */
  stop(): Promise<void>;
  /** Resolves after `stop` once all that connections had brought is taken, or the intake closed. */
  finished(): Promise<void>;
};

/**
 * Starts to listen.
 * @throws LogmillError PORT_BUSY; a file of TLS that cannot be read rejects with the file system's error
 */
export async function listenForSyslog(options: SyslogListenerOptions): Promise<SyslogListener> {
  const { udp, tcp, tls } = options.config;
  const isAllowed = allowedSenders(options.config.allow);
  const addresses: string[] = [];
  const stops: (() => Promise<void>)[] = [];
  const receiving = new Set<Promise<void>>();
  const stop = async () => {
    await Promise.all(stops.map((close) => close()));
  };
  try {
    if (udp !== undefined) {
      const socket = await listenUdp(udp, options, isAllowed);
      addresses.push(`udp ${textOf(socket.address())}`);
      stops.push(() => new Promise((resolve) => socket.close(() => resolve())));
    }
    for (const [kind, address] of [
      ['tcp', tcp],
      ['tls', tls?.listen],
    ] as const) {
      if (address === undefined) continue;
      const server = await createStreamServer(kind, options, isAllowed, receiving);
      const sockets = follow(server, options);
      await listen(server, address);
      addresses.push(`${kind} ${textOf(server.address())}`);
      stops.push(() => closeServer(server, sockets, options.clock));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  options.log.info({ input: options.input, addresses }, 'listening for syslog');
  const finished = async () => void (await Promise.all(receiving));
  return { addresses, stop, finished };
}

async function listenUdp(
  address: string,
  { intake, pipeline, maxLineBytes, log }: SyslogListenerOptions,
  isAllowed: (address: string | undefined) => boolean,
): Promise<UdpSocket> {
  const { host, port } = splitAddress(address);
  const socket = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4', recvBufferSize: UDP_BUFFER });
  const entryOf = entriesFor(pipeline);
  let batch: Entry[] = [];
  const flush = () => {
    const entries = batch;
    batch = [];
    intake.offer(entries);
  };
  socket.on('message', (datagram, { address: sender }) => {
    if (!isAllowed(sender)) return intake.refuse('not_allowed');
    const content = withoutEnding(datagram);
    if (isBlank(content)) return;
    // What one turn of the event loop brings shares a write to the disk.
    if (batch.length === 0) setImmediate(flush);
    batch.push(entryOf(receivedLine(content, 1, maxLineBytes), sender));
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', (error) => reject(listenFault(error, address)));
    socket.bind(port, host, resolve);
  });
  socket.removeAllListeners('error');
  socket.on('error', (error) => log.warn({ detail: error.message }, 'a datagram could not be received'));
  return socket;
}

async function createStreamServer(
  kind: 'tcp' | 'tls',
  options: SyslogListenerOptions,
  isAllowed: (address: string | undefined) => boolean,
  receiving: Set<Promise<void>>,
): Promise<Server> {
  const { intake, config, log } = options;
  const idleMs = parseDuration(config.idle_timeout);
  const receive = (socket: Socket) => {
    const reading = receiveStream(socket, { ...options, entryOf: entriesFor(options.pipeline), idleMs });
    receiving.add(reading);
    void reading.then(() => receiving.delete(reading));
  };
  const server = kind === 'tcp' ? createServer(receive) : createTlsServer(await tlsOptions(config.tls!), receive);
  server.maxConnections = config.max_connections;
  server.prependListener('connection', (socket: Socket) => {
    if (isAllowed(socket.remoteAddress)) return;
    intake.refuse('not_allowed');
    socket.destroy();
  });
  server.on('drop', () => intake.refuse('too_many_connections'));
  server.on('tlsClientError', (error: Error, socket: Socket) => {
    intake.refuse('tls');
    log.debug({ sender: socket.remoteAddress, detail: error.message }, 'a sender failed to speak TLS');
    socket.destroy();
  });
  return server;
}

async function tlsOptions({ cert, key, ca, client_auth: clientAuth }: NonNullable<SyslogConfig['tls']>) {
  return {
    cert: await readFile(cert),
    key: await readFile(key),
    ...(ca === undefined ? {} : { ca: await readFile(ca) }),
    requestCert: clientAuth,
    rejectUnauthorized: clientAuth,
    handshakeTimeout: HANDSHAKE_MS,
  };
}

/** The open connections of a server. */
function follow(server: Server, { telemetry, input }: SyslogListenerOptions): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    telemetry.connections.inc({ input });
    socket.once('close', () => {
      sockets.delete(socket);
      telemetry.connections.dec({ input });
    });
  });
  return sockets;
}

function listen(server: Server, address: string): Promise<void> {
  const { host, port } = splitAddress(address);
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenFault(error, address)));
    server.listen({ host, port }, resolve);
  });
}

/** A sender of plain syslog never hears what arrived: whatever is on its way already is still read. */
async function closeServer(server: Server, sockets: ReadonlySet<Socket>, clock: Clock): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  if (sockets.size > 0) await new Promise<void>((resolve) => clock.after(LAST_WORDS_MS, resolve));
  for (const socket of sockets) socket.destroy();
  await closed;
}

/** Makes entries of received messages; those of one sender that come in a row share their facts. */
function entriesFor(pipeline: string): (line: ReceivedLine, sender: string | undefined) => Entry {
  let last: string | undefined;
  let facts: EntryFacts = { pipeline };
  return ({ payload, overlong }, sender) => {
    if (sender !== last) {
      last = sender;
      facts = { pipeline, ...(sender === undefined ? {} : { sender: sender.replace(/^::ffff:(?=\d+\.)/, '') }) };
    }
    return { payload, facts: overlong === undefined ? facts : { ...facts, overlong } };
  };
}

function listenFault(error: NodeJS.ErrnoException, address: string): Error {
  const { host, port } = splitAddress(address);
  return error.code === 'EADDRINUSE' ? new LogmillError('PORT_BUSY', { host, port }, {}, error) : error;
}

function textOf(address: ReturnType<Server['address']>): string {
  if (address === null || typeof address === 'string') return String(address);
  return `${isIPv6(address.address) ? `[${address.address}]` : address.address}:${address.port}`;
}
