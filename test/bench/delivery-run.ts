import { Client } from '@elastic/elasticsearch';
import { pino } from 'pino';
import { startDelivery } from '../../src/delivery/delivery.ts';
import { createDocumentWriter } from '../../src/model/document-writer.ts';
import type { Event } from '../../src/model/event.ts';
import { documentId, type Line, type Processed } from '../../src/model/line.ts';
import { createTelemetry } from '../../src/telemetry.ts';

/**
 * Delivery alone, as a process of its own: `delivery-run.ts URL DOCUMENTS`. Prints one line of JSON: CPU µs per document
 * for making the documents (which is the pipeline's part) and for everything after that.
 */

const CHUNK = 500;
const [url, count] = process.argv.slice(2);
const rounds = Math.ceil(Number(count) / CHUNK);
const write = createDocumentWriter();

function eventOf(line: number): Event {
  return {
    '@timestamp': new Date(1_763_600_000_000 + line).toISOString(),
    message: 'request completed',
    'ecs.version': '9.5.0',
    'log.level': 'info',
    'log.file.path': '/var/log/app/app.log',
    'log.offset': line * 284,
    'service.name': 'billing',
    'host.id': 'f6e0c2b0a4d14b1c9d3c',
    'host.name': 'web-1.prod',
    'process.pid': 1007,
    'http.request.method': 'GET',
    'url.original': `/api/v1/orders/${line}`,
    'http.response.status_code': 200,
    'source.ip': '10.20.30.40',
    'pino.app.reqId': `aabbccdd-1234-4abc-addd-${String(line).padStart(12, '0')}`,
    'event.duration': 123_450_000 + line,
    'event.dataset': 'pino.app',
  };
}

function chunkOf(round: number): Processed {
  const lines: Line[] = [];
  const start = round * CHUNK * 284;
  const documents = Array.from({ length: CHUNK }, (_, index) => {
    const line = { text: '', offset: start + index * 284, bytes: 284, fileKey: 'abcdefghijklmnop', crc: 0xdeadbeef };
    lines.push(line);
    const document = write(eventOf(round * CHUNK + index));
    return { id: documentId(line), index: 'logs-pino.app-default', document, line: index };
  });
  const source = { id: 'bench#1', input: 'bench', path: '/var/log/app/app.log', pipeline: 'pino', modifiedAt: 0 };
  const skipped = { lines: 0, bytes: 0 };
  const end = start + CHUNK * 284;
  return { chunk: { source, start, end, lines, skipped, acknowledge() {} }, documents, rejected: [], dropped: [] };
}

const client = new Client({ node: url! });
const delivery = startDelivery({
  client,
  place: url!,
  // Small in flight: looking up what may have been sent before is over with the warm-up.
  settings: { in_flight: '1MB', batch: '4MB', concurrency: 4, linger: '200ms' },
  namespace: 'default',
  host: { id: 'bench', name: 'bench' },
  telemetry: createTelemetry(),
  log: pino({ level: 'silent' }),
});

async function cpu(work: (round: number) => Promise<void> | void): Promise<number> {
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round++) await work(round);
  await delivery.drain();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / (rounds * CHUNK);
}

for (let round = 0; round < 80; round++) await delivery.accept(chunkOf(round)); // until it is compiled
await delivery.drain();
const making = await cpu((round) => void chunkOf(round));
const both = await cpu((round) => delivery.accept(chunkOf(round)));
process.stdout.write(`${JSON.stringify({ making, delivering: both - making })}\n`);
await delivery.close();
await client.close();
