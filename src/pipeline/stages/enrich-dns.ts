import { promises as dns } from 'node:dns';
import { isIP } from 'node:net';
import { Type } from 'typebox';
import type { Event } from '../../model/event.ts';
import { DURATION_PATTERN, parseDuration } from '../../model/units.ts';
import { defineStage, optionFault } from '../stage.ts';
import { NameFinder } from './dns/name-finder.ts';

const duration = (value: string, description: string) =>
  Type.String({ pattern: DURATION_PATTERN, default: value, description });

const options = Type.Object(
  {
    of: Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      default: ['source'],
      description: 'whose ip or domain is looked up: source, destination, client, server, or anything that has them',
    }),
    find: Type.Enum(['domain', 'ip'], {
      default: 'domain',
      description: 'domain: the name of the ip; ip: the address of the domain. What is there already stays',
    }),
    hosts: Type.Record(Type.String(), Type.String({ minLength: 1 }), {
      default: {},
      description: 'answers that are known without asking: ip: domain, or domain: ip',
    }),
    servers: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description: 'name servers as ip or ip:port, [ip]:port; by default those of the machine',
    }),
    timeout: duration(
      '1s',
      'how long a batch of events waits for answers; those that come later are for the next ones',
    ),
    concurrency: Type.Integer({ minimum: 1, maximum: 500, default: 32, description: 'questions under way at once' }),
    cache_size: Type.Integer({ minimum: 1, maximum: 1_000_000, default: 10_000, description: 'answers remembered' }),
    found_ttl: duration('1h', 'how long an answer holds'),
    missed_ttl: duration('5m', 'how long it holds that there is none, or that no server answered'),
  },
  { additionalProperties: false },
);

const NAME = /^[\w-]{1,63}(?:\.[\w-]{1,63}){0,126}\.?$/;

export const enrichDns = defineStage({
  name: 'enrich-dns',
  summary: 'looks up names of addresses, or addresses of names, in the DNS',
  notes:
    'It asks the network about what is in a log, and whoever writes the log may learn of that: no shipped pipeline does it. An event whose answer does not come in time goes on without it; none waits longer than `timeout`. After 32 questions in a row that no server answers it asks nothing for ten seconds.',
  form: 'batch',
  options,
  examples: [
    {
      title: 'an address whose name is known',
      options: { hosts: { '10.0.0.7': 'web-7.internal' } },
      in: { 'source.ip': '10.0.0.7' },
      out: { 'source.ip': '10.0.0.7', 'source.domain': 'web-7.internal' },
    },
    {
      title: 'what is there already stays',
      options: {},
      in: { 'source.ip': '10.0.0.7', 'source.domain': 'other' },
      out: { 'source.ip': '10.0.0.7', 'source.domain': 'other' },
    },
  ],
  create({ of, find, hosts, servers, timeout, concurrency, cache_size, found_ttl, missed_ttl }) {
    const timeoutMs = parseDuration(timeout);
    const finder = new NameFinder({
      ask: asker(servers, find, timeoutMs),
      concurrency,
      cacheSize: cache_size,
      foundMs: parseDuration(found_ttl),
      missedMs: parseDuration(missed_ttl),
      now: Date.now,
    });
    const fixed = new Map(Object.entries(hosts).map(([key, value]) => [key.toLowerCase(), value]));
    const from = find === 'domain' ? 'ip' : 'domain';
    const sides = of.map((side) => ({ from: `${side}.${from}`, to: `${side}.${find}` }));

    const keysOf = (event: Event): { readonly key: string; readonly to: string }[] =>
      sides.flatMap((side) => {
        const key = event[side.from];
        const isOpen = typeof key === 'string' && event[side.to] === undefined;
        return isOpen && (find === 'domain' ? isIP(key) !== 0 : NAME.test(key))
          ? [{ key: key.toLowerCase(), to: side.to }]
          : [];
      });

    return async (events) => {
      const wanted = events.map(keysOf);
      const keys = new Set(wanted.flat().map(({ key }) => key));
      const answers = new Map<string, string | undefined>();
      const until = Date.now() + timeoutMs;
      const open: Promise<void>[] = [];
      for (const key of keys) {
        const known = fixed.get(key) ?? finder.known(key);
        if (typeof known === 'string') answers.set(key, known);
        else if (known !== undefined) answers.set(key, known.value);
        else open.push(finder.find(key, until).then((value) => void answers.set(key, value)));
      }
      if (open.length > 0) await inTime(Promise.all(open), timeoutMs);
      for (const [index, event] of events.entries()) {
        for (const { key, to } of wanted[index]!) {
          const answer = answers.get(key);
          if (answer !== undefined) event[to] = answer;
        }
      }
      return events;
    };
  },
});

function asker(servers: readonly string[], find: 'domain' | 'ip', timeout: number) {
  const resolver = new dns.Resolver({ timeout, tries: 1 });
  try {
    if (servers.length > 0) resolver.setServers(servers);
  } catch (error) {
    throw optionFault('servers', `are no addresses: ${(error as Error).message}`);
  }
  const asked = find === 'domain' ? (ip: string) => nameOf(resolver, ip) : (name: string) => addressOf(resolver, name);
  return async (key: string): Promise<string | undefined> => {
    try {
      return await asked(key);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === dns.NOTFOUND || code === dns.NODATA) return undefined;
      throw error;
    }
  };
}

/** What a name server says may be anything: only what can be a name counts. */
async function nameOf(resolver: dns.Resolver, ip: string): Promise<string | undefined> {
  const names = await resolver.reverse(ip);
  const name = names.find((one) => one.length <= 253 && NAME.test(one));
  return name?.replace(/\.$/, '').toLowerCase();
}

async function addressOf(resolver: dns.Resolver, name: string): Promise<string | undefined> {
  try {
    const [address] = await resolver.resolve4(name);
    return address;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== dns.NODATA) throw error;
    const [address] = await resolver.resolve6(name);
    return address;
  }
}

async function inTime(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, over]);
  clearTimeout(timer);
}
