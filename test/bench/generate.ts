import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

/** Writes deterministic lines like pino's to a file: the same kind as the common yardstick's, about 284 bytes each. */

const START = 1_763_600_000_000;
const STEP_MS = 3.6;
const LINES_PER_WRITE = 4096;
const NAMES = ['api', 'auth', 'billing', 'cart', 'search'];
const METHODS = ['GET', 'GET', 'GET', 'GET', 'POST', 'POST', 'PUT', 'DELETE'];
const PATHS = ['/api/v1/users/', '/api/v1/orders/', '/api/v2/search/', '/cart/', '/login/', '/health/', '/static/img/'];
const KINDS = [
  {
    share: 0.9,
    level: 30,
    status: 200,
    messages: ['request completed', 'cache refreshed for user', 'session renewed'],
  },
  { share: 0.97, level: 40, status: 404, messages: ['slow query detected in pool', 'retrying upstream call'] },
  { share: 1, level: 50, status: 500, messages: ['connection refused by upstream', 'request errored'] },
];

export async function generateLines(file: string, lines: number): Promise<void> {
  const random = seededRandom(42);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  const number = (below: number): number => Math.floor(random() * below);
  const hex = (length: number): string => Array.from({ length }, () => number(16).toString(16)).join('');
  const out = createWriteStream(file);
  for (let from = 0; from < lines; from += LINES_PER_WRITE) {
    const rows: string[] = [];
    for (let line = from; line < Math.min(lines, from + LINES_PER_WRITE); line++) {
      const share = random();
      const { level, status, messages } = KINDS.find((kind) => share < kind.share)!;
      rows.push(
        `${JSON.stringify({
          level,
          time: Math.floor(START + line * STEP_MS),
          pid: 1000 + number(16),
          hostname: `web-${1 + number(8)}.prod`,
          name: pick(NAMES),
          reqId: `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`,
          req: {
            method: pick(METHODS),
            url: pick(PATHS) + number(5000),
            remoteAddress: `10.${number(256)}.${number(256)}.${number(256)}`,
          },
          res: { statusCode: status },
          responseTime: Number(Math.exp(random() * 7).toFixed(2)),
          msg: pick(messages),
        })}\n`,
      );
    }
    if (!out.write(rows.join(''))) await once(out, 'drain');
  }
  out.end();
  await once(out, 'close');
}

/** mulberry32. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
