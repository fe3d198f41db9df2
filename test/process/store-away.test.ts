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
