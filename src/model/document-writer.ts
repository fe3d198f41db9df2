import type { Event, JsonValue } from './event.ts';
import { isArrayField } from './field-type.ts';
import type { OpenDocument } from './line.ts';

/** Where one value goes: the text before it, the position of its key in the event, and what it was in the line before. */
type Step = { readonly prefix: string; readonly slot: number; readonly array: boolean; readonly memo: Memo };
/** The text of a value that mostly is the same in line after line, like that of `host.name`. `trust` 0: it is not. */
type Memo = { value: string | undefined; text: string; trust: number };
/** The layout of all events with the same keys in the same order. */
type Plan = { readonly steps: readonly Step[]; readonly tail: string };
/** A node of the trie of key sequences; the way taken last is kept apart, because the next line mostly takes it again. */
type Shape = { key: string; next: Shape | undefined; others: Map<string, Shape> | undefined; plan: Plan | undefined };
type Branch = Map<string, Branch | number>;

/** Lines may bring ever new keys; past this many trie nodes the cache starts afresh. */
const LARGEST_TRIE = 50_000;
/** How often a value may change more than it stays before its text is not kept any more. */
const TRUST = 16;
const NEEDS_ESCAPE = /["\\\u0000-\u001f\ud800-\udfff]/;

/**
 * Makes the one place where a flat event becomes nested JSON text. The layout is compiled once per set of keys; events
 * are only walked. Layout: top-level names in order of first appearance, `event` last and left open, so that delivery
 * can add `event.ingested` (closeDocument); an event without any `event.*` gets `event.kind: event`.
 *
 * Nothing is lost where keys collide: with `a` and `a.b` both present, the value of `a` moves to `a.value` (or
 * `a.value_2` … where that is taken); the same for a key called `event`. Empty parts of a key become `_`.
 * Fields that ECS normalises to arrays are written as arrays; undefined values are left out; NaN and infinities are null.
 */
export function createDocumentWriter(): (event: Event) => OpenDocument {
  const values: JsonValue[] = [];
  let root = shape('');
  let nodes = 0;

  function follow(from: Shape, key: string): Shape {
    let to = from.others?.get(key);
    if (to === undefined) {
      nodes++;
      to = shape(key);
      from.others ??= new Map();
      from.others.set(key, to);
    }
    from.next = to;
    return to;
  }

  return (event) => {
    if (nodes > LARGEST_TRIE) {
      root = shape('');
      nodes = 0;
    }
    let at = root;
    let count = 0;
    for (const key in event) {
      const value = event[key];
      if (value === undefined) continue;
      const { next } = at;
      at = next !== undefined && next.key === key ? next : follow(at, key);
      values[count++] = value;
    }
    if (at.plan === undefined) at.plan = compile(presentKeys(event));
    const { steps, tail } = at.plan;
    let text = '';
    for (let index = 0; index < steps.length; index++) {
      const step = steps[index]!;
      const value = values[step.slot]!;
      const { memo } = step;
      if (memo.trust > 0) text += remembered(step, value);
      else text += written(step, value);
    }
    return text + tail;
  };
}

function remembered(step: Step, value: JsonValue): string {
  const { memo } = step;
  if (value === memo.value) {
    if (memo.trust < TRUST) memo.trust++;
    return memo.text;
  }
  memo.trust--;
  const text = written(step, value);
  // Lists and objects may be others by the next line.
  memo.value = typeof value === 'string' ? value : undefined;
  memo.text = text;
  return text;
}

function written({ prefix, array }: Step, value: JsonValue): string {
  return array && value !== null && !Array.isArray(value) ? `${prefix}[${encode(value)}]` : prefix + encode(value);
}

/** Completes a document. @param ingested ISO 8601 time of delivery, `event.ingested`. */
export function closeDocument(open: OpenDocument, ingested?: string): string {
  return ingested === undefined ? `${open}}}` : `${open},"ingested":"${ingested}"}}`;
}

function shape(key: string): Shape {
  return { key, next: undefined, others: undefined, plan: undefined };
}

function presentKeys(event: Event): string[] {
  return Object.keys(event).filter((key) => event[key] !== undefined);
}

/** JSON text of a value. Most strings need no escape, and a test is cheaper than JSON.stringify. */
function encode(value: JsonValue): string {
  switch (typeof value) {
    case 'string':
      return NEEDS_ESCAPE.test(value) ? JSON.stringify(value) : `"${value}"`;
    case 'number':
      return Number.isFinite(value) ? `${value}` : 'null';
    case 'boolean':
      return value ? 'true' : 'false';
    default:
      return value === null ? 'null' : encodeObject(value);
  }
}

function encodeObject(value: JsonValue & object): string {
  if (!Array.isArray(value)) return JSON.stringify(value);
  let text = '[';
  for (let index = 0; index < value.length; index++) {
    text += index === 0 ? encode(value[index]) : `,${encode(value[index])}`;
  }
  return `${text}]`;
}

function compile(keys: readonly string[]): Plan {
  const tree: Branch = new Map();
  for (const [slot, path] of resolvePaths(keys).entries()) plant(tree, path.split('.'), slot);
  const last = (tree.get('event') as Branch | undefined) ?? new Map();
  tree.delete('event');
  const arrays = keys.map(isArrayField);
  const steps: Step[] = [];
  let pending = '{';
  const emit = (branch: Branch) => {
    let comma = '';
    for (const [name, child] of branch) {
      pending += `${comma}${JSON.stringify(name)}:`;
      comma = ',';
      if (typeof child === 'number') {
        const memo = { value: undefined, text: '', trust: TRUST };
        steps.push({ prefix: pending, slot: child, array: arrays[child]!, memo });
        pending = '';
      } else {
        pending += '{';
        emit(child);
        pending += '}';
      }
    }
  };
  emit(tree);
  pending += tree.size === 0 ? '"event":{' : ',"event":{';
  if (last.size === 0) pending += '"kind":"event"';
  else emit(last);
  return { steps, tail: pending };
}

function plant(tree: Branch, path: readonly string[], slot: number): void {
  let branch = tree;
  for (const name of path.slice(0, -1)) {
    let child = branch.get(name);
    if (child === undefined || typeof child === 'number') {
      child = new Map();
      branch.set(name, child);
    }
    branch = child;
  }
  branch.set(path.at(-1)!, slot);
}

/** A path for every key such that none equals another or lies on the way to another. */
function resolvePaths(keys: readonly string[]): string[] {
  const wanted = keys.map((key) => (/^\.|\.\.|\.$|^$/.test(key) ? key.replace(/(?<=^|\.)(?=\.|$)/g, '_') : key));
  const onTheWay = new Set(['event']);
  for (const path of wanted) {
    for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1)) onTheWay.add(path.slice(0, dot));
  }
  const taken = new Set(wanted.filter((path) => !onTheWay.has(path)));
  const given = new Set<string>();
  return wanted.map((path) => {
    let free = path;
    const moved = onTheWay.has(path) ? `${path}.value` : path;
    for (let n = 1; onTheWay.has(free) || given.has(free) || (free !== path && taken.has(free)); n++) {
      free = n === 1 ? moved : `${moved}_${n}`;
    }
    given.add(free);
    return free;
  });
}
