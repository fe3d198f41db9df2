import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { Client } from '@elastic/elasticsearch';

/**
 * A full Elasticsearch as far as its data streams go; the real one of the tests is the core, which has no data stream
 * service. `get` are its answers to GET by the beginning of the path; everything else is acknowledged and kept in `changes`.
 */
export async function startCluster(t: TestContext, status: number, get: Readonly<Record<string, unknown>>) {
  const changes: string[] = [];
  const server = createServer(async (request, response) => {
    const { method, url = '' } = request;
    const path = decodeURIComponent(url.split('?')[0]!);
    const answer = Object.entries(get).find(([start]) => method === 'GET' && path.startsWith(start))?.[1];
    if (method !== 'GET') changes.push(`${method} ${path} ${await textOf(request)}`.trim());
    response.writeHead(status, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' });
    response.end(JSON.stringify(answer ?? { acknowledged: true }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new Client({ node: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, maxRetries: 0 });
  t.after(async () => {
    await client.close();
    server.close();
  });
  return { client, changes };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request) text += part;
  return text;
}
