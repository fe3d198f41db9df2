import type { Client, estypes } from '@elastic/elasticsearch';
import { DEAD_LETTER_DATASET } from './dead-letters.ts';

/** A dead letter as people list it. */
export type DeadLetter = {
  readonly index: string;
  readonly id: string;
  readonly timestamp: string;
  readonly reason: string;
  readonly field: string | undefined;
  readonly detail: string;
  readonly pipeline: string;
  readonly path: string | undefined;
  readonly offset: number;
  /** The line as text; undefined where not even its beginning was kept. */
  readonly line: string | undefined;
};

/** Dead letters alike in reason and pipeline, the most frequent group first. */
export type DeadLetterGroup = {
  readonly reason: string;
  readonly pipeline: string;
  readonly count: number;
  readonly samples: readonly DeadLetter[];
};

export type DeadLetterList = {
  readonly total: number;
  readonly groups: readonly DeadLetterGroup[];
  /** The newest, at most `size`. */
  readonly letters: readonly DeadLetter[];
};

type Source = {
  '@timestamp': string;
  log?: { file?: { path?: string }; offset?: number };
  logmill: { dead_letter: { reason: string; field?: string; detail: string; pipeline: string; line?: string } };
};
type Hit = estypes.SearchHit<Source>;
type Groups = {
  reasons?: {
    buckets: readonly {
      key: string;
      pipelines: {
        buckets: readonly { key: string; doc_count: number; samples: { hits: { hits: readonly Hit[] } } }[];
      };
    }[];
  };
};

const STREAMS = `logs-${DEAD_LETTER_DATASET}-*`;
const SAMPLES = 3;

/**
 * Dead letters by reason and pipeline, with counts, samples and the newest `size` of them (at most 10,000).
 * Empty where none was ever written. Throws the client's errors.
 */
export async function listDeadLetters(
  client: Client,
  options: { readonly reason?: string; readonly size: number },
): Promise<DeadLetterList> {
  const sort: estypes.Sort = [{ '@timestamp': 'desc' }];
  const answer = await client.search<Source, Groups>({
    index: STREAMS,
    ignore_unavailable: true,
    allow_no_indices: true,
    size: options.size,
    sort,
    track_total_hits: true,
    query:
      options.reason === undefined ? { match_all: {} } : { term: { 'logmill.dead_letter.reason': options.reason } },
    aggs: {
      reasons: {
        terms: { field: 'logmill.dead_letter.reason', size: 20 },
        aggs: {
          pipelines: {
            terms: { field: 'logmill.dead_letter.pipeline', size: 50 },
            aggs: { samples: { top_hits: { size: SAMPLES, sort } } },
          },
        },
      },
    },
  });
  const { total } = answer.hits;
  const groups = (answer.aggregations?.reasons?.buckets ?? []).flatMap((reason) =>
    reason.pipelines.buckets.map((pipeline) => ({
      reason: reason.key,
      pipeline: pipeline.key,
      count: pipeline.doc_count,
      samples: pipeline.samples.hits.hits.map(deadLetterOf),
    })),
  );
  return {
    total: typeof total === 'number' ? total : (total?.value ?? 0),
    groups: groups.toSorted((a, b) => b.count - a.count),
    letters: answer.hits.hits.map(deadLetterOf),
  };
}

function deadLetterOf(hit: Hit): DeadLetter {
  const source = hit._source!;
  const { reason, field, detail, pipeline, line } = source.logmill.dead_letter;
  const path = source.log?.file?.path;
  const offset = source.log?.offset ?? 0;
  return {
    index: hit._index,
    id: hit._id!,
    timestamp: source['@timestamp'],
    reason,
    field,
    detail,
    pipeline,
    path,
    offset,
    line,
  };
}
