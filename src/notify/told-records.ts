import { createHash } from 'node:crypto';
import { type Client, errors } from '@elastic/elasticsearch';
import { type Alert, isFailure } from '../model/alert.ts';
import { ALERTS_INDEX } from '../model/indices.ts';
import type { Told } from './dedupe.ts';

/** Plain index of small state (contracts, "Indices"). */
const STATE_INDEX = 'logmill-state';
/** Records of alerts that have long been over are of no use. */
const KEEP_MS = 7 * 86_400_000;
const MOST_DELETED = 1000;
const OPEN: readonly Alert['state'][] = ['firing', 'no_data', 'error'];

/** How the last send ended. */
export type SendResult = {
  readonly alert: string;
  readonly ok: boolean;
  readonly attempts: number;
  readonly reason?: string;
};

/** What a channel was told of a rule's group. */
export type Entry = { readonly told: Told | undefined; readonly last: SendResult };

/** What each channel was told, kept in the store, so that nobody is told twice after a restart. */
export class ToldRecords {
  readonly #client: Client;
  readonly #known = new Map<string, Entry>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** What the channel was last told of the alert's rule and group. Rejects when the store does not answer. */
  async read(channel: string, alert: Alert): Promise<Entry | undefined> {
    const id = recordId(channel, alert);
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    try {
      const found = await this.#client.get<{ data: string }>({ index: STATE_INDEX, id });
      return JSON.parse(found._source!.data) as Entry;
    } catch (error) {
      if (error instanceof errors.ResponseError && error.statusCode === 404) return undefined;
      throw error;
    }
  }

  /** Remembers what was told and how it went; in memory even when the store does not answer (then rejects). */
  async write(channel: string, alert: Alert, entry: Entry, now: number): Promise<void> {
    const id = recordId(channel, alert);
    if (alert.state === 'resolved' && entry.last.ok) this.#known.delete(id);
    else this.#known.set(id, entry);
    await this.#client.index({
      index: STATE_INDEX,
      id,
      document: {
        '@timestamp': new Date(now).toISOString(),
        kind: 'notification',
        name: channel,
        state: entry.told?.state,
        data: JSON.stringify(entry),
      },
    });
  }

  /** Deletes records nobody will ask for again: old ones, but not of what still goes on. */
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
          must_not: [{ terms: { state: [...OPEN] } }],
        },
      },
    });
    const operations = answer.hits.hits.map(({ _index, _id }) => ({ delete: { _index, _id: _id! } }));
    if (operations.length > 0) await this.#client.bulk({ operations });
  }
}

/**
 * Whether an alert that was open has ended since, or people have put it aside; an end itself is not over. What cannot be
 * read counts as open: better told in vain than not at all.
 */
export async function isOver(client: Client, { id, state }: Alert): Promise<boolean> {
  if (!OPEN.includes(state)) return false;
  try {
    const found = await client.get<{ logmill: { alert: Pick<Alert, 'state' | 'status'> } }>({
      index: ALERTS_INDEX,
      id,
    });
    const alert = found._source!.logmill.alert;
    return !OPEN.includes(alert.state) || (alert.status !== 'open' && alert.status !== 'acknowledged');
  } catch {
    return false;
  }
}

/** That a rule cannot be evaluated is another matter than what it watches. */
function recordId(channel: string, alert: Alert): string {
  const about = isFailure(alert) ? `${alert.rule.name}!error` : alert.rule.name;
  const identity = JSON.stringify([channel, about, Object.entries(alert.group)]);
  return `told-${createHash('sha256').update(identity).digest('base64url').slice(0, 22)}`;
}
