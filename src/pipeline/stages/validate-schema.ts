import { Type } from 'typebox';
import type { Event, JsonValue } from '../../model/event.ts';
import { Rejected } from '../../model/rejected.ts';
import { type Breach, defineStage } from '../stage.ts';
import { spread, spreadInPlace } from './contract/as-stored.ts';
import { driftWatch } from './contract/drift.ts';
import { quarantine } from './contract/quarantine.ts';
import { type Fault, validatorOf } from './contract/validator.ts';

const options = Type.Object(
  {
    schema: Type.Optional(
      Type.String({
        pattern: '^[a-z0-9][a-z0-9_.-]*$',
        description:
          'name of a contract: of NAME.json in the folder schemas in or beside a folder of own pipelines, or of one that ships; by default that of the pipeline’s dataset, and events that a stage sent to another one pass',
      }),
    ),
    mode: Type.Enum(['reject', 'quarantine', 'report'], {
      default: 'reject',
      description:
        'reject: a dead letter; quarantine: the fields at fault are moved under logmill.quarantined, as those are that the store refuses, and the rest is kept; report: all is kept, tagged contract_broken',
    }),
    drift: Type.Boolean({
      default: false,
      description:
        'say in logmill’s own log of each field once that it is new to the contract, of another type, or missing',
    }),
  },
  { additionalProperties: false },
);

const BROKEN = 'contract_broken';

/** Contracts are JSON Schemas of the flat event: `properties` has full dotted names. */
export const validateSchema = defineStage({
  name: 'validate-schema',
  summary: 'holds events against the contract of their stream, and rejects, mends or marks those that break it',
  notes:
    'Events that break the contract are counted in `logmill_contract_broken_events_total` by what became of them, and what drift is told of in `logmill_contract_drift_total`.',
  form: 'map',
  options,
  examples: [
    {
      title: 'an event as the contract wants it',
      options: { schema: 'web-access' },
      in: { 'source.address': '10.0.0.1', 'http.response.status_code': 200 },
      out: { 'source.address': '10.0.0.1', 'http.response.status_code': 200 },
    },
    {
      title: 'a status that cannot be',
      options: { schema: 'web-access' },
      in: { 'source.address': '10.0.0.1', 'http.response.status_code': 42 },
      rejected: { reason: 'invalid', field: 'http.response.status_code' },
    },
    {
      title: 'only the field at fault is moved aside',
      options: { schema: 'web-access', mode: 'quarantine' },
      in: { 'source.address': '10.0.0.1', 'http.response.status_code': 200, 'event.duration': -1 },
      out: {
        'source.address': '10.0.0.1',
        'http.response.status_code': 200,
        'logmill.quarantined': [{ field: 'event.duration', reason: 'must be >= 0', value: '-1' }],
      },
    },
    {
      title: 'everything is kept and marked',
      options: { schema: 'web-access', mode: 'report' },
      in: { 'source.address': '10.0.0.1', 'http.response.status_code': 42 },
      out: { 'source.address': '10.0.0.1', 'http.response.status_code': 42, tags: [BROKEN] },
    },
  ],
  create({ schema: named, mode, drift }, context) {
    const schema = named ?? context.dataset;
    const validator = validatorOf(schema, context);
    const { notice = () => {} } = context;
    const added = new Set(context.added);
    const isOfEvent = ({ isMissing, field = '' }: Fault) => !isMissing || !added.has(field);
    const watch = drift && context.notice !== undefined ? driftWatch(schema, validator, notice) : undefined;
    const tell = (outcome: Breach['outcome']) => notice({ kind: 'breach', contract: schema, outcome, events: 1 });
    return (event) => {
      if (named === undefined && isElsewhere(event, schema)) return event;
      const flat = spread(event, validator.known);
      const faults = validator.faults(flat).filter(isOfEvent);
      watch?.(flat, faults);
      if (faults.length === 0) return event;
      // A field at fault may be in one of the objects.
      if (flat !== event && mode === 'quarantine') spreadInPlace(event, validator.known);
      const outcome = outcomeOf(event, faults, mode);
      tell(outcome);
      return outcome === 'rejected' ? rejection(schema, faults[0]) : event;
    };
  },
});

/** A stage before has sent it to another stream. */
function isElsewhere(event: Event, dataset: string): boolean {
  return (event['data_stream.dataset'] ?? dataset) !== dataset || event['data_stream.type'] === 'metrics';
}

/** Changes the event as the mode wants it. */
function outcomeOf(event: Event, faults: readonly Fault[], mode: string): Breach['outcome'] {
  if (mode === 'report') {
    mark(event);
    return 'reported';
  }
  return mode === 'quarantine' && quarantine(event, faults) ? 'quarantined' : 'rejected';
}

function mark(event: Event): void {
  const tags: JsonValue = event['tags'] ?? [];
  event['tags'] = [...(Array.isArray(tags) ? tags : [tags]), BROKEN];
}

function rejection(schema: string, fault: Fault | undefined): Rejected {
  return new Rejected('invalid', `breaks ${schema}: ${fault?.detail ?? 'no reason given'}`, fault?.field);
}
