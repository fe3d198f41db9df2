import { isIP } from 'node:net';
import { Type } from 'typebox';
import type { Event, JsonValue } from '../../model/event.ts';
import { defineStage } from '../stage.ts';
import { setExtension } from './http/fields.ts';

/** Where ECS would have the same value once more, so that one search finds it whoever's it is. */
const RELATED: Readonly<Record<string, readonly string[]>> = {
  'related.ip': [
    'source.ip',
    'destination.ip',
    'client.ip',
    'server.ip',
    'source.nat.ip',
    'destination.nat.ip',
    'network.forwarded_ip',
    'dns.resolved_ip',
  ],
  'related.user': [
    'user.name',
    'user.effective.name',
    'user.target.name',
    'user.changes.name',
    'source.user.name',
    'destination.user.name',
  ],
  'related.hosts': [
    'host.hostname',
    'source.domain',
    'destination.domain',
    'client.domain',
    'server.domain',
    'url.domain',
    'tls.client.server_name',
  ],
  'related.hash': [
    'file.hash.md5',
    'file.hash.sha1',
    'file.hash.sha256',
    'process.hash.md5',
    'process.hash.sha1',
    'process.hash.sha256',
    'tls.client.ja3',
    'tls.server.ja3s',
    'tls.server.hash.sha1',
    'tls.server.hash.sha256',
  ],
};

/** Sums of both directions. */
const SUMS: readonly (readonly [sum: string, one: string, other: string])[] = [
  ['network.bytes', 'source.bytes', 'destination.bytes'],
  ['network.packets', 'source.packets', 'destination.packets'],
];

function gather(event: Event, target: string, fields: readonly string[]): void {
  const given = event[target];
  const known: JsonValue[] = Array.isArray(given) ? [...given] : given === undefined ? [] : [given];
  const before = known.length;
  for (let index = 0; index < fields.length; index++) {
    const value = event[fields[index]!];
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) {
      if (typeof one === 'string' && one !== '' && !known.includes(one) && !isAddressOfHosts(target, one)) {
        known.push(one);
      }
    }
  }
  if (known.length > before) event[target] = known;
}

/** `url.domain` may be an address, which is no name of a host. */
function isAddressOfHosts(target: string, text: string): boolean {
  return target === 'related.hosts' && isIP(text.replace(/^\[|\]$/g, '')) !== 0;
}

function addUp(event: Event): void {
  for (const [sum, one, other] of SUMS) {
    const there = event[one];
    const back = event[other];
    if (typeof there === 'number' && typeof back === 'number' && event[sum] === undefined) event[sum] = there + back;
  }
}

function setType(event: Event): void {
  if (event['network.transport'] === undefined || event['network.type'] !== undefined) return;
  const address = event['source.ip'] ?? event['destination.ip'];
  const version = typeof address === 'string' ? isIP(address) : 0;
  if (version !== 0) event['network.type'] = `ipv${version}`;
}

const options = Type.Object(
  {
    completed: Type.Boolean({
      default: false,
      description:
        'whether a stage before this one fills related.* by itself where it can, as parse-clf does: events that have related.ip, and neither network.forwarded_ip nor url.domain, then only lack url.extension. This stage is best the last one then, for what only some events have is cheap at their end, and leaves host.hostname alone',
    }),
  },
  { additionalProperties: false },
);

/** Whether there is nothing that belongs to related.* beside what is there. */
function isCompleted(event: Event): boolean {
  return (
    event['related.ip'] !== undefined &&
    event['network.forwarded_ip'] === undefined &&
    event['url.domain'] === undefined
  );
}

/** Nothing is changed that is there; a stage that takes values off or makes pseudonyms of them comes before this one. */
export const completeEcs = defineStage({
  name: 'complete-ecs',
  summary: 'fills what ECS derives from other fields: related.*, the sums in network.*, network.type and url.extension',
  form: 'map',
  options,
  examples: [
    {
      title: 'a connection',
      options: {},
      in: {
        'source.ip': '10.0.0.7',
        'source.bytes': 10,
        'destination.ip': '2001:db8::1',
        'destination.bytes': 20,
        'network.transport': 'tcp',
        'url.domain': 'shop.example',
        'user.name': 'bob',
      },
      out: {
        'source.ip': '10.0.0.7',
        'source.bytes': 10,
        'destination.ip': '2001:db8::1',
        'destination.bytes': 20,
        'network.transport': 'tcp',
        'url.domain': 'shop.example',
        'user.name': 'bob',
        'related.ip': ['10.0.0.7', '2001:db8::1'],
        'related.user': ['bob'],
        'related.hosts': ['shop.example'],
        'network.bytes': 30,
        'network.type': 'ipv4',
      },
    },
    { title: 'nothing to derive', options: {}, in: { message: 'x' }, out: { message: 'x' } },
  ],
  create({ completed }) {
    // At the end of a pipeline the host is that of the agent, which is related to nothing.
    const lists = Object.entries(RELATED).map(
      ([target, fields]) => [target, completed ? fields.filter((field) => field !== 'host.hostname') : fields] as const,
    );
    return (event) => {
      if (!completed || !isCompleted(event)) {
        for (const [target, fields] of lists) gather(event, target, fields);
        addUp(event);
        setType(event);
      }
      const path = event['url.path'];
      if (typeof path === 'string' && event['url.extension'] === undefined) setExtension(event, path);
      return event;
    };
  },
});
