import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { linesOf } from '../../agent/queue/received.ts';
import type { Verdict } from '../../agent/queue/waiting.ts';
import { suggest } from '../../config/schema-check.ts';
import { LogmillError } from '../../errors.ts';
import { parseBytes, parseDuration } from '../../model/units.ts';
import { FAULTS } from '../contract/fault.ts';
import {
  type IngestAnswer,
  IngestAnswerSchema,
  IngestBodySchema,
  IngestParamsSchema,
  IngestQueuedSchema,
  IngestRequestSchema,
} from '../contract/ingest.ts';
import type { Receiving } from '../options.ts';
import { createRequestReader } from '../request-reader.ts';
import { typed } from '../typed.ts';

/** Names that a sender gives a body, so that sending it again doubles nothing. */
const BATCH_HEADERS = ['idempotency-key', 'x-logmill-batch'] as const;
const LONGEST_BATCH_NAME = 256;
/** Types of bodies that are no lines; any other is read as it comes, for senders call lines all sorts of things. */
const NO_LINES =
  /^(?:(?:multipart|image|audio|video|font)\/|application\/(?:gzip|x-gzip|zip|zstd|pdf|cbor|msgpack|x-msgpack|protobuf|x-protobuf|grpc)(?![\w.+-]))/i;
/** When a refused sender may come again, s. */
const RETRY_AFTER_S = 5;

/** Where applications send lines to. Answers once the store has them, with what became of each. */
export function ingestRoutes(app: FastifyInstance, receiving: Receiving | undefined): void {
  const schema = {
    tags: ['ingest'],
    summary: 'Takes lines: NDJSON or plain text, also packed with gzip. Answers when the store has them',
    description:
      'With the header Idempotency-Key (or X-Logmill-Batch) a body that is sent again under the same key doubles nothing. 202: the store takes longer than the configured wait; the lines are on disk and will reach it. 429: the disk queue is full; nothing was taken.',
    params: IngestParamsSchema,
    body: IngestBodySchema,
    querystring: IngestRequestSchema,
    response: { 200: IngestAnswerSchema, 202: IngestQueuedSchema, ...FAULTS },
  };
  const requests = createRequestReader(app);
  typed(app).post('/api/v1/ingest/:pipeline', { schema }, async (request, reply) => {
    // Looked at each time: the configuration may have been taken anew.
    const input = receiving?.http;
    if (receiving === undefined || input?.http === undefined) throw new LogmillError('INGEST_OFF', { kind: 'http' });
    const { pipeline } = request.params;
    if (!receiving.pipelines.includes(pipeline)) {
      throw new LogmillError('INGEST_PIPELINE', { name: pipeline, suggestion: suggest(pipeline, receiving.pipelines) });
    }
    const type = request.headers['content-type'] ?? '';
    if (NO_LINES.test(type)) throw new LogmillError('INGEST_TYPE', { type: type.slice(0, 100) });
    const batch = batchOf(request);
    const { body, release } = await requests.read(request, reply, input.http);
    try {
      const lines = linesOf(body, parseBytes(input.max_line_bytes));
      const receipt = await receiving.receive(input.name, {
        pipeline,
        lines,
        sender: request.ip,
        ...(batch === undefined ? {} : { batch }),
        wait: parseDuration(input.http.wait),
      });
      if (receipt.state === 'settled') return reply.send(answerOf(receipt.verdicts, isVerbose(request.query)));
      if (receipt.state === 'queued') return reply.status(202).send({ lines: lines.length, queued: lines.length });
      throw refusal(reply, receipt);
    } finally {
      release();
    }
  });
}

/** The error of a receipt that says nothing was taken; the reply gets the time to come again. */
export function refusal(reply: FastifyReply, receipt: { state: 'full' } | { state: 'failed'; detail: string }) {
  reply.header('retry-after', RETRY_AFTER_S);
  return receipt.state === 'full'
    ? new LogmillError('QUEUE_FULL')
    : new LogmillError('QUEUE_FAILED', { detail: receipt.detail });
}

function batchOf({ headers }: FastifyRequest): string | undefined {
  for (const header of BATCH_HEADERS) {
    const name = headers[header];
    if (name === undefined || name === '') continue;
    const text = String(name);
    if (text.length <= LONGEST_BATCH_NAME) return text;
    throw new LogmillError('REQUEST_INVALID', {
      detail: `the header ${header} is longer than ${LONGEST_BATCH_NAME} characters`,
    });
  }
  return undefined;
}

function isVerbose({ verbose }: { verbose?: string }): boolean {
  return verbose !== undefined && verbose !== 'false';
}

function answerOf(verdicts: readonly Verdict[], verbose: boolean): IngestAnswer {
  const count = (outcome: Verdict['outcome']) => verdicts.filter((verdict) => verdict.outcome === outcome).length;
  return {
    lines: verdicts.length,
    indexed: count('indexed'),
    already_there: count('already_there'),
    dead_lettered: count('dead_lettered'),
    dropped: count('dropped'),
    items: verdicts.filter(({ outcome }) => verbose || outcome !== 'indexed').map(itemOf),
  };
}

function itemOf({ line, outcome, id, rejected }: Verdict): IngestAnswer['items'][number] {
  if (rejected === undefined) return { line, outcome, id };
  const { reason, field, detail } = rejected;
  return { line, outcome, id, reason, ...(field === undefined ? {} : { field }), detail };
}
