import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { run, scratch, write } from './command.ts';

test('a store that stops taking documents ends a --once run after --wait with exit code 1 and its reason', async (t) => {
  let bulks = 0;
  const server = createServer((request, response) => {
    const isBulk = request.url?.includes('_bulk') === true;
    if (isBulk) bulks += 1;
    request.resume().on('end', () => {
      response.setHeader('x-elastic-product', 'Elasticsearch').setHeader('content-type', 'application/json');
      response.writeHead(isBulk ? 503 : 200).end(isBulk ? '{"error":"no node can take it"}' : '{"acknowledged":true}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const folder = scratch(t);
  write(folder, 'app.log', 'one\ntwo\n');
  const { port } = server.address() as AddressInfo;
  const config = write(
    folder,
    'logmill.yaml',
    `data: ./data\nstore: { elasticsearch: { node: "http://127.0.0.1:${port}" } }\ninputs:\n  - { name: app, files: [./app.log], pipeline: plain-text }\n`,
  );
  const { code, stdout, stderr } = await run(t, ['agent', '--once', '--wait', '1s', '--config', config]);
  assert.equal(code, 1, stdout + stderr);
  assert.match(stderr, new RegExp(`^logmill: Elasticsearch at http://127.0.0.1:${port} .*503`, 'm'));
  assert.doesNotMatch(stderr, /^ +at /m, 'no stack');
  assert.ok(bulks > 1, 'it was tried again before');
  const ledger = await run(t, ['ledger', '--json', '--config', config]);
  const { tally, gaps } = JSON.parse(ledger.stdout);
  assert.deepEqual(
    [tally.indexed.lines, tally.dead_lettered.lines, gaps],
    [0, 0, 0],
    'the next run reads it all again',
  );
});

test('an index that takes nothing ends a --once run after --wait, when all that is for others is stored', async (t) => {
  const taken: string[] = [];
  const blocked = {
    status: 403,
    error: {
      type: 'cluster_block_exception',
      reason: 'index [logs-b-default] blocked by: [FORBIDDEN/5/index read-only]',
    },
  };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      response.setHeader('x-elastic-product', 'Elasticsearch').setHeader('content-type', 'application/json');
      if (!request.url!.startsWith('/_bulk')) {
        response.end(request.url!.includes('_search') ? '{}' : '{"acknowledged":true}');
        return;
      }
      const indices = [
        ...Buffer.concat(parts)
          .toString()
          .matchAll(/"_index":"([^"]+)"/g),
      ].map(([, index]) => index!);
      taken.push(...indices.filter((index) => index === 'logs-a-default'));
      const items = indices.map((index) => ({ create: index === 'logs-a-default' ? { status: 201 } : blocked }));
      response.end(JSON.stringify({ errors: true, items }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const folder = scratch(t);
  write(folder, 'a.log', 'one\ntwo\n');
  write(folder, 'b.log', 'three\n');
  const { port } = server.address() as AddressInfo;
  const inputs = ['a', 'b'].map(
    (name) => `  - { name: ${name}, files: [./${name}.log], pipeline: plain-text, dataset: ${name} }\n`,
  );
  const config = write(
    folder,
    'logmill.yaml',
    `data: ./data\nstore: { elasticsearch: { node: "http://127.0.0.1:${port}" } }\ninputs:\n${inputs.join('')}`,
  );
  const { code, stdout, stderr } = await run(t, ['agent', '--once', '--wait', '1s', '--config', config]);
  assert.equal(code, 1, stdout + stderr);
  assert.match(
    stderr,
    /puts off what is for logs-b-default: cluster_block_exception: index \[logs-b-default\] blocked/,
  );
  assert.equal(taken.length, 2);
  const ledger = await run(t, ['ledger', '--json', '--config', config]);
  const files = ledger.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    new Map(files.map(({ input, acknowledged }) => [input, acknowledged])),
    new Map([
      ['a', 8],
      ['b', 0],
    ]),
  );
});
