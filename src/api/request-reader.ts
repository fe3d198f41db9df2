import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ReceiverConfig } from '../config/network-schema.ts';
import { LogmillError } from '../errors.ts';
import { parseBytes, parseDuration } from '../model/units.ts';
import { type BodyReader, createBodyReader } from './body-reader.ts';

/** Bodies that requests of one input may hold together, as a multiple of the largest one. */
const TOGETHER = 4;

type Limits = Pick<ReceiverConfig, 'max_body' | 'request_timeout'>;

/** Reads bodies of senders: unpacked, bounded in size and in the time they take to come in. */
export type RequestReader = {
  /**
   * @returns the body, whose bytes count until `release`
   * @throws LogmillError BODY_TOO_LARGE, BODY_ENCODING, SERVER_BUSY, REQUEST_SLOW
   */
  read(request: FastifyRequest, reply: FastifyReply, limits: Limits): Promise<{ body: Buffer; release(): void }>;
};

/** The reader of all routes of `app`, which takes bodies of any content type as they are. */
export function createRequestReader(app: FastifyInstance): RequestReader {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  const readers = new Map<number, BodyReader>();
  const readerOf = (most: number) => {
    const reader = readers.get(most) ?? createBodyReader(most, TOGETHER * most);
    readers.set(most, reader);
    return reader;
  };
  return {
    async read(request, reply, { max_body: maxBody, request_timeout: timeout }) {
      const stream = (request.body as Readable | undefined) ?? request.raw;
      const reading = readerOf(parseBytes(maxBody)).read(stream, request.headers);
      const slow = Promise.withResolvers<never>();
      const timer = setTimeout(
        () => slow.reject(new LogmillError('REQUEST_SLOW', { timeout })),
        parseDuration(timeout),
      );
      try {
        return await Promise.race([reading, slow.promise]);
      } catch (error) {
        // What still comes is of no use to anybody.
        reply.header('connection', 'close');
        reading.then(
          ({ release }) => release(),
          () => {},
        );
        throw error;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
