import type { Client } from '@elastic/elasticsearch';
import { type Static, type TObject, type TProperties, Type } from 'typebox';
import { SEVERITIES, type Severity } from '../model/alert.ts';
import type { JsonValue } from '../model/event.ts';
import { EVENT_INDICES } from '../model/indices.ts';
import type { Template } from '../model/template.ts';
import { DURATION_PATTERN } from '../model/units.ts';
import type { Condition, Quantity } from './condition.ts';
import type { Machine, Observation } from './state-machine.ts';

/** A query in Elasticsearch's DSL. */
export type Query = Readonly<Record<string, unknown>>;

const duration = (description: string, value?: string) =>
  Type.String({ pattern: DURATION_PATTERN, description, ...(value === undefined ? {} : { default: value }) });

/** Keys every rule has; a kind adds its own. */
export const RULE_KEYS = {
  name: Type.String({ pattern: '^[a-z0-9][a-z0-9_.-]*$', maxLength: 100, description: 'identity of the rule' }),
  kind: Type.String({ description: 'what it measures' }),
  query: Type.String({ default: '', description: 'KQL: the events it looks at; empty for all' }),
  group_by: Type.Array(Type.String({ minLength: 1 }), {
    default: [],
    maxItems: 5,
    uniqueItems: true,
    description: 'one alert for each combination of these fields; an event without one counts under the empty value',
  }),
  index: Type.String({ default: EVENT_INDICES, minLength: 1, description: 'index expression it reads' }),
  window: duration('how much of the past one value covers', '5m'),
  interval: duration('time between evaluations', '1m'),
  when: Type.String({ description: 'when it fires: "> 5%", ">= 1s", "> 10MB", "> 100"' }),
  recover_when: Type.Optional(
    Type.String({ description: 'when it recovers, if that is not simply when `when` is false' }),
  ),
  for: duration('how long `when` must hold before it fires', '0s'),
  keep_firing_for: duration('how long it goes on firing after `when` was last true', '0s'),
  no_data: Type.Enum(['ok', 'keep', 'alert'], {
    default: 'ok',
    description: 'what no data means: good, no change, or an alert of its own',
  }),
  severity: Type.Enum([...SEVERITIES], { default: 'warning', description: 'how bad it is; routes notifications' }),
  summary: Type.String({
    default: '{{ rule }}: {{ group }} is at {{ value }} ({{ threshold }})',
    minLength: 1,
    description: 'one line for people, with placeholders',
  }),
  runbook: Type.Optional(Type.String({ format: 'uri', description: 'what to do about it' })),
  author: Type.Optional(Type.String({ description: 'who wrote the rule; named in every alert' })),
} satisfies TProperties;

/** Placeholders of `summary`, and of the texts of notifications. */
export const PLACEHOLDERS = ['rule', 'group', 'value', 'threshold', 'window', 'severity', 'state'] as const;

const RuleKeys = Type.Object(RULE_KEYS, { additionalProperties: false });
export type RuleFile = Static<typeof RuleKeys>;

/** The schema of a rule file of one kind: the common keys and the kind's own, nothing else. */
export function ruleSchema(kind: Kind): TObject {
  return Type.Object({ ...RULE_KEYS, ...kind.options }, { additionalProperties: false });
}

/** What an evaluation reads from. */
export type Reading = {
  readonly client: Client;
  /** Called with the number of groups that were not looked at because there are too many. */
  leftOut(groups: number): void;
};

/** Times in ms; the events looked at are those in (from, to], `to` being the grid time. */
export type Request = { readonly from: number; readonly to: number; readonly gridTime: number };

/** The runner of a rule: it only reads. Same events, same answer. */
export type Observer = {
  /** How far before the grid time it reads, ms. */
  readonly lookBack: number;
  /** Events that are examples of what it found. */
  readonly evidence: Query;
  /** Groups that have a value; a group left out has `absent` (see Kind). Rejects when the store cannot be read. */
  observe(reading: Reading, request: Request): Promise<Observation[]>;
};

/** What a kind gets to make its runner from. */
export type ObserverContext = {
  readonly index: string;
  readonly query: Query;
  readonly groupBy: readonly string[];
  readonly window: number;
  readonly interval: number;
  readonly when: Condition;
  readonly recover: Condition | undefined;
  /** KQL of an option of the kind's own, as a query. */
  compile(key: string): Query;
  /** Ends loading with a fault at this key. */
  refuse(key: string, detail: string): never;
};

/** Documentation and test at once: `out` is what the rule sees at `at`, matched exactly. */
export type KindExample = {
  readonly title: string;
  readonly rule: Readonly<Record<string, JsonValue>>;
  /** Events by seconds before the grid time. */
  readonly events: readonly (Readonly<Record<string, JsonValue>> & { readonly ago: number })[];
  readonly out: readonly { readonly group: Readonly<Record<string, string>>; readonly value: number }[];
};

/** The description of a rule kind: plain data that can be printed and documented, apart from the runner it creates. */
export type Kind<Properties extends TProperties = TProperties> = {
  readonly name: string;
  readonly summary: string;
  /** Keys of the rule file besides the common ones. */
  readonly options: Properties;
  readonly examples: readonly KindExample[];
  /** Value of a group without any events; undefined where that is no data. */
  absent(options: Static<TObject<Properties>>): number | undefined;
  quantity(options: Static<TObject<Properties>>): Quantity;
  create(options: Static<TObject<Properties>>, context: ObserverContext): Observer;
};

/** Declares a kind with its options typed from their schema. */
export function defineKind<Properties extends TProperties>(kind: Kind<Properties>): Kind<Properties> {
  return kind;
}

/** A rule as loaded: everything parsed, nothing left to fail but the store. */
export type Rule = {
  readonly name: string;
  /** Hash of what the rule says. */
  readonly uuid: string;
  readonly file: string;
  readonly kind: string;
  readonly severity: Severity;
  readonly summary: Template;
  readonly runbook: string | undefined;
  readonly author: string | undefined;
  readonly index: string;
  readonly query: Query;
  readonly groupBy: readonly string[];
  readonly window: number;
  readonly interval: number;
  readonly when: Condition;
  readonly quantity: Quantity;
  readonly machine: Machine;
  readonly observer: Observer;
};
