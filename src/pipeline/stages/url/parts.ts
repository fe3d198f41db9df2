import { isIP } from 'node:net';
import type { Event } from '../../../model/event.ts';

/** Names below which anybody can register, of two parts; below other endings of one part the last two parts are registered. */
const SECOND_LEVEL = new Set(
  `ac.jp ac.nz ac.uk co.id co.il co.in co.jp co.ke co.kr co.nz co.th co.uk co.za com.ar com.au com.br com.cn com.co com.eg
  com.hk com.mx com.my com.ng com.pe com.ph com.pk com.pl com.sa com.sg com.tr com.tw com.ua com.vn edu.au edu.br edu.cn
  go.jp go.kr go.th gob.ar gob.mx gov.au gov.br gov.cn gov.in gov.uk gov.za ltd.uk me.uk ne.jp net.au net.br net.cn net.nz
  net.uk nhs.uk or.jp or.kr org.au org.br org.cn org.nz org.uk org.za plc.uk sch.uk`.split(/\s+/),
);
/** Endings of names that nobody registers. */
const PRIVATE_ENDING =
  /\.(?:arpa|corp|example|home|internal|intranet|invalid|lan|local|localdomain|localhost|svc|test)$/;
const AUTHORITY = /^(?:([^@/]*)@)?(\[[0-9a-fA-F:.]+(?:%[\w.-]+)?\]|[^:/?#[\]@\s]*)(?::(\d{0,5}))?$/;
const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]{0,31}):/;

/**
 * Fills the parts of a URL, of a path, or of `host:port` as a proxy is asked for. Nothing is decoded. False for what is none of
 * them. A password stays in the original alone.
 */
export function fillUrl(event: Event, text: string): boolean {
  if (text === '' || /\s/.test(text)) return false;
  if (text.startsWith('/') && !text.startsWith('//')) return fillPath(event, text);
  const scheme = SCHEME.exec(text);
  const rest = scheme === null ? text : text.slice(scheme[0].length);
  if (rest.startsWith('//')) {
    if (!fillAuthority(event, rest)) return false;
    if (scheme !== null) event['url.scheme'] = scheme[1]!.toLowerCase();
    return true;
  }
  if (/^[^:/?#@]+:\d{1,5}$/.test(text) || text.startsWith('[')) return fillHost(event, text);
  if (scheme === null || rest === '') return false;
  event['url.scheme'] = scheme[1]!.toLowerCase();
  return fillPath(event, rest);
}

function fillAuthority(event: Event, rest: string): boolean {
  const end = rest.slice(2).search(/[/?#]/);
  const authority = end === -1 ? rest.slice(2) : rest.slice(2, end + 2);
  if (!fillHost(event, authority)) return false;
  return end === -1 || fillPath(event, rest.slice(end + 2));
}

function fillHost(event: Event, authority: string): boolean {
  const match = AUTHORITY.exec(authority);
  if (match === null) return false;
  const [, credentials, host = '', port] = match;
  const user = credentials?.split(':')[0];
  if (user !== undefined && user !== '') event['url.username'] = user;
  if (host !== '') event['url.domain'] = host;
  if (port !== undefined && port !== '' && Number(port) <= 65_535) event['url.port'] = Number(port);
  fillRegistered(event, host.toLowerCase().replace(/\.$/, ''));
  return true;
}

/** Which part of a name is registered is known without asking for names of the usual endings. */
function fillRegistered(event: Event, host: string): void {
  const labels = host.split('.');
  if (labels.length < 2 || labels.includes('') || isIP(host) !== 0 || host.startsWith('[') || PRIVATE_ENDING.test(host))
    return;
  const ending = SECOND_LEVEL.has(labels.slice(-2).join('.')) ? 2 : 1;
  if (labels.length <= ending || !/^[a-z\u00a1-\uffff]{2,}$|^xn--/.test(labels.at(-1)!)) return;
  event['url.top_level_domain'] = labels.slice(-ending).join('.');
  event['url.registered_domain'] = labels.slice(-ending - 1).join('.');
  if (labels.length > ending + 1) event['url.subdomain'] = labels.slice(0, -ending - 1).join('.');
}

function fillPath(event: Event, text: string): boolean {
  const hash = text.indexOf('#');
  const before = hash === -1 ? text : text.slice(0, hash);
  if (hash !== -1) event['url.fragment'] = text.slice(hash + 1);
  const question = before.indexOf('?');
  const path = question === -1 ? before : before.slice(0, question);
  if (question !== -1) event['url.query'] = before.slice(question + 1);
  if (path === '') return true;
  event['url.path'] = path;
  const extension = /\/[^/.][^/]*\.([A-Za-z0-9]{1,10})$/.exec(path.slice(-300))?.[1];
  if (extension !== undefined) event['url.extension'] = extension;
  return true;
}
