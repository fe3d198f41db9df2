import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Whether a request carries one of the tokens. */
export type TokenCheck = (headers: IncomingHttpHeaders) => boolean;

/**
 * Compiles the check. Accepted are `Bearer TOKEN`, and what Elasticsearch clients and browsers can send: `ApiKey TOKEN`,
 * `ApiKey base64(id:TOKEN)` and `Basic base64(anyone:TOKEN)`.
 */
export function createTokenCheck(tokens: readonly string[]): TokenCheck {
  const digests = tokens.map(digest);
  return ({ authorization }) => {
    const candidates = candidatesIn(authorization ?? '')
      .filter((text) => text !== '')
      .map(digest);
    // Every token is compared with every candidate, so that the time taken tells nothing about them.
    let known = 0;
    for (const candidate of candidates) for (const token of digests) known |= Number(timingSafeEqual(candidate, token));
    return known === 1;
  };
}

function candidatesIn(header: string): string[] {
  const [scheme = '', credentials = ''] = header.split(/ +/, 2);
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return [credentials];
    case 'apikey':
      return [credentials, secondHalf(credentials)];
    case 'basic':
      return [secondHalf(credentials)];
    default:
      return [];
  }
}

function secondHalf(base64: string): string {
  const text = Buffer.from(base64, 'base64').toString();
  return text.slice(text.indexOf(':') + 1);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
