import { type Static, Type } from 'typebox';
import { EVENT_INDICES } from '../../model/indices.ts';

/** Which streams a request may name: index names, wildcards and exclusions. */
export const INDEX_PATTERN = '^-?[a-z0-9_.*][-a-z0-9_.*+]*(,-?[a-z0-9_.*][-a-z0-9_.*+]*)*$';

export const TimeText = (description: string) =>
  Type.String({ minLength: 1, maxLength: 64, description: `${description}: ISO 8601, now, or now-15m` });

/** Which events a request is about; all parts are optional, and without them it is about every event of all time. */
export const SCOPE = {
  query: Type.Optional(Type.String({ maxLength: 10_000, description: 'filter in KQL' })),
  from: Type.Optional(TimeText('earliest time, inclusive')),
  to: Type.Optional(TimeText('latest time, exclusive')),
  index: Type.Optional(
    Type.String({
      maxLength: 1000,
      pattern: INDEX_PATTERN,
      description: `streams and indices; default ${EVENT_INDICES}`,
    }),
  ),
};
export const ScopeSchema = Type.Object(SCOPE, { additionalProperties: false });
export type Scope = Static<typeof ScopeSchema>;

/** A stretch of time, both ends in ISO 8601 UTC; `from` is inclusive, `to` is not. */
export const SpanSchema = Type.Object({ from: Type.String(), to: Type.String() });
export type Span = Static<typeof SpanSchema>;
