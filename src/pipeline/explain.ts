import { isDeepStrictEqual } from 'node:util';
import type { Event, JsonValue } from '../model/event.ts';
import { Dropped, Rejected } from '../model/rejected.ts';
import type { Place, Probe } from './probe.ts';
import type { StageResult } from './stage.ts';
import { takenFrom } from './stages/privacy/taken.ts';
import { redactSecrets } from './stages/redact-secrets.ts';

/** How a field differs; a missing side was, or is, not there. */
export type FieldChange = { readonly field: string; readonly before?: JsonValue; readonly after?: JsonValue };

/** What one stage did to one event. */
export type Step = {
  readonly place: Place;
  readonly did:
    | { readonly kind: 'passed-by' }
    | { readonly kind: 'changed'; readonly changes: readonly FieldChange[] }
    | { readonly kind: 'rejected'; readonly rejected: Rejected }
    | { readonly kind: 'dropped'; readonly rule: string }
    | { readonly kind: 'split'; readonly into: number }
    | { readonly kind: 'threw'; readonly detail: string };
};

/** `secrets`: values that were found to be some, with what stands in their place. */
export type Steps = { readonly probe: Probe; readonly steps: Step[]; readonly secrets: Map<string, string> };

/** Makes a probe that writes down every step; whoever reads them empties the lists. */
export function stepRecorder(): Steps {
  const steps: Step[] = [];
  const secrets = new Map<string, string>();
  const probe: Probe = {
    condition: (place, matches) => (event) => {
      const isMeant = matches(event);
      if (!isMeant) steps.push({ place, did: { kind: 'passed-by' } });
      return isMeant;
    },
    stage: (place, run) => (event) => {
      const before = { ...event };
      try {
        const result = run(event);
        steps.push({ place, did: didOf(before, result) });
        if (place.stage === redactSecrets.name) noteSecrets(secrets, before, result as Event);
        return result;
      } catch (error) {
        steps.push({ place, did: { kind: 'threw', detail: error instanceof Error ? error.message : String(error) } });
        throw error;
      }
    },
  };
  return { probe, steps, secrets };
}

function noteSecrets(secrets: Map<string, string>, before: Event, after: Event): void {
  const known = takenFrom(before);
  for (const [value, replacement] of takenFrom(after) ?? []) {
    if (known?.has(value) !== true) secrets.set(value, replacement);
  }
}

function didOf(before: Event, result: StageResult): Step['did'] {
  if (result instanceof Rejected) return { kind: 'rejected', rejected: result };
  if (result instanceof Dropped) return { kind: 'dropped', rule: result.rule };
  if (Array.isArray(result)) return { kind: 'split', into: result.length };
  return { kind: 'changed', changes: fieldChanges(before, result as Event) };
}

/** The fields in which two events, or flat documents, differ: by name. A field without a value is not there. */
export function fieldChanges(before: Event, after: Event): FieldChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((field) => {
    const old = before[field];
    const now = after[field];
    if (isDeepStrictEqual(old, now)) return [];
    return [{ field, ...(old === undefined ? {} : { before: old }), ...(now === undefined ? {} : { after: now }) }];
  });
}
