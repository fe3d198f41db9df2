import type { OpenDocument } from '../model/line.ts';
import type { Rejected } from '../model/rejected.ts';

/** Fields moved aside in one document; one that the store refuses for more is no event of this stream. */
const MOST_FIELDS = 8;
const DETAIL_CHARACTERS = 500;
/** What makes a document one of its stream; without it there is nothing to keep. */
const REQUIRED = /^(@timestamp|logmill(\..*)?)$/;

type Tree = Record<string, unknown>;
/** A field that was moved aside, as `logmill.quarantined` lists it: all text, so that no mapping can refuse it. */
type Moved = { readonly field: string; readonly reason: string; readonly value: string };

/** A document without the field that the store refused, and how many were moved aside before. */
export type Quarantined = { readonly document: OpenDocument; readonly before: number };

/**
 * Moves the field that the store refused to `logmill.quarantined`, with the reason and its value as JSON text. Numbers
 * keep their digits. Undefined where no field is named, it is not there or must stay, or too many were moved already: the
 * line is then a dead letter.
 * @param text the whole document, as it was sent
 */
export function quarantine(text: string, { reason, field, detail }: Rejected): Quarantined | undefined {
  if (reason !== 'mapping' || field === undefined || REQUIRED.test(field)) return undefined;
  const document = JSON.parse(text, exactNumbers as Parameters<typeof JSON.parse>[1]) as Tree;
  const { event, logmill = {}, ...rest } = document as { event: Tree; logmill?: Tree };
  const earlier = (logmill as { quarantined?: readonly Moved[] }).quarantined ?? [];
  if (earlier.length >= MOST_FIELDS) return undefined;
  // Delivery stamps it anew.
  const { ingested: _, ...kept } = event;
  const tree: Tree = { ...rest, event: kept };
  let value = take(tree, field);
  if (value === undefined) value = take(tree, parentOf(field));
  if (value === undefined) return undefined;
  const moved: Moved = { field, reason: detail.slice(0, DETAIL_CHARACTERS), value: textOf(value) };
  // The writer's layout: `event` last, with a member, and left open behind it.
  const { event: left = {}, ...others } = tree as { event?: Tree };
  const made = {
    ...others,
    logmill: { ...logmill, quarantined: [...earlier, moved] },
    event: Object.keys(left).length === 0 ? { kind: 'event' } : left,
  };
  return { document: JSON.stringify(made).slice(0, -2), before: earlier.length };
}

/**
 * Removes a field, nested or with dots in its keys, from an object, and what is left empty around it. Returns its value;
 * where arrays lie on the way, the values of all their items.
 */
function take(tree: Tree, path: string): unknown {
  for (const key of Object.keys(tree)) {
    const value = tree[key];
    if (key === path) {
      delete tree[key];
      return value;
    }
    if (!path.startsWith(`${key}.`)) continue;
    const found = takeBelow(value, path.slice(key.length + 1));
    if (found === undefined) continue;
    if (isTree(value) && Object.keys(value).length === 0) delete tree[key];
    return found;
  }
  return undefined;
}

function takeBelow(value: unknown, path: string): unknown {
  if (isTree(value)) return take(value, path);
  if (!Array.isArray(value)) return undefined;
  const found = value.map((item) => takeBelow(item, path)).filter((part) => part !== undefined);
  return found.length === 0 ? undefined : found;
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRaw(value);
}

/** Of a multi-field (`message.keyword`) the document has only the field itself. */
function parentOf(field: string): string {
  return field.slice(0, Math.max(0, field.lastIndexOf('.')));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Not yet in TypeScript's own declarations. */
type RawJson = { rawJSON(text: string): object; isRawJSON(value: unknown): boolean };
const { rawJSON, isRawJSON: isRaw } = JSON as unknown as RawJson;
type Reviver = (this: unknown, key: string, value: unknown, context: { source: string }) => unknown;

/** A number that a double would write differently stays as it was written. */
const exactNumbers: Reviver = (_key, value, { source }) =>
  typeof value === 'number' && String(value) !== source ? rawJSON(source) : value;
