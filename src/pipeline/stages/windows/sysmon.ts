import { isIP } from 'node:net';
import type { Event } from '../../../model/event.ts';
import { type Data, put } from './data.ts';

const HASHES: ReadonlyMap<string, string> = new Map([
  ['MD5', 'hash.md5'],
  ['SHA1', 'hash.sha1'],
  ['SHA256', 'hash.sha256'],
  ['IMPHASH', 'pe.imphash'],
]);

/** Types of records by their numbers, as far as answers are written with them. */
const RECORDS: Readonly<Record<string, string>> = {
  '2': 'NS',
  '5': 'CNAME',
  '6': 'SOA',
  '12': 'PTR',
  '15': 'MX',
  '16': 'TXT',
  '33': 'SRV',
};

const MOST_ANSWERS = 100;

/** `type:  5 example.org;::ffff:203.0.113.9;`: names with the number of their type, addresses without. */
function setAnswers(event: Event, results: string | undefined): void {
  if (results === undefined) return;
  const answers = results.split(';', MOST_ANSWERS).flatMap((result) => {
    const text = result.trim().replace(/^::ffff:(?=\d)/i, '');
    const [, number = '', name = ''] = /^type: {1,4}(\d{1,5}) (\S{1,255})$/.exec(text) ?? [];
    if (name !== '') return [{ type: RECORDS[number] ?? number, data: name }];
    return isIP(text) === 0 ? [] : [{ type: isIP(text) === 4 ? 'A' : 'AAAA', data: text }];
  });
  const addresses = answers.filter(({ data }) => isIP(data) !== 0).map(({ data }) => data);
  if (answers.length > 0) put(event, 'dns.answers', answers);
  if (addresses.length > 0) put(event, 'dns.resolved_ip', addresses);
}

function setConnection(event: Event, data: Data): void {
  put(event, 'source.domain', data('SourceHostname'));
  put(event, 'destination.domain', data('DestinationHostname'));
  put(event, 'network.protocol', data('DestinationPortName') ?? data('SourcePortName'));
  const initiated = data('Initiated');
  if (initiated !== undefined)
    put(event, 'network.direction', initiated.toLowerCase() === 'true' ? 'egress' : 'ingress');
}

/** Sysmon's `User: CORP\\bob`, `Hashes: SHA256=…,MD5=…`, connections and answers of DNS. */
export function setSysmon(event: Event, data: Data): void {
  const user = /^([^\\]{1,256})\\([^\\]{1,256})$/.exec(data('User') ?? '');
  put(event, 'user.domain', user?.[1]);
  put(event, 'user.name', user?.[2]);
  put(event, 'process.entity_id', data('ProcessGuid'));
  put(event, 'process.parent.entity_id', data('ParentProcessGuid'));
  for (const hash of data('Hashes')?.split(',', 6) ?? []) {
    const [name = '', value = ''] = hash.split('=', 2);
    if (HASHES.has(name) && value !== '') put(event, `process.${HASHES.get(name)}`, value.toLowerCase());
  }
  setConnection(event, data);
  if (data('QueryName') === undefined) return;
  put(event, 'network.protocol', 'dns');
  setAnswers(event, data('QueryResults'));
}
