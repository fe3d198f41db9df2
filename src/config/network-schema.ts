import { type Static, Type } from 'typebox';
import { BYTES_PATTERN, DURATION_PATTERN } from '../model/units.ts';

/** Schemas of inputs that others send to. They listen on this machine only unless told otherwise. */

const closed = { additionalProperties: false };
const duration = (description: string, value: string) =>
  Type.String({ pattern: DURATION_PATTERN, description, default: value });
const bytes = (description: string, value: string) =>
  Type.String({ pattern: BYTES_PATTERN, description, default: value });

/** `127.0.0.1:5514`, `[::1]:5514`, `logs.example.org:5514`. */
const ADDRESS_PATTERN = '^(\\[[0-9A-Fa-f:.]+\\]|[^:\\s]+):\\d{1,5}$';
const address = (description: string) => Type.String({ pattern: ADDRESS_PATTERN, description });

const listener = {
  host: Type.Optional(
    Type.String({ description: 'address to bind; by default http.host. Any but loopback needs http.tokens' }),
  ),
  port: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 65535,
      description: 'port of its own; by default http.port, under `logmill up` together with API and page',
    }),
  ),
  max_body: bytes('largest body of a request, unpacked', '32MB'),
  request_timeout: duration('longest time that a request may take to come in', '60s'),
};

export const HttpInputSchema = Type.Object(
  { ...listener, wait: duration('longest wait for the store, after which a request is answered with 202', '30s') },
  { ...closed, description: 'take NDJSON or plain lines at POST /api/v1/ingest/PIPELINE' },
);

export const OtlpInputSchema = Type.Object(
  { ...listener, wait: duration('longest wait for the store, after which a request is answered all the same', '5s') },
  { ...closed, description: 'take OTLP logs over HTTP, JSON or protobuf, at POST /v1/logs' },
);

export const SyslogInputSchema = Type.Object(
  {
    udp: Type.Optional(address('address and port for datagrams, such as 127.0.0.1:5514')),
    tcp: Type.Optional(address('address and port for connections')),
    tls: Type.Optional(
      Type.Object(
        {
          listen: address('address and port for encrypted connections, such as 0.0.0.0:6514'),
          cert: Type.String({ description: 'PEM file with the certificate, and those between it and its authority' }),
          key: Type.String({ description: 'PEM file with the private key' }),
          ca: Type.Optional(
            Type.String({ description: 'PEM file of the authority that signs certificates of senders' }),
          ),
          client_auth: Type.Boolean({
            default: false,
            description: 'refuse senders without a certificate signed by `ca`',
          }),
        },
        closed,
      ),
    ),
    allow: Type.Optional(
      Type.Array(Type.String(), {
        minItems: 1,
        description: 'networks that may send, such as 10.0.0.0/8; needed beyond loopback, but for TLS with client_auth',
      }),
    ),
    max_connections: Type.Integer({ minimum: 1, maximum: 10_000, default: 512, description: 'connections at once' }),
    idle_timeout: duration('connections that bring no whole message for so long are closed', '10m'),
  },
  { ...closed, description: 'take syslog of RFC 3164 and RFC 5424' },
);

export const QueueSchema = Type.Object(
  {
    max_bytes: bytes('of disk it may take; senders are held back when it is full', '256MB'),
    segment_bytes: bytes('at which a new file begins; read files are deleted whole', '8MB'),
  },
  { ...closed, description: 'disk queue of an input that others send to' },
);

export type QueueConfig = Static<typeof QueueSchema>;
export type SyslogConfig = Static<typeof SyslogInputSchema>;
export type ReceiverConfig = Static<typeof HttpInputSchema>;

/** Host and port of an address that matches the schema. */
export function splitAddress(text: string): { host: string; port: number } {
  const colon = text.lastIndexOf(':');
  return { host: text.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port: Number(text.slice(colon + 1)) };
}
