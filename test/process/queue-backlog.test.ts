import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { globSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DrillStore, embeddedStore } from '../../src/drill/drill-store.ts';
import { FaultProxy } from '../../src/drill/fault-proxy.ts';
import { readStored } from '../../src/drill/stored.ts';
import { run, scratch, start, write } from './command.ts';
import { eventually } from './server.ts';

const MESSAGES = Array.from({ length: 20 }, (_, at) => `message ${at}`);
const NAMESPACE = 'backlog';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** An agent that takes syslog, and a store that can go away. */
class Backlog {
  readonly folder: string;
  readonly config: string;
  readonly #t: TestContext;
  readonly #port: number;
  readonly #store: DrillStore;
  readonly #proxy: FaultProxy;

  private constructor(t: TestContext, port: number, folder: string, store: DrillStore, proxy: FaultProxy) {
    this.#t = t;
    this.#port = port;
    this.folder = folder;
    this.#store = store;
    this.#proxy = proxy;
    this.config = write(folder, 'logmill.yaml', this.#yaml(''));
  }

  static async open(t: TestContext): Promise<Backlog> {
    const folder = scratch(t);
    const store = await embeddedStore(path.join(folder, 'store'), path.join(folder, 'cache'));
    t.after(() => store.close());
    const proxy = new FaultProxy({ upstream: store.url, hasBlocks: false, rollOver: async () => {} });
    await proxy.start();
    t.after(() => proxy.close());
    return new Backlog(t, await freePort(), folder, store, proxy);
  }

  #yaml(extra: string): string {
    return [
      'data: ./data',
      `namespace: ${NAMESPACE}`,
      `store: { elasticsearch: { node: "${this.#proxy.node}" } }`,
      `inputs: [{ name: net, syslog: { tcp: "127.0.0.1:${this.#port}" } }]`,
      extra,
    ].join('\n');
  }

  /** The lines are on disk, the store has none of them, and the agent is gone. */
  async fill(): Promise<void> {
    const agent = start(this.#t, ['agent', '--config', this.config]);
    const socket = await eventually('the agent listens', () => this.#connected());
    await this.#proxy.set('down');
    for (const message of MESSAGES) socket.write(`<13>1 2026-11-21T10:00:00Z host app 1 - - ${message}\n`);
    socket.end();
    await eventually('everything is on disk', async () => this.files().some((text) => text.includes(MESSAGES.at(-1)!)));
    await eventually('a checkpoint', async () => this.checkpoints().length > 0);
    agent.child.kill('SIGKILL');
    await agent.ended;
    await this.#proxy.set('none');
  }

  async #connected() {
    const socket = connect(this.#port, '127.0.0.1');
    socket.on('error', () => {});
    return Promise.race([once(socket, 'connect').then(() => socket), sleep(500, undefined)]).catch(() => undefined);
  }

  /** Contents of the queue's files. */
  files(): string[] {
    return this.segments().map((file) => readFileSync(file, 'latin1'));
  }

  segments(): string[] {
    return globSync(path.join(this.folder, 'data', '**', '*.seg')).sort();
  }

  checkpoints(): string[] {
    return globSync(path.join(this.folder, 'data', 'state', 'checkpoint.*'));
  }

  rewrite(extra: string): void {
    writeFileSync(this.config, this.#yaml(extra));
  }

  /** Starts the agent and waits for all of the backlog to be in the store, once. */
  async arrives(): Promise<void> {
    const agent = start(this.#t, ['agent', '--config', this.config]);
    const stored = await eventually('all messages', async () => {
      const found = await readStored(this.#store.client, NAMESPACE);
      return found.length >= MESSAGES.length && found;
    });
    assert.deepEqual(stored.map(({ text }) => text).sort(), [...MESSAGES].sort());
    agent.child.kill('SIGTERM');
    assert.equal((await agent.ended).code, 0);
  }
}

const digest = (texts: readonly string[]) => createHash('sha256').update(texts.join('\0')).digest('hex');

test('report 21: a bad configuration at the restart leaves the backlog on disk as it is', async (t) => {
  const backlog = await Backlog.open(t);
  await backlog.fill();
  const before = digest(backlog.files());
  backlog.rewrite('delivery: { batch: much }');
  const refused = await run(t, ['agent', '--config', backlog.config]);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /delivery\.batch/);
  assert.equal(digest(backlog.files()), before);
  // As bad: an input that is not there any more.
  writeFileSync(backlog.config, readFileSync(backlog.config, 'utf8').replace(/^(inputs|delivery):.*$/gm, ''));
  await run(t, ['agent', '--once', '--config', backlog.config]);
  assert.equal(digest(backlog.files()), before);
  backlog.rewrite('');
  await backlog.arrives();
});

for (const [title, damage] of [
  ['of no bytes', (file: string) => truncateSync(file, 0)],
  ['of zeros', (file: string) => writeFileSync(file, Buffer.alloc(readFileSync(file).length))],
  ['of other content', (file: string) => writeFileSync(file, '{"sequence":99999999}\n')],
] as const) {
  test(`report 30: a checkpoint ${title} never keeps a queue from starting`, async (t) => {
    const backlog = await Backlog.open(t);
    await backlog.fill();
    for (const file of backlog.checkpoints()) damage(file);
    await backlog.arrives();
  });
}
