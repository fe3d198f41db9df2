import { countOf, flagOf } from '../body.ts';
import { fieldsOption } from '../fields-option.ts';
import { compileSort } from '../sort.ts';
import { sourceFilter } from '../source-filter.ts';
import type { AggregationType, TopHits } from './contract.ts';
import { onlyOptions } from './field.ts';

/** `top_hits`: the first documents of a bucket. */
export const topHits: AggregationType = (options, context): TopHits => {
  const known = [
    'from',
    'size',
    'sort',
    '_source',
    'version',
    'seq_no_primary_term',
    'fields',
    'docvalue_fields',
    'explain',
    'track_scores',
  ];
  onlyOptions(options, known, 'top_hits');
  return {
    kind: 'hits',
    keys: compileSort(options.sort, context.relation),
    from: countOf(options.from, 0, 'from'),
    size: countOf(options.size, 3, 'size'),
    options: {
      source: sourceFilter(options._source),
      version: flagOf(options.version, false, 'version'),
      seqNo: flagOf(options.seq_no_primary_term, false, 'seq_no_primary_term'),
      sorted: options.sort !== undefined,
      fields: fieldsOption(options.fields ?? options.docvalue_fields, (field) => context.relation.field(field)?.type),
    },
  };
};
