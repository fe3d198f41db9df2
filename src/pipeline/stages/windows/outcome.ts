import type { Event, JsonValue } from '../../../model/event.ts';

const SUCCESS = 0x20000000000000n;
const FAILURE = 0x10000000000000n;

/** Keywords are words (winlogbeat), a number in hexadecimal (the event's XML) or in decimal (NXLog). */
function ofKeywords(value: JsonValue | undefined): string | undefined {
  const words = Array.isArray(value) ? value : [value];
  if (words.includes('Audit Failure')) return 'failure';
  if (words.includes('Audit Success')) return 'success';
  const [text] = words;
  if (typeof text !== 'string' && typeof text !== 'number') return undefined;
  if (!/^(?:0x[0-9a-fA-F]{1,16}|-?\d{1,19})$/.test(String(text))) return undefined;
  const bits = BigInt.asUintN(64, BigInt(String(text)));
  if ((bits & FAILURE) !== 0n) return 'failure';
  return (bits & SUCCESS) !== 0n ? 'success' : undefined;
}

/** How an event of the Security channel ended: its keywords say it, else its number does. */
export function outcomeOf(event: Event, dataset: string, known: string | undefined): string | undefined {
  const type = event[`${dataset}.EventType`];
  if (type === 'AUDIT_FAILURE') return 'failure';
  if (type === 'AUDIT_SUCCESS') return known ?? 'success';
  const keywords = event[`${dataset}.keywords`] ?? event[`${dataset}.Keywords`] ?? event[`${dataset}.system.Keywords`];
  return ofKeywords(keywords) ?? known;
}
