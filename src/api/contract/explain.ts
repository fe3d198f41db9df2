import { type Static, Type } from 'typebox';
import { LedgerEntrySchema } from './ledger.ts';
import { HitSchema } from './search.ts';

export const ExplainRequestSchema = Type.Object(
  {
    file: Type.String({ minLength: 1, maxLength: 4096, description: 'path as documents show it (log.file.path)' }),
    offset: Type.Integer({ minimum: 0, description: 'any byte of the line' }),
  },
  { additionalProperties: false, title: 'ExplainRequest' },
);
export type ExplainRequest = Static<typeof ExplainRequestSchema>;

export const ExplainAnswerSchema = Type.Object(
  {
    outcome: Type.Enum([
      'indexed',
      'dead_lettered',
      'dropped',
      'skipped',
      'in_flight',
      'unread',
      'not_kept',
      'unknown',
    ]),
    explanation: Type.String({ description: 'the same for people' }),
    documents: Type.Array(HitSchema, { description: 'what the line became, in every generation of the file' }),
    files: Type.Array(LedgerEntrySchema, { description: 'what this process knows of the file' }),
  },
  { title: 'ExplainAnswer' },
);
export type ExplainAnswer = Static<typeof ExplainAnswerSchema>;
