import { type Static, Type } from 'typebox';
import { SCOPE } from './scope.ts';

export const SecurityRequestSchema = Type.Object(
  { ...SCOPE, size: Type.Integer({ minimum: 1, maximum: 100, default: 10, description: 'length of the top lists' }) },
  { additionalProperties: false, title: 'SecurityRequest' },
);
export type SecurityRequest = Static<typeof SecurityRequestSchema>;

const Top = Type.Array(Type.Object({ key: Type.String(), count: Type.Integer() }));
export type Top = Static<typeof Top>;

export const SecurityAnswerSchema = Type.Object(
  {
    logins: Type.Object({ failed: Type.Integer(), succeeded: Type.Integer() }),
    probes: Type.Integer({ description: 'requests that look for weaknesses of a web server' }),
    failing_addresses: Top,
    failing_users: Top,
    successful_users: Top,
    probing_addresses: Top,
    probed_paths: Top,
    interval_ms: Type.Union([Type.Integer(), Type.Null()]),
    series: Type.Array(
      Type.Object({
        time: Type.String(),
        failed: Type.Integer(),
        succeeded: Type.Integer(),
        probes: Type.Integer(),
      }),
    ),
  },
  { title: 'SecurityAnswer' },
);
export type SecurityAnswer = Static<typeof SecurityAnswerSchema>;
