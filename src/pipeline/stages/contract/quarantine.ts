import { type Event, type JsonValue, removeField } from '../../../model/event.ts';
import type { Fault } from './validator.ts';

/** The same list that delivery keeps of fields which the store refused. */
const QUARANTINED = 'logmill.quarantined';
/** Fields moved aside in one document; one with more is no event of this stream. */
const MOST_FIELDS = 8;
const DETAIL_CHARACTERS = 500;
/** What makes a document one of its stream, and what the whole line stays in. */
const REQUIRED = /^(@timestamp|message|logmill(\..*)?)$/;

/**
 * Moves the fields at fault to `logmill.quarantined`, each with the reason and its value as text; of one that is missing
 * there is only the reason. False, with nothing moved, where one of them must stay or there are too many.
 */
export function quarantine(event: Event, faults: readonly Fault[]): boolean {
  const byField = new Map<string, Fault>();
  for (const fault of faults) {
    if (fault.field === undefined || REQUIRED.test(fault.field)) return false;
    if (!byField.has(fault.field)) byField.set(fault.field, fault);
  }
  const earlier = event[QUARANTINED];
  const list: readonly JsonValue[] = Array.isArray(earlier) ? earlier : [];
  if (list.length + byField.size > MOST_FIELDS) return false;
  const moved = [...byField].map(([field, { detail }]) => {
    const value = event[field];
    removeField(event, field);
    return { field, reason: detail.slice(0, DETAIL_CHARACTERS), value: textOf(value) };
  });
  event[QUARANTINED] = [...list, ...moved];
  return true;
}

function textOf(value: JsonValue | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
