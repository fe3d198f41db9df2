import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A null Elasticsearch as a process of its own: takes `_bulk`, answers 201 for every item and keeps nothing. Prints its
 * URL as the first line. `GET /__stats` tells the documents so far and the 99th percentile of the time from `@timestamp` to
 * the answer, ms, of up to 100,000 of them, and starts counting anew. After `POST /__down` it cuts every connection until
 * `POST /__up`.
 */

const HEADERS = { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' };
const NEWLINE = 10;
const MOST_DELAYS = 100_000;
const TIME = /"@timestamp":"([^"]+)"/g;
const answers = new Map<number, Buffer>();
let documents = 0;
let delays: number[] = [];
let down = false;
/** Looking at every document costs as much as the sink's whole work: only where lines come slowly. */
const looksAtTimes = process.argv.includes('--delays');

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

function noteDelays(bulk: readonly Buffer[]): void {
  if (delays.length > MOST_DELAYS) return;
  const now = Date.now();
  for (const [, time] of Buffer.concat(bulk).toString().matchAll(TIME)) delays.push(now - Date.parse(time!));
}

function stats(): string {
  const slowest = delays.toSorted((one, other) => one - other)[Math.floor(delays.length * 0.99)];
  const answer = JSON.stringify({ documents, delay: slowest });
  documents = 0;
  delays = [];
  return answer;
}

const server = createServer((request, response) => {
  const { url = '' } = request;
  if (url === '/__down' || url === '/__up') down = url === '/__down';
  else if (down) {
    request.destroy();
    return;
  }
  let rows = 0;
  const isBulk = url.startsWith('/_bulk');
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => {
    if (isBulk) rows += rowsOf(part);
    if (isBulk && looksAtTimes) parts.push(part);
  });
  request.on('end', () => {
    const items = rows >> 1;
    let body: Buffer | string = '{"acknowledged":true}';
    if (isBulk) body = answerOf(items);
    else if (url === '/__stats') body = stats();
    else if (url.startsWith('/_cluster/health')) body = '{"status":"green"}';
    documents += items;
    noteDelays(parts);
    response.writeHead(200, { ...HEADERS, 'content-length': Buffer.byteLength(body) });
    response.end(request.method === 'HEAD' ? undefined : body);
  });
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
