import { type Static, Type } from 'typebox';

export const DeliveryAnswerSchema = Type.Object(
  {
    in_flight_bytes: Type.Integer({ description: 'read and not yet acknowledged' }),
    concurrency: Type.Integer({ description: 'bulks that may be under way at once, as the store takes them now' }),
    batch_bytes: Type.Integer({ description: 'largest bulk body, as the store takes it now' }),
    held: Type.Array(Type.Object({ index: Type.String(), reason: Type.String(), documents: Type.Integer() }), {
      description: 'documents that wait for an index which takes none, while others are delivered',
    }),
    retries: Type.Array(Type.Object({ input: Type.String(), reason: Type.String(), documents: Type.Integer() }), {
      description: 'documents sent again since the start',
    }),
    quarantined: Type.Array(Type.Object({ pipeline: Type.String(), documents: Type.Integer() }), {
      description: 'documents that lost a field the store refused to logmill.quarantined, since the start',
    }),
    dead_letter_bytes: Type.Integer({ description: 'dead letters in the store, as far as this process has asked' }),
  },
  { title: 'DeliveryAnswer' },
);
export type DeliveryAnswer = Static<typeof DeliveryAnswerSchema>;
