import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';
import { LogmillError } from '../errors.ts';

/** Largest body under /es, after unpacking; Elasticsearch's own limit. */
const MOST_BYTES = 100 * 1024 * 1024;
/** What all requests under way may hold together; above it clients are asked to come again. */
const MOST_BYTES_TOGETHER = 2 * MOST_BYTES;

/** Reads whole bodies and keeps count of what they hold. */
export type BodyReader = {
  /**
   * The body, unpacked. Its bytes count until `release`.
   * @param headers of the request; a body that says it is too large is not read at all
   * @throws LogmillError BODY_TOO_LARGE, BODY_ENCODING, SERVER_BUSY
   */
  read(stream: Readable, headers: IncomingHttpHeaders): Promise<{ body: Buffer; release(): void }>;
};

export function createBodyReader(most = MOST_BYTES, together = MOST_BYTES_TOGETHER): BodyReader {
  let held = 0;
  return {
    read: async (stream, headers) => {
      if (Number(headers['content-length']) > most) throw new LogmillError('BODY_TOO_LARGE');
      const chunks: Buffer[] = [];
      let size = 0;
      const release = () => {
        held -= size;
        size = 0;
      };
      try {
        const plain = unpacked(stream, headers['content-encoding']);
        // Destroying the request would close the socket before the refusal is sent.
        for await (const chunk of plain.iterator({ destroyOnReturn: plain !== stream }) as AsyncIterable<Buffer>) {
          chunks.push(chunk);
          size += chunk.length;
          held += chunk.length;
          if (size > most) throw new LogmillError('BODY_TOO_LARGE');
          if (held > together) throw new LogmillError('SERVER_BUSY');
        }
      } catch (error) {
        release();
        if (error instanceof LogmillError) throw error;
        throw new LogmillError('BODY_ENCODING', { detail: (error as Error).message }, {}, error);
      }
      return { body: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size), release };
    },
  };
}

function unpacked(stream: Readable, encoding: string | undefined): Readable {
  switch (encoding?.toLowerCase()) {
    case undefined:
    case '':
    case 'identity':
      return stream;
    case 'gzip':
    case 'x-gzip':
      return through(stream, createGunzip());
    case 'deflate':
      return through(stream, createInflate());
    default:
      throw new LogmillError('BODY_ENCODING', { detail: `"${encoding!.slice(0, 50)}" is not known` });
  }
}

/** Unlike `pipeline` this leaves the request's socket open, so that the error can still be answered. */
function through(stream: Readable, unpacker: ReturnType<typeof createGunzip>): Readable {
  stream.once('error', (error) => unpacker.destroy(error));
  return stream.pipe(unpacker);
}
