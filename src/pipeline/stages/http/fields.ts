import { isIP, isIPv4 } from 'node:net';
import type { Event } from '../../../model/event.ts';
import { splitAddress } from './endpoint.ts';

const WEB = Object.freeze(['web']);
const ACCESS = Object.freeze(['access']);

/** Whether a text is an IP address. Dotted quads, nearly all there are, need no regex. */
function isAddress(text: string): boolean {
  const first = text.charCodeAt(0);
  if (first >= 48 && first <= 57 && isDottedQuad(text)) return true;
  return isIP(text) !== 0;
}

function isDottedQuad(text: string): boolean {
  if (text.length > 15) return false;
  let part = 0;
  let digits = 0;
  let dots = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 46) {
      if (digits === 0 || ++dots > 3) return false;
      digits = 0;
      part = 0;
    } else {
      if (code < 48 || code > 57 || (digits > 0 && part === 0)) return false;
      part = part * 10 + code - 48;
      if (++digits > 3 || part > 255) return false;
    }
  }
  return dots === 3 && digits > 0;
}

/** The address without the IPv6 dress of an IPv4 one (`::ffff:10.0.0.1`) and without a zone (`fe80::1%eth0`). */
export function plainAddress(address: string): string {
  if (address.charCodeAt(0) === 58 && address.startsWith('::ffff:')) {
    const inner = address.slice(7);
    if (isIPv4(inner)) return inner;
  }
  const percent = address.indexOf('%');
  return percent > 0 && isIP(address.slice(0, percent)) !== 0 ? address.slice(0, percent) : address;
}

/** Who sent the request: `source.address`, and `source.ip` or `source.domain` by what it is; a port as proxies add it. */
export function setSource(event: Event, address: string): void {
  const plain = plainAddress(address);
  event['source.address'] = plain;
  if (isAddress(plain)) event['source.ip'] = plain;
  else setOtherSource(event, plain);
}

/** `10.0.0.1:4711`, `[::1]:4711`, a name; `unix:` is a socket of the machine, `-` and `unknown` say nothing. */
function setOtherSource(event: Event, text: string): void {
  if (text === '-' || text === 'unknown' || text.startsWith('unix:')) return;
  const { host, port, ip } = splitAddress(text);
  if (!ip) {
    event['source.domain'] = text;
    return;
  }
  event['source.address'] = host;
  event['source.ip'] = host;
  if (port !== undefined) event['source.port'] = port;
}

/** The same for a service that names its client: `client.ip` and `source.ip`. False when it is no address. */
export function setClient(event: Event, address: string): boolean {
  const plain = plainAddress(address);
  if (!isAddress(plain)) return false;
  event['client.ip'] = plain;
  event['source.ip'] = plain;
  return true;
}

/** `url.original` with its parts. Nothing is decoded: what the client sent is what an investigation needs. */
export function setUrl(event: Event, original: string): void {
  event['url.original'] = original;
  let path = original;
  if (original.charCodeAt(0) !== 47) {
    const scheme = original.indexOf('://');
    if (scheme > 0 && scheme < 10) path = setOrigin(event, original, scheme);
  }
  const hash = path.indexOf('#');
  if (hash !== -1) {
    event['url.fragment'] = path.slice(hash + 1);
    path = path.slice(0, hash);
  }
  const question = path.indexOf('?');
  if (question === -1) event['url.path'] = path;
  else {
    event['url.path'] = path.slice(0, question);
    event['url.query'] = path.slice(question + 1);
  }
}

/** Scheme, domain and port of an absolute URL; returns the rest of it. */
function setOrigin(event: Event, original: string, scheme: number): string {
  const start = scheme + 3;
  const end = original.slice(start).search(/[/?#]/);
  const host = end === -1 ? original.slice(start) : original.slice(start, start + end);
  event['url.scheme'] = original.slice(0, scheme);
  setHost(event, host.slice(host.lastIndexOf('@') + 1));
  return end === -1 ? '/' : original.slice(start + end);
}

/** `url.domain` and `url.port` of a Host header. */
export function setHost(event: Event, host: string): void {
  const match = /^(\[[^\]]+\]|[^:]*)(?::(\d{1,5}))?$/.exec(host);
  const domain = match?.[1] ?? host;
  if (domain !== '') event['url.domain'] = domain;
  if (match?.[2] !== undefined) event['url.port'] = Number(match[2]);
}

const LONGEST_EXTENSION = 10;

/** `url.extension`: of `/a/b.tar.gz` it is gz; what is long or has other signs is none. */
export function setExtension(event: Event, path: string): void {
  const dot = path.lastIndexOf('.');
  const length = path.length - dot - 1;
  // A dot at the beginning of the last part hides a file.
  if (dot < 1 || length < 1 || length > LONGEST_EXTENSION || path.charCodeAt(dot - 1) === 47) return;
  for (let at = dot + 1; at < path.length; at++) if (!isLetterOrDigit(path.charCodeAt(at))) return;
  event['url.extension'] = path.slice(dot + 1);
}

function isLetterOrDigit(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || (code >= 65 && code <= 90);
}

/** Status, and what follows from it. @param status 100 to 999, anything else is refused. */
export function setStatus(event: Event, status: number): boolean {
  if (!(status >= 100 && status <= 999)) return false;
  event['http.response.status_code'] = status;
  event['event.category'] = WEB;
  event['event.type'] = ACCESS;
  event['event.outcome'] = status >= 400 ? 'failure' : 'success';
  return true;
}

/**
 * `GET /path HTTP/1.1` into its parts; also without a version (HTTP/0.9). Returns false for what is no request line
 * (`-`, TLS bytes sent to a plain port), which is then kept elsewhere.
 */
export function setRequestLine(event: Event, request: string): boolean {
  const first = request.indexOf(' ');
  if (first <= 0 || !/^[A-Za-z][A-Za-z0-9_-]{0,31}$/.test(request.slice(0, first))) return false;
  const last = request.lastIndexOf(' ');
  const versioned = last > first && request.startsWith('HTTP/', last + 1);
  const url = versioned ? request.slice(first + 1, last) : request.slice(first + 1);
  if (url === '') return false;
  const method = request.slice(0, first);
  event['http.request.method'] = method;
  // The authority alone, RFC 9112 section 3.2.3.
  if (method === 'CONNECT' && !url.includes('/')) {
    event['url.original'] = url;
    setHost(event, url);
  } else setUrl(event, url);
  if (versioned) event['http.version'] = request.slice(last + 6);
  return true;
}

/** Values that web servers write for "none". */
export function isNone(text: string): boolean {
  return text === '-' || text === '';
}
