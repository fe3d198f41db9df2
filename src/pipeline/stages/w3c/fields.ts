import { isIP } from 'node:net';
import type { Event } from '../../../model/event.ts';
import { plainAddress, setHost, setSource, setStatus, setUrl } from '../http/fields.ts';

/** Puts the value of one column where ECS wants it; false keeps it under the dataset. */
type Take = (event: Event, text: string) => boolean;

function text(field: string): Take {
  return (event, value) => {
    event[field] = value;
    return true;
  };
}

function whole(field: string): Take {
  return (event, value) => {
    if (!/^\d{1,15}$/.test(value)) return false;
    event[field] = Number(value);
    return true;
  };
}

/** Blanks are written as plus signs in what clients send. */
function spaced(field: string): Take {
  return (event, value) => {
    event[field] = value.replaceAll('+', ' ');
    return true;
  };
}

const server: Take = (event, value) => {
  const plain = plainAddress(value);
  event['destination.address'] = plain;
  if (isIP(plain) !== 0) event['destination.ip'] = plain;
  return true;
};

const client: Take = (event, value) => {
  setSource(event, value);
  return true;
};

const host: Take = (event, value) => {
  setHost(event, value);
  event['destination.domain'] = event['url.domain']!;
  return true;
};

const version: Take = (event, value) => {
  event['http.version'] = value.startsWith('HTTP/') ? value.slice(5) : value;
  return true;
};

const uri: Take = (event, value) => {
  setUrl(event, value);
  return true;
};

/**
 * Fields of the W3C extended log file format (client c, server s, client to server cs, server to client sc), as IIS, the
 * HTTP API and CloudFront name them.
 */
export const TAKES: Readonly<Record<string, Take>> = {
  'c-ip': client,
  'c-port': whole('source.port'),
  's-ip': server,
  's-port': whole('destination.port'),
  's-dns': text('destination.domain'),
  'c-dns': text('source.domain'),
  'cs-method': text('http.request.method'),
  'cs-uri': uri,
  'cs-uri-stem': text('url.path'),
  'cs-uri-query': text('url.query'),
  'cs-username': text('user.name'),
  'cs-version': version,
  'cs-protocol-version': version,
  'cs-protocol': text('url.scheme'),
  'cs-host': host,
  'cs(Host)': host,
  'x-host-header': host,
  'cs(User-Agent)': spaced('user_agent.original'),
  'cs(Referer)': text('http.request.referrer'),
  'sc-status': (event, value) => /^\d{3}$/.test(value) && setStatus(event, Number(value)),
  'sc-bytes': whole('http.response.body.bytes'),
  'cs-bytes': whole('http.request.body.bytes'),
};

/** Names under the dataset for fields whose own say little. The others keep theirs, in small letters with underscores. */
const NAMES: Readonly<Record<string, string>> = {
  's-sitename': 'site_name',
  's-computername': 'server_name',
  's-siteid': 'site_id',
  's-reason': 'reason_phrase',
  's-queuename': 'queue_name',
  'sc-substatus': 'sub_status',
  'sc-win32-status': 'win32_status',
  'cs(Cookie)': 'cookie',
};

/** `x-edge-location` is x_edge_location, `cs(X-Forwarded-For)` cs_x_forwarded_for. */
export function ownName(name: string): string {
  return (
    NAMES[name] ??
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^_|_$/g, '')
  );
}
