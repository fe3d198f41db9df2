import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { LogmillError } from '../../../src/errors.ts';
import type { Event } from '../../../src/model/event.ts';
import { NameFinder } from '../../../src/pipeline/stages/dns/name-finder.ts';
import { batchOf } from '../stage-context.ts';
import { NameServer, type Zone } from './dns/name-server.ts';

async function serverOf(t: TestContext, zone: Zone) {
  const server = new NameServer(zone);
  const address = await server.listen();
  t.after(() => server.close());
  return { server, servers: [address] };
}

const reverse: Zone = (_type, name) => (name.startsWith('9.') ? undefined : `host-${name.split('.')[0]}.Example`);

describe('names of addresses', () => {
  test('are asked of the server that is named, once each, and remembered, also that there is none', async (t) => {
    const { server, servers } = await serverOf(t, reverse);
    const run = batchOf('enrich-dns', { servers, timeout: '60s' });
    const events = (): Event[] => [
      { 'source.ip': '192.0.2.1' },
      { 'source.ip': '192.0.2.9' },
      { 'source.ip': '192.0.2.1' },
      { 'source.ip': 'no address' },
      { message: 'x' },
    ];
    const expected = [
      { 'source.ip': '192.0.2.1', 'source.domain': 'host-1.example' },
      { 'source.ip': '192.0.2.9' },
      { 'source.ip': '192.0.2.1', 'source.domain': 'host-1.example' },
      { 'source.ip': 'no address' },
      { message: 'x' },
    ];
    assert.deepEqual(await run(events()), expected);
    assert.deepEqual(await run(events()), expected);
    assert.deepEqual(server.questions.sort(), ['PTR 1.2.0.192.in-addr.arpa', 'PTR 9.2.0.192.in-addr.arpa']);
  });

  test('are found for IPv6 and for several sides of an event', async (t) => {
    const { server, servers } = await serverOf(t, () => 'v6.example');
    const run = batchOf('enrich-dns', { servers, timeout: '60s', of: ['client', 'server'] });
    const [event] = await run([{ 'client.ip': '2001:DB8::1', 'server.ip': '192.0.2.1', 'source.ip': '192.0.2.2' }]);
    assert.equal((event as Event)['client.domain'], 'v6.example');
    assert.equal((event as Event)['server.domain'], 'v6.example');
    assert.equal(server.questions.length, 2);
    assert.ok(server.questions.some((question) => question.endsWith('8.b.d.0.1.0.0.2.ip6.arpa')));
  });

  test('do not keep events longer than they may, and asking goes on with the next ones', async (t) => {
    const { server, servers } = await serverOf(t, () => 'silence');
    const run = batchOf('enrich-dns', { servers, timeout: '200ms', concurrency: 4 });
    const events = Array.from({ length: 40 }, (_, at): Event => ({ 'source.ip': `192.0.2.${at}` }));
    assert.deepEqual(await run(structuredClone(events)), events);
    assert.ok(server.questions.length < 20, `${server.questions.length} questions`);
  });

  test('are asked for so many at once and no more', async (t) => {
    const { server, servers } = await serverOf(t, reverse);
    server.delayMs = 5;
    const run = batchOf('enrich-dns', { servers, timeout: '60s', concurrency: 3 });
    await run(Array.from({ length: 30 }, (_, at): Event => ({ 'source.ip': `192.0.2.${at}` })));
    assert.equal(server.questions.length, 30);
    assert.ok(server.mostOpen <= 3, `${server.mostOpen} at once`);
  });

  test('that can be none are not taken', async (t) => {
    const { servers } = await serverOf(t, () => 'a b.<script>');
    const run = batchOf('enrich-dns', { servers, timeout: '60s' });
    assert.deepEqual(await run([{ 'source.ip': '192.0.2.1' }]), [{ 'source.ip': '192.0.2.1' }]);
  });
});

test('addresses of names are found too', async (t) => {
  const { servers } = await serverOf(t, (type, name) =>
    type === 'A' && name === 'web.example' ? '192.0.2.80' : undefined,
  );
  const run = batchOf('enrich-dns', { servers, timeout: '60s', find: 'ip' });
  assert.deepEqual(
    await run([
      { 'source.domain': 'web.example' },
      { 'source.domain': 'other.example' },
      { 'source.domain': 'no name' },
    ]),
    [
      { 'source.domain': 'web.example', 'source.ip': '192.0.2.80' },
      { 'source.domain': 'other.example' },
      { 'source.domain': 'no name' },
    ],
  );
});

test('a server that is no address is refused', () => {
  assert.throws(() => batchOf('enrich-dns', { servers: ['not an address'] }), LogmillError);
});

describe('a finder of names', () => {
  const parts = { concurrency: 2, cacheSize: 100, foundMs: 1000, missedMs: 100 };

  test('asks again when an answer does not hold any more, sooner where there was none', async () => {
    let now = 0;
    const asked: string[] = [];
    const ask = async (key: string) => {
      asked.push(key);
      if (key === 'broken') throw new Error('no server');
      return key === 'none' ? undefined : 'name';
    };
    const finder = new NameFinder({ ...parts, ask, now: () => now });
    const all = () => Promise.all(['some', 'none', 'broken'].map((key) => finder.find(key, Number.POSITIVE_INFINITY)));
    assert.deepEqual(await all(), ['name', undefined, undefined]);
    now = 99;
    await all();
    assert.equal(asked.length, 3);
    now = 101;
    await all();
    assert.deepEqual(asked.slice(3), ['none', 'broken']);
    now = 1001;
    await all();
    assert.equal(asked.filter((key) => key === 'some').length, 2);
  });

  test('does not begin what is too late, and asks for the same thing once at a time', async () => {
    let now = 0;
    const gates: (() => void)[] = [];
    const ask = () => new Promise<string>((resolve) => gates.push(() => resolve('name')));
    const finder = new NameFinder({ ...parts, ask, now: () => now });
    const found = ['a', 'a', 'b', 'c'].map((key) => finder.find(key, 10));
    assert.equal(gates.length, 2);
    now = 20;
    for (const open of gates) open();
    assert.deepEqual(await Promise.all(found), ['name', 'name', 'name', undefined]);
    assert.equal(gates.length, 2);
    assert.equal(finder.known('c'), undefined, 'what was not asked is not known');
  });

  test('asks nothing for a while when no server answers', async () => {
    let now = 0;
    let asked = 0;
    const ask = async () => {
      asked++;
      throw new Error('no server');
    };
    const finder = new NameFinder({ ...parts, ask, now: () => now });
    for (let key = 0; key < 100; key++) await finder.find(`key ${key}`, Number.POSITIVE_INFINITY);
    assert.equal(asked, 32);
    now = 10_000;
    await finder.find('key 99', Number.POSITIVE_INFINITY);
    assert.equal(asked, 33);
  });
});
