import type { FieldChange } from '../pipeline/explain.ts';
import { paint, printable } from './terminal.ts';

const MOST_CHARACTERS = 300;

/** One line for each field: `+` added, `-` removed, `~` changed from … to …. */
export function changeLines(changes: readonly FieldChange[], indent: string): string {
  return changes.map((change) => `${indent}${changeLine(change)}\n`).join('');
}

function changeLine({ field, before, after }: FieldChange): string {
  if (before === undefined) return paint('green', `+ ${field}: ${shown(after)}`);
  if (after === undefined) return paint('red', `- ${field}: ${shown(before)}`);
  return `${paint('yellow', `~ ${field}`)}: ${shown(before)} → ${shown(after)}`;
}

function shown(value: FieldChange['before']): string {
  const text = printable(JSON.stringify(value));
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}
