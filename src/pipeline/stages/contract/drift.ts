import type { Event, JsonValue } from '../../../model/event.ts';
import type { Drift, Notice } from '../../stage.ts';
import type { Fault, Validator } from './validator.ts';

/** Set by the agent and by every pipeline: no matter of a contract. */
const OF_EVERY_STREAM =
  /^(@timestamp$|message$|tags$|stream$|ecs\.|event\.|host\.|agent\.|log\.|logmill\.|data_stream\.|error\.)/;
/** Names that a source makes up without end must not fill the memory. */
const MOST_FIELDS = 10_000;

/** Tells of what a contract does not know or holds against events: of each field and change once. */
export function driftWatch(contract: string, { known }: Pick<Validator, 'known'>, notice: (notice: Notice) => void) {
  const told = new Set<string>();

  function tell(field: string, change: Drift['change'], detail: string): void {
    const key = `${change} ${field}`;
    if (told.has(key) || told.size >= MOST_FIELDS) return;
    told.add(key);
    notice({ kind: 'drift', contract, field, change, detail });
  }

  return (event: Event, faults: readonly Fault[]): void => {
    for (const { field, detail, isMissing } of faults) {
      tell(field ?? '(document)', isMissing ? 'missing' : 'changed', detail);
    }
    for (const field in event) {
      if (known.has(field) || event[field] === undefined || OF_EVERY_STREAM.test(field)) continue;
      tell(field, 'new', `the contract does not have it; its first value is of type ${typeName(event[field])}`);
    }
  };
}

/** As a contract names it. */
function typeName(value: JsonValue | undefined): string {
  if (value === null) return 'null';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return Array.isArray(value) ? 'array' : typeof value;
}
