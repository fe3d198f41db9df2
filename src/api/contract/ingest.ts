import { type Static, Type } from 'typebox';
import { OUTCOMES } from '../../model/line.ts';

export const IngestParamsSchema = Type.Object(
  { pipeline: Type.String({ minLength: 1, maxLength: 200, description: 'pipeline that reads the lines' }) },
  { title: 'IngestParams' },
);

export const IngestRequestSchema = Type.Object(
  {
    verbose: Type.Optional(
      Type.Union([Type.Literal(''), Type.Literal('true'), Type.Literal('false')], {
        description: 'list every line; by default those that became no new document',
      }),
    ),
  },
  { additionalProperties: false, title: 'IngestRequest' },
);

/** Read as bytes, whatever the content type says, but for types that hold no lines. */
export const IngestBodySchema = {
  content: {
    'application/x-ndjson': { schema: Type.Unknown({ description: 'one JSON object a line' }) },
    'text/plain': { schema: Type.Unknown({ description: 'lines as the pipeline reads them' }) },
  },
};

const IngestItemSchema = Type.Object({
  line: Type.Integer({ description: 'number of the line in the body, from 1' }),
  outcome: Type.Enum([...OUTCOMES]),
  id: Type.String({ description: 'of the document, or of the dead letter' }),
  reason: Type.Optional(Type.String({ description: 'why it is a dead letter' })),
  field: Type.Optional(Type.String({ description: 'field at fault' })),
  detail: Type.Optional(Type.String()),
});

const count = (description: string) => Type.Integer({ description });

/** The store has acknowledged every line. */
export const IngestAnswerSchema = Type.Object(
  {
    lines: count('lines that were not blank'),
    indexed: count('new documents'),
    already_there: count('documents that an earlier attempt had left'),
    dead_lettered: count('lines kept as dead letters'),
    dropped: count('lines that the pipeline drops'),
    items: Type.Array(IngestItemSchema),
  },
  { title: 'IngestAnswer' },
);
export type IngestAnswer = Static<typeof IngestAnswerSchema>;

/** The store took too long: the lines are on disk, and reach it later. */
export const IngestQueuedSchema = Type.Object(
  { lines: count('lines that were not blank'), queued: count('lines on disk') },
  { title: 'IngestQueued' },
);
