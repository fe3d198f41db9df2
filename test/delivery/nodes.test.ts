import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { BaseConnection } from '@elastic/elasticsearch';
import { connectElasticsearch } from '../../src/store/elasticsearch/connect.ts';
import { NodePool } from '../../src/store/elasticsearch/nodes.ts';
import { chunkOf, type Kind, STREAM, startTestDelivery } from './chunks.ts';
import { type Fault, type FaultStore, startFaultStore } from './fault-store.ts';

const many = (count: number): Kind[] => Array.from({ length: count }, () => 'document');

describe('delivery to a cluster of three nodes', () => {
  let store: FaultStore;
  beforeEach(async () => {
    store = await startFaultStore();
  });
  afterEach(() => store.close());

  /** Ships ten chunks, one after the other, while one of three nodes goes wrong all the time. */
  async function shipPast(fault: Fault | undefined) {
    const nodes = [await store.addNode(), await store.addNode(), await store.addNode()] as const;
    nodes[1].fault = fault;
    if (fault === undefined) nodes[1].server.close();
    const { client, close } = connectElasticsearch({
      node: nodes.map(({ url }) => url),
      dataStreams: true,
      timeout: '200ms',
    });
    const { delivery, messages } = startTestDelivery(client);
    const chunks = Array.from({ length: 10 }, (_, at) => chunkOf(many(20), { start: at * 10_000 }));
    for (const { processed } of chunks) {
      await delivery.accept(processed);
      await delivery.drain();
    }
    await delivery.close();
    await close();
    assert.equal(
      chunks.every(({ tallies }) => tallies.length === 1),
      true,
    );
    assert.equal(store.ids(STREAM).length, 200);
    assert.equal(new Set(store.ids(STREAM)).size, 200);
    return { nodes, messages };
  }

  const TROUBLES: readonly (readonly [string, Fault | undefined])[] = [
    ['refuses connections', undefined],
    ['answers 503', { kind: 'status', status: 503 }],
    ['never answers', { kind: 'silent', taken: false }],
    ['does the work and cuts the connection, with a rollover', { kind: 'cut', taken: true, rollover: true }],
    ['does the work and answers nonsense', { kind: 'garbage', taken: true, rollover: true }],
  ];
  for (const [trouble, fault] of TROUBLES) {
    it(`goes on with the others when one ${trouble}, and stores every line once`, async () => {
      const { nodes, messages } = await shipPast(fault);
      assert.ok(nodes[1].requests.length <= 2, `a dead node was asked ${nodes[1].requests.length} times`);
      assert.ok(nodes[0].requests.length > 5 && nodes[2].requests.length > 5);
      assert.deepEqual(
        messages.filter(({ level }) => level === 40),
        [],
        'the store as a whole was never waited for',
      );
    });
  }

  it('waits for the store when all nodes are away, and goes on by itself', async () => {
    const nodes = [await store.addNode(), await store.addNode(), await store.addNode()];
    for (const node of nodes) node.fault = { kind: 'status', status: 503 };
    const { client, close } = connectElasticsearch({
      node: nodes.map(({ url }) => url),
      dataStreams: true,
      timeout: '5s',
    });
    const { delivery } = startTestDelivery(client, {
      onState: ({ store: { state } }) => {
        if (state === 'waiting') for (const node of nodes) node.fault = undefined;
      },
    });
    const { processed, tallies } = chunkOf(many(20));
    await delivery.accept(processed);
    await delivery.drain();
    await delivery.close();
    await close();
    assert.equal(tallies[0]!.indexed.lines, 20);
  });
});

describe('the pool of nodes', () => {
  beforeEach(() => mock.timers.enable({ apis: ['Date'] }));
  afterEach(() => mock.timers.reset());
  let answers: (number | Error)[] = [];
  let probes: string[] = [];
  class ProbedConnection extends BaseConnection {
    override async request(): Promise<never> {
      probes.push(this.url.host);
      const answer = answers.shift() ?? 200;
      if (answer instanceof Error) throw answer;
      return { statusCode: answer, headers: {}, body: '' } as never;
    }
    override async close(): Promise<void> {}
  }
  function poolOf(...names: string[]): NodePool {
    answers = [];
    probes = [];
    const pool = new NodePool({ Connection: ProbedConnection });
    for (const name of names) pool.addConnection(`http://${name}:9200`);
    return pool;
  }
  const ask = (pool: NodePool, now = Date.now()) =>
    pool.getConnection({ now, requestId: 1, name: 'test', context: null })!;
  const turns = (pool: NodePool, count: number) => Array.from({ length: count }, () => ask(pool).url.hostname);

  it('takes turns among the living, and leaves out a dead one', () => {
    const pool = poolOf('a', 'b', 'c');
    assert.deepEqual(turns(pool, 6), ['a', 'b', 'c', 'a', 'b', 'c']);
    pool.markDead(pool.connections[1]!);
    assert.deepEqual(new Set(turns(pool, 6)), new Set(['a', 'c']));
  });

  it('asks a dead node for its health after a wait that grows, and forgets its past only when it has served', async () => {
    const pool = poolOf('a', 'b');
    const [, dead] = pool.connections as [BaseConnection, BaseConnection];
    const waits: number[] = [];
    answers = [new Error('still away'), 503, 200];
    pool.markDead(dead);
    for (let round = 0; round < 3; round++) {
      waits.push((dead.resurrectTimeout - Date.now()) / 1000);
      ask(pool, dead.resurrectTimeout - 1);
      assert.equal(probes.length, round);
      const due = dead.resurrectTimeout;
      ask(pool, due);
      ask(pool, due);
      await new Promise(setImmediate);
      assert.equal(probes.length, round + 1, 'one probe at a time');
    }
    assert.deepEqual(waits, [1, 2, 4]);
    assert.deepEqual(new Set(turns(pool, 4)), new Set(['a', 'b']));
    pool.markDead(dead);
    assert.equal((dead.resurrectTimeout - Date.now()) / 1000, 8);
    pool.markAlive(dead);
    pool.markDead(dead);
    assert.equal((dead.resurrectTimeout - Date.now()) / 1000, 1);
  });

  it('asks a dead node for its health although the clock was set back', async () => {
    const pool = poolOf('a', 'b');
    const [, dead] = pool.connections as [BaseConnection, BaseConnection];
    answers = [200];
    pool.markDead(dead);
    ask(pool, Date.now() - 3_600_000);
    await new Promise(setImmediate);
    assert.equal(probes.length, 1);
  });

  it('asks the one whose wait ends first where all are dead, and never stops asking a single one', () => {
    const pool = poolOf('a', 'b');
    const [a, b] = pool.connections as [BaseConnection, BaseConnection];
    for (let times = 0; times < 30; times++) pool.markDead(a);
    pool.markDead(b);
    assert.deepEqual(turns(pool, 3), ['b', 'b', 'b']);
    assert.ok(a.resurrectTimeout - Date.now() <= 60_000);
    const single = poolOf('only');
    single.markDead(single.connections[0]!);
    assert.deepEqual(turns(single, 2), ['only', 'only']);
    assert.deepEqual(probes, []);
  });
});
