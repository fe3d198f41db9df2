import { createHash } from 'node:crypto';
import { type Client, errors } from '@elastic/elasticsearch';
import type { Alert } from '../model/alert.ts';
import type { Told } from './dedupe.ts';

/** Plain index of small state (contracts, "Indices"). */
const STATE_INDEX = 'logmill-state';
/** Records of alerts that have long been over are of no use. */
const KEEP_MS = 7 * 86_400_000;
const MOST_DELETED = 1000;

/** How the last send ended, for people who look. */
export type SendResult = { readonly ok: boolean; readonly attempts: number; readonly reason?: string };
type Entry = { readonly told: Told | undefined; readonly last: SendResult | undefined };

/** What each channel was told, kept in the store, so that nobody is told twice after a restart. */
export class ToldRecords {
  readonly #client: Client;
  readonly #known = new Map<string, Told>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** What the channel was last told of the alert's rule and group. Rejects when the store does not answer. */
  async read(channel: string, alert: Alert): Promise<Told | undefined> {
    const id = recordId(channel, alert);
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    try {
      const found = await this.#client.get<{ data: string }>({ index: STATE_INDEX, id });
      return (JSON.parse(found._source!.data) as Entry).told;
    } catch (error) {
      if (error instanceof errors.ResponseError && error.statusCode === 404) return undefined;
      throw error;
    }
  }

  /** Remembers what was told and how it went; in memory even when the store does not answer (then rejects). */
  async write(channel: string, alert: Alert, told: Told | undefined, last: SendResult, now: number): Promise<void> {
    const id = recordId(channel, alert);
    if (told?.state === 'resolved' || told === undefined) this.#known.delete(id);
    else this.#known.set(id, told);
    await this.#client.index({
      index: STATE_INDEX,
      id,
      document: {
        '@timestamp': new Date(now).toISOString(),
        kind: 'notification',
        name: channel,
        data: JSON.stringify({ told, last } satisfies Entry),
      },
    });
  }

  /** Deletes records nobody will ask for again. */
  async forgetOld(now: number): Promise<void> {
    const answer = await this.#client.search({
      index: STATE_INDEX,
      ignore_unavailable: true,
      size: MOST_DELETED,
      _source: false,
      query: {
        bool: {
          filter: [
            { term: { kind: 'notification' } },
            { range: { '@timestamp': { lt: new Date(now - KEEP_MS).toISOString() } } },
          ],
        },
      },
    });
    const operations = answer.hits.hits.map(({ _index, _id }) => ({ delete: { _index, _id: _id! } }));
    if (operations.length > 0) await this.#client.bulk({ operations });
  }
}

function recordId(channel: string, alert: Alert): string {
  const identity = JSON.stringify([channel, alert.rule.name, Object.entries(alert.group)]);
  return `told-${createHash('sha256').update(identity).digest('base64url').slice(0, 22)}`;
}
