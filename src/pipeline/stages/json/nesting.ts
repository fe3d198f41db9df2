import type { JsonValue } from '../../../model/event.ts';

/** Levels of objects and lists that a value may have: stores refuse more, and what walks through them runs out of stack. */
export const MOST_NESTED = 500;

/** Whether a value has more levels than so many. */
export function isDeeper(value: JsonValue, levels = MOST_NESTED): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  for (const part of Array.isArray(value) ? (value as readonly JsonValue[]) : Object.values(value)) {
    if (isDeeper(part as JsonValue, levels - 1)) return true;
  }
  return false;
}
