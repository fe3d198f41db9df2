import { hash } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { exportAnswer, exportFault, type PartialSuccess } from '../../agent/otlp/export-answer.ts';
import { readProtobufLogs } from '../../agent/otlp/protobuf-logs.ts';
import type { Receipt } from '../../agent/queue/intake.ts';
import { receivedLine } from '../../agent/queue/received.ts';
import { LogmillError } from '../../errors.ts';
import { readJsonLogs } from '../../model/otlp/json-logs.ts';
import { type LogRecord, OtlpFault } from '../../model/otlp/log-record.ts';
import { parseBytes, parseDuration } from '../../model/units.ts';
import { OTLP_FAULTS, OtlpAnswerSchema, OtlpBodySchema } from '../contract/otlp.ts';
import { catalogued } from '../faults.ts';
import type { Receiving } from '../options.ts';
import { createRequestReader } from '../request-reader.ts';
import { typed } from '../typed.ts';
import { refusal } from './ingest.ts';

const PROTOBUF = 'application/x-protobuf';
const PIPELINE = 'otlp';

const schema = {
  tags: ['ingest'],
  summary: 'Takes OTLP logs: an ExportLogsServiceRequest as JSON or protobuf, also packed with gzip',
  body: OtlpBodySchema,
  response: { 200: OtlpAnswerSchema, ...OTLP_FAULTS },
};

/** OTLP over HTTP, opentelemetry.io/docs/specs/otlp. Answers, faults included, are in the encoding of the request. */
export function otlpRoutes(app: FastifyInstance, receiving: Receiving | undefined): void {
  app.setErrorHandler((error, request, reply) => {
    const fault = catalogued(error);
    return send(reply.status(fault.status), isProtobuf(request.headers['content-type']), (protobuf) =>
      exportFault(fault.status, `${fault.message}; ${fault.help}`, protobuf),
    );
  });
  const requests = createRequestReader(app);
  typed(app).post('/v1/logs', { schema }, async (request, reply) => {
    const input = receiving?.otlp;
    if (receiving === undefined || input?.otlp === undefined) throw new LogmillError('INGEST_OFF', { kind: 'otlp' });
    const maxLineBytes = parseBytes(input.max_line_bytes);
    const protobuf = encodingOf(request.headers['content-type']);
    const { body, release } = await requests.read(request, reply, input.otlp);
    try {
      const records = readRecords(body, protobuf);
      const batch = isDistinct(records) ? hash('sha256', body, 'base64url') : undefined;
      const receipt = await receiving.receive(input.name, {
        pipeline: input.pipeline ?? PIPELINE,
        lines: records.map((record, index) => receivedLine(Buffer.from(JSON.stringify(record)), index, maxLineBytes)),
        sender: request.ip,
        ...(batch === undefined ? {} : { batch }),
        wait: parseDuration(input.otlp.wait),
      });
      if (receipt.state === 'full' || receipt.state === 'failed') throw refusal(reply, receipt);
      return send(reply, protobuf, () => exportAnswer(partialSuccess(receipt), protobuf));
    } finally {
      release();
    }
  });
}

function isProtobuf(contentType: string | undefined): boolean {
  return contentType?.split(';')[0]?.trim().toLowerCase() === PROTOBUF;
}

function encodingOf(contentType: string | undefined): boolean {
  const type = contentType?.split(';')[0]?.trim().toLowerCase();
  if (type !== PROTOBUF && type !== 'application/json') throw new LogmillError('MEDIA_TYPE_UNKNOWN');
  return type === PROTOBUF;
}

function readRecords(body: Buffer, protobuf: boolean): LogRecord[] {
  try {
    return protobuf ? readProtobufLogs(body) : readJsonLogs(body);
  } catch (error) {
    if (error instanceof OtlpFault) throw new LogmillError('OTLP_INVALID', { detail: error.message }, {}, error);
    throw error;
  }
}

/**
 * Whether the same bytes can only be the same request sent again, as exporters do that heard no answer: every record has
 * a time in nanoseconds.
 */
function isDistinct(records: readonly LogRecord[]): boolean {
  return records.every((record) => record.timeUnixNano !== undefined || record.observedTimeUnixNano !== undefined);
}

/** Dead letters are kept by logmill, and yet rejected as the sender sees it: it must not send them again. */
function partialSuccess(receipt: Receipt): PartialSuccess | undefined {
  if (receipt.state !== 'settled') return undefined;
  const refused = receipt.verdicts.filter(({ outcome }) => outcome === 'dead_lettered');
  const [first] = refused;
  if (first === undefined) return undefined;
  const why = first.rejected === undefined ? '' : `: ${first.rejected.reason}, ${first.rejected.detail}`;
  return { rejected: refused.length, message: `kept as dead letters${why}` };
}

function send(reply: FastifyReply, protobuf: boolean, body: (protobuf: boolean) => Buffer): FastifyReply {
  return reply.type(protobuf ? PROTOBUF : 'application/json').send(body(protobuf));
}
