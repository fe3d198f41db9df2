import { BaseConnectionPool } from '@elastic/elasticsearch';

type Node = BaseConnectionPool['connections'][number];
type Asked = Parameters<BaseConnectionPool['getConnection']>[0];

const ALIVE = 'alive';
const DEAD = 'dead';
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
const PROBE_TIMEOUT_MS = 3000;
/** What a proxy answers for a node that is not there. */
const GONE = new Set([502, 503, 504]);

/**
 * The nodes of a cluster in turn, with a breaker for each. One that failed is left out; after a growing wait it is asked
 * for its health, and gets requests again once it answers. Where all have failed, the one whose wait ends first is tried,
 * so that a cluster of one node is always asked.
 *
 * The client's own pools do not do: its default goes on sending every few requests to a dead node, and neither of them
 * learns how a streamed answer ended. Delivery tells it (`sendBulk`).
 */
export class NodePool extends BaseConnectionPool {
  #turn = 0;
  readonly #probed = new Set<Node>();

  override getConnection({ now, filter }: Asked): Node | null {
    const nodes = filter === undefined ? this.connections : this.connections.filter((node) => filter(node));
    for (const node of nodes) if (node.status === DEAD && isDue(node, now)) void this.#probe(node);
    const alive = nodes.filter(({ status }) => status === ALIVE);
    if (alive.length > 0) return alive[this.#turn++ % alive.length]!;
    return nodes.toSorted((one, other) => one.resurrectTimeout - other.resurrectTimeout)[0] ?? null;
  }

  /** It answered a request. */
  override markAlive(node: Node): this {
    node.status = ALIVE;
    node.deadCount = 0;
    node.resurrectTimeout = 0;
    return this;
  }

  override markDead(node: Node): this {
    node.status = DEAD;
    node.deadCount++;
    node.resurrectTimeout =
      Date.now() + Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(node.deadCount - 1, 20));
    return this;
  }

  /** Only an answer to a real request ends the growth of the wait: a proxy may answer probes for a node that is gone. */
  async #probe(node: Node): Promise<void> {
    // Alone it is asked anyway.
    if (this.size === 1 || this.#probed.has(node)) return;
    this.#probed.add(node);
    try {
      const { statusCode } = await node.request(
        { method: 'GET', path: '/_cluster/health', querystring: 'local=true', body: null },
        { requestId: 'probe', name: 'logmill', context: null, timeout: PROBE_TIMEOUT_MS },
      );
      if (GONE.has(statusCode)) this.markDead(node);
      else node.status = ALIVE;
    } catch {
      this.markDead(node);
    } finally {
      this.#probed.delete(node);
    }
  }
}

/** A wait that is longer than the longest has none: the clock was set back. */
function isDue({ resurrectTimeout }: Node, now: number): boolean {
  return now >= resurrectTimeout || resurrectTimeout - now > LONGEST_WAIT_MS;
}
