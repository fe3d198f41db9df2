import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A null Elasticsearch as a process of its own: takes `_bulk`, answers 201 for every item and keeps nothing. Prints its
 * URL as the first line. `GET /__stats` tells the documents so far, and starts counting anew.
 */

const HEADERS = { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' };
const NEWLINE = 10;
const answers = new Map<number, Buffer>();
let documents = 0;

function rowsOf(body: Buffer): number {
  let rows = 0;
  for (let at = body.indexOf(NEWLINE); at !== -1; at = body.indexOf(NEWLINE, at + 1)) rows++;
  return rows;
}

/** As with the `filter_path` that delivery asks for. */
function answerOf(items: number): Buffer {
  const known = answers.get(items);
  if (known !== undefined) return known;
  const statuses = Array.from({ length: items }, () => '{"create":{"status":201}}').join(',');
  const answer = Buffer.from(`{"errors":false,"items":[${statuses}]}`);
  if (answers.size > 1000) answers.clear();
  answers.set(items, answer);
  return answer;
}

const server = createServer((request, response) => {
  let rows = 0;
  const isBulk = request.url!.startsWith('/_bulk');
  request.on('data', (part: Buffer) => {
    if (isBulk) rows += rowsOf(part);
  });
  request.on('end', () => {
    const items = rows >> 1;
    let body: Buffer | string = '{"acknowledged":true}';
    if (isBulk) body = answerOf(items);
    else if (request.url === '/__stats') body = JSON.stringify({ documents });
    else if (request.url!.startsWith('/_cluster/health')) body = '{"status":"green"}';
    documents = request.url === '/__stats' ? 0 : documents + items;
    response.writeHead(200, { ...HEADERS, 'content-length': Buffer.byteLength(body) });
    response.end(request.method === 'HEAD' ? undefined : body);
  });
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
