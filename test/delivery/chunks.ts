import { crc32 } from 'node:zlib';
import type { Client } from '@elastic/elasticsearch';
import { pino } from 'pino';
import { type DeliveryOptions, startDelivery } from '../../src/delivery/delivery.ts';
import type { Tally } from '../../src/model/ledger.ts';
import { documentId, type Line, type Processed, type Source } from '../../src/model/line.ts';
import { Rejected } from '../../src/model/rejected.ts';
import { createTelemetry } from '../../src/telemetry.ts';
import { instantClock } from './instant-clock.ts';

/**
 * What a test line becomes: a document, several, a rejection, a drop, a document that a store may refuse whole (`bad`) or
 * for its field `number` (`odd`).
 */
export type Kind = 'document' | 'split' | 'rejected' | 'dropped' | 'bad' | 'odd';

export const STREAM = 'logs-test-default';
export const LETTERS = 'logs-logmill.dead_letter-default';

type Options = {
  readonly start?: number;
  readonly input?: string;
  readonly text?: string;
  readonly stream?: string;
  /** The file that the chunk is of; each chunk has one of its own when left out. */
  readonly source?: Source;
};

/** A file of which nothing is known of `seenUntil` when that is left out. */
export function sourceOf(input = 'app', seenUntil?: number): Source {
  const bound = seenUntil === undefined ? {} : { seenUntil };
  return { id: `${input}:/var/log/x#1`, input, path: '/var/log/x', pipeline: 'plain-text', modifiedAt: 0, ...bound };
}

/** A processed chunk of lines of these kinds, and the tallies it was acknowledged with. */
export function chunkOf(kinds: readonly Kind[], options: Options = {}) {
  const { start = 0, input = 'app', text = 'some text', stream = STREAM, source = sourceOf(input) } = options;
  const lines: Line[] = [];
  let offset = start;
  for (const kind of kinds) {
    const content = `${kind} ${text} ${offset}`;
    const bytes = Buffer.byteLength(content) + 1;
    lines.push({ text: content, offset, bytes, fileKey: input.padEnd(16, 'k'), crc: crc32(content) });
    offset += bytes;
  }
  const tallies: Tally[] = [];
  const processed: Processed = {
    chunk: {
      source,
      start,
      end: offset,
      lines,
      skipped: { lines: 0, bytes: 0 },
      acknowledge: (tally) => void tallies.push(tally),
    },
    documents: lines.flatMap((line, index) => documentsOf(kinds[index]!, line, index, stream)),
    rejected: lines.flatMap((_, line) =>
      kinds[line] === 'rejected' ? [{ line, rejected: new Rejected('unparsable', 'not of this format') }] : [],
    ),
    dropped: lines.flatMap((_, line) => (kinds[line] === 'dropped' ? [{ line, rule: 'noise' }] : [])),
  };
  return { processed, tallies };
}

function documentsOf(kind: Kind, line: Line, index: number, stream: string) {
  if (kind === 'rejected' || kind === 'dropped') return [];
  const parts = kind === 'split' ? 3 : 1;
  return Array.from({ length: parts }, (_, part) => ({
    id: documentId(line, part),
    index: stream,
    document: documentOf(kind, line),
    line: index,
  }));
}

function documentOf(kind: Kind, line: Line): string {
  const document = {
    '@timestamp': '2026-01-01T00:00:00.000Z',
    message: line.text,
    kind,
    number: kind === 'odd' ? { odd: true } : kind === 'bad' ? 'no number' : 1,
    log: { file: { path: '/var/log/x' }, offset: line.offset },
    event: { dataset: 'test' },
  };
  return JSON.stringify(document).slice(0, -2);
}

/** Delivery to a client with small batches and no waiting. */
export function startTestDelivery(client: Client, options: Partial<DeliveryOptions> = {}) {
  const telemetry = createTelemetry();
  const clock = instantClock();
  const messages: Record<string, unknown>[] = [];
  const log = pino({ level: 'info' }, { write: (text: string) => void messages.push(JSON.parse(text)) });
  const delivery = startDelivery({
    client,
    place: 'Elasticsearch at http://store.test',
    settings: { in_flight: '32MB', batch: '16KB', concurrency: 2, linger: '10ms' },
    namespace: 'default',
    host: { id: 'host-1', name: 'web1' },
    telemetry,
    log,
    clock,
    random: () => 0.5,
    ...options,
  });
  return { delivery, telemetry, clock, messages };
}
