/** The documents that the store suite searches: thirty requests of one afternoon, every expected number is counted from them. */
export type Request = {
  readonly '@timestamp': string;
  readonly message: string;
  readonly service: { readonly name: string };
  readonly tags: string | readonly string[];
  readonly status: number;
  readonly took: number;
  readonly ok: boolean;
  readonly client: { readonly ip: string };
  readonly note?: string;
};

export const START = Date.UTC(2026, 10, 21, 12);
export const MINUTE = 60_000;

export const REQUESTS: readonly Request[] = Array.from({ length: 30 }, (_, number) => ({
  '@timestamp': new Date(START + number * 7 * MINUTE).toISOString(),
  message: number % 3 === 0 ? `Connection to db-${number} timed out: TIMEOUT` : `GET /orders/${number} answered`,
  service: { name: ['shop', 'cart', 'Shop'][number % 3]! },
  tags: number % 5 === 0 ? ['slow', 'seen'] : 'seen',
  status: number % 3 === 0 ? 504 : 200 + (number % 2),
  took: number / 4,
  ok: number % 3 !== 0,
  client: { ip: number % 4 === 0 ? '2001:db8::1' : `10.0.${number % 2}.${number}` },
  ...(number % 6 === 0 ? { note: 'kept' } : {}),
}));

export const MAPPINGS = {
  properties: {
    '@timestamp': { type: 'date' },
    message: { type: 'text' },
    service: { properties: { name: { type: 'keyword' } } },
    tags: { type: 'keyword' },
    status: { type: 'long' },
    took: { type: 'double' },
    ok: { type: 'boolean' },
    client: { properties: { ip: { type: 'ip' } } },
    note: { type: 'keyword' },
  },
} as const;

/** Numbers of the requests that a test holds for, as the ids they have. */
export function idsWhere(holds: (request: Request, number: number) => boolean): string[] {
  return REQUESTS.flatMap((request, number) => (holds(request, number) ? [`r${number}`] : []));
}

/** Requests by the values of a key, in the order of first appearance. */
export function countBy<K>(key: (request: Request) => K | readonly K[]): Map<K, number> {
  const counts = new Map<K, number>();
  for (const request of REQUESTS) {
    for (const value of [key(request)].flat() as K[]) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
}
