import { type Static, Type } from 'typebox';
import { ALERT_STATES, ALERT_STATUSES, SEVERITIES } from '../../model/alert.ts';

export const SeveritySchema = Type.Enum([...SEVERITIES], { description: 'of the rule' });
export const StateSchema = Type.Enum([...ALERT_STATES], { description: 'what the evaluator found' });
export const StatusSchema = Type.Enum([...ALERT_STATUSES], { description: 'what people did with it' });

export const AlertSchema = Type.Object(
  {
    id: Type.String(),
    rule: Type.Object({ name: Type.String(), uuid: Type.String(), author: Type.Optional(Type.String()) }),
    severity: SeveritySchema,
    group: Type.Record(Type.String(), Type.String(), { description: 'values of the rule’s group_by fields' }),
    state: StateSchema,
    status: StatusSchema,
    summary: Type.String(),
    runbook: Type.Optional(Type.String()),
    value: Type.Union([Type.Number(), Type.Null()]),
    threshold: Type.String(),
    window: Type.Object({ start: Type.String(), end: Type.String() }),
    started_at: Type.String(),
    updated_at: Type.String(),
    ended_at: Type.Optional(Type.String()),
    evidence: Type.Array(Type.Object({ index: Type.String(), id: Type.String() })),
    sample: Type.Optional(Type.String({ description: 'beginning of the message of one of these events' })),
    note: Type.Optional(Type.String()),
    by: Type.Optional(Type.String()),
  },
  { title: 'Alert' },
);
export type AlertView = Static<typeof AlertSchema>;

export const AlertsRequestSchema = Type.Object(
  {
    status: Type.Optional(StatusSchema),
    state: Type.Optional(StateSchema),
    severity: Type.Optional(SeveritySchema),
    rule: Type.Optional(Type.String({ maxLength: 300 })),
    size: Type.Integer({ minimum: 1, maximum: 1000, default: 100 }),
  },
  { additionalProperties: false, title: 'AlertsRequest' },
);
export type AlertsRequest = Static<typeof AlertsRequestSchema>;

export const AlertsAnswerSchema = Type.Object(
  { total: Type.Integer(), alerts: Type.Array(AlertSchema, { description: 'newest change first' }) },
  { title: 'AlertsAnswer' },
);
export type AlertsAnswer = Static<typeof AlertsAnswerSchema>;

export const ALERT_ACTIONS = ['acknowledge', 'resolve', 'dismiss'] as const;
export type AlertAction = (typeof ALERT_ACTIONS)[number];

export const AlertPathSchema = Type.Object({ id: Type.String({ minLength: 1, maxLength: 512 }) });
export const AlertActionSchema = Type.Object(
  {
    note: Type.Optional(Type.String({ maxLength: 2000, description: 'why; kept with the alert' })),
    by: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'who' })),
  },
  { additionalProperties: false, title: 'AlertAction' },
);
