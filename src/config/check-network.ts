import { networkSpan } from '../model/ip-address.ts';
import { parseBytes } from '../model/units.ts';
import { isLoopback } from './loopback.ts';
import { type SyslogConfig, splitAddress } from './network-schema.ts';
import { isReadable } from './readable.ts';
import type { Config, InputConfig } from './schema.ts';
import type { Path } from './schema-check.ts';

type At = (...rest: (string | number)[]) => Path;
type Report = (path: Path, detail: string, ...others: readonly Path[]) => void;

/** Inputs that others send to; all of them have a queue. */
export const NETWORK_SOURCES = ['http', 'syslog', 'otlp'] as const;
/** Files a queue has room for at least: what is read is deleted one whole file at a time. */
const FEWEST_SEGMENTS = 4;
const HIGHEST_PORT = 65_535;

/** What a schema cannot say of an input that others send to. */
export function checkNetworkInput(config: Config, input: InputConfig, at: At, report: Report): void {
  for (const kind of ['http', 'otlp'] as const) checkReceiver(config, input, kind, at, report);
  if (input.http !== undefined && input.pipeline !== undefined) {
    report(at('pipeline'), 'does not go with http: each request names its own', at('http'));
  }
  if (input.syslog !== undefined) checkSyslog(input.syslog, (...rest) => at('syslog', ...rest), report);
  checkQueue(input, at, report);
}

/** Where requests for an input come in: `host:port`. */
export function addressOf(config: Config, { host, port }: { host?: string; port?: number }): string {
  return `${host ?? config.http.host}:${port ?? config.http.port}`;
}

function checkReceiver(config: Config, input: InputConfig, kind: 'http' | 'otlp', at: At, report: Report): void {
  const receiver = input[kind];
  if (receiver === undefined) return;
  const { host } = receiver;
  if (host !== undefined && !isLoopback(host) && config.http.tokens.length === 0) {
    report(at(kind, 'host'), `"${host}" can be reached from outside: set http.tokens, or bind 127.0.0.1`, [
      'http',
      'tokens',
    ]);
  }
  if (host !== undefined && receiver.port === undefined && host !== config.http.host) {
    report(at(kind, 'host'), 'needs a port of its own beside it', at(kind, 'port'));
  }
  const other = config.inputs.find(
    (one) =>
      one[kind] !== undefined && one[kind].port !== 0 && addressOf(config, one[kind]) === addressOf(config, receiver),
  );
  if (other !== undefined && other !== input) {
    report(at(kind), `is at the address of input "${other.name}", which takes the same`);
  }
}

function checkSyslog({ udp, tcp, tls, allow }: SyslogConfig, at: At, report: Report): void {
  if (udp === undefined && tcp === undefined && tls === undefined) report(at(), 'must have one of udp, tcp, tls');
  const secured = allow !== undefined;
  if (udp !== undefined) checkAddress(udp, at('udp'), secured, report, at('allow'));
  if (tcp !== undefined) checkAddress(tcp, at('tcp'), secured, report, at('allow'));
  allow?.forEach((network, index) => {
    if (networkSpan(network) === undefined)
      report(at('allow', index), `is no network such as 10.0.0.0/8: "${network}"`);
  });
  if (tls === undefined) return;
  checkAddress(tls.listen, at('tls', 'listen'), secured || tls.client_auth, report, at('allow'));
  if (tls.client_auth && tls.ca === undefined) {
    report(at('tls', 'client_auth'), 'needs `ca`: whose signature is good', at('tls', 'ca'));
  }
  for (const key of ['cert', 'key', 'ca'] as const) {
    const file = tls[key];
    if (file !== undefined && !isReadable(file)) report(at('tls', key), `cannot be read: ${file}`);
  }
}

function checkAddress(address: string, path: Path, secured: boolean, report: Report, allow: Path): void {
  const { host, port } = splitAddress(address);
  if (port > HIGHEST_PORT) report(path, `names no port: ${port}`);
  if (!secured && !isLoopback(host)) {
    report(
      path,
      `"${host}" can be reached from outside: name who may send in \`allow\`, or take only TLS with client_auth`,
      allow,
    );
  }
}

function checkQueue(input: InputConfig, at: At, report: Report): void {
  const { queue } = input;
  if (queue === undefined) return;
  if (NETWORK_SOURCES.every((source) => input[source] === undefined)) {
    report(at('queue'), `goes only with ${NETWORK_SOURCES.join(', ')}`);
  }
  if (parseBytes(queue.segment_bytes) * FEWEST_SEGMENTS > parseBytes(queue.max_bytes)) {
    report(at('queue', 'segment_bytes'), 'must not be larger than a quarter of max_bytes', at('queue', 'max_bytes'));
  }
}
