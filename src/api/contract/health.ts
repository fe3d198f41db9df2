import { type Static, Type } from 'typebox';

export const HealthAnswerSchema = Type.Object(
  { status: Type.Literal('up'), version: Type.String(), uptime_s: Type.Number() },
  { title: 'HealthAnswer' },
);
export type HealthAnswer = Static<typeof HealthAnswerSchema>;

export const ReadyAnswerSchema = Type.Object(
  {
    ready: Type.Boolean(),
    checks: Type.Array(Type.Object({ name: Type.String(), ok: Type.Boolean(), detail: Type.String() })),
  },
  { title: 'ReadyAnswer' },
);
export type ReadyAnswer = Static<typeof ReadyAnswerSchema>;
export type ReadyCheck = ReadyAnswer['checks'][number];
