import { type Static, Type } from 'typebox';
import { OUTCOMES, type Outcome } from '../../model/line.ts';

const CountSchema = Type.Object({ lines: Type.Integer(), bytes: Type.Integer() });

export const LedgerEntrySchema = Type.Object(
  {
    input: Type.String(),
    path: Type.String(),
    fileKey: Type.String(),
    pipeline: Type.String(),
    read: CountSchema,
    tally: Type.Object(
      Object.fromEntries(OUTCOMES.map((outcome) => [outcome, CountSchema])) as Record<Outcome, typeof CountSchema>,
    ),
    inFlight: CountSchema,
    unread: Type.Integer({ description: 'bytes of the file not read yet' }),
    gaps: Type.Integer({ description: 'bytes lost to truncation or deletion before they were read' }),
    acknowledged: Type.Integer({ description: 'end of the contiguous acknowledged prefix' }),
  },
  { title: 'LedgerEntry' },
);
export type LedgerView = Static<typeof LedgerEntrySchema>;

export const LedgerRequestSchema = Type.Object(
  { file: Type.Optional(Type.String({ maxLength: 4096, description: 'only this path' })) },
  { additionalProperties: false, title: 'LedgerRequest' },
);

export const LedgerAnswerSchema = Type.Object(
  {
    reading: Type.Boolean({ description: 'whether this process reads files at all' }),
    balanced: Type.Boolean({ description: 'read = settled + in flight, for every file' }),
    files: Type.Array(LedgerEntrySchema),
  },
  { title: 'LedgerAnswer' },
);
export type LedgerAnswer = Static<typeof LedgerAnswerSchema>;
