import { compilePlan, type Plan, type Step } from './document-plan.ts';
import type { Event, JsonValue } from './event.ts';
import type { OpenDocument } from './line.ts';
import { ownText } from './own-text.ts';

/** A node of the trie of key sequences; the way taken last is kept apart, because the next line mostly takes it again. */
type Shape = { key: string; next: Shape | undefined; others: Map<string, Shape> | undefined; plan: Plan | undefined };

/** Lines may bring ever new keys: past so much memory that plans take, bytes as estimated, all are made anew. */
const MOST_KEPT = 8_000_000;
/** One event's plan that takes more is not kept: what has so many keys has others in the next line. */
const LARGEST_PLAN = MOST_KEPT / 16;
/** What a key costs beside its characters: a step, a node, half-empty tables. */
const KEY_COST = 250;
/**
 * Plans that are kept before lines have earned them, and lines that earn one: a source whose every line has other keys makes
 * and forgets its plans, and a source that comes to an end of its new keys still gets all of them soon.
 */
const FREE_PLANS = 500;
const LINES_PER_PLAN = 16;
/** Values that the next line finds room for; a line with more of them must not be held until then. */
const MOST_VALUES = 1000;
/** How often a value may change more than it stays before its text is not kept any more. */
const TRUST = 16;
/** Characters of a value whose text is kept. */
const LONGEST_MEMO = 200;
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
  const plans = createPlans();

  return (event) => {
    let at: Shape | undefined = plans.root();
    let count = 0;
    for (const key in event) {
      const value = event[key];
      if (value === undefined) continue;
      values[count++] = value;
      if (at === undefined) continue;
      const next: Shape | undefined = at.next;
      at = next !== undefined && next.key === key ? next : otherWay(at, key);
    }
    const { steps, tail } = at?.plan ?? plans.make(presentKeys(event));
    let text = '';
    for (let index = 0; index < steps.length; index++) {
      const step = steps[index]!;
      const value = values[step.slot]!;
      const { memo } = step;
      if (memo.trust > 0) text += remembered(step, value);
      else text += written(step, value);
    }
    if (count > MOST_VALUES) values.length = 0;
    return text + tail;
  };
}

function otherWay(from: Shape, key: string): Shape | undefined {
  const to = from.others?.get(key);
  if (to !== undefined) from.next = to;
  return to;
}

/** The plans of one writer, in bounded memory whatever keys come. */
function createPlans() {
  let root = shape('');
  let kept = 0;
  let earned = FREE_PLANS;

  function keep(keys: readonly string[], plan: Plan): void {
    let at = root;
    for (const key of keys) {
      let to = at.others?.get(key);
      if (to === undefined) {
        to = shape(key);
        at.others ??= new Map();
        at.others.set(key, to);
      }
      at.next = to;
      at = to;
    }
    at.plan = plan;
  }

  return {
    /** Where a line begins. */
    root(): Shape {
      if (earned < FREE_PLANS) earned += 1 / LINES_PER_PLAN;
      return root;
    },
    /** The plan of keys that have none. */
    make(keys: readonly string[]): Plan {
      const cost = keys.reduce((sum, key) => sum + KEY_COST + key.length, 0);
      const isKept = earned >= 1 && cost <= LARGEST_PLAN;
      const plan = compilePlan(keys, isKept ? TRUST : 0);
      if (!isKept) return plan;
      earned--;
      kept += cost;
      if (kept > MOST_KEPT) {
        root = shape('');
        kept = cost;
      }
      keep(keys, plan);
      return plan;
    },
  };
}

function remembered(step: Step, value: JsonValue): string {
  const { memo } = step;
  if (value === memo.value) {
    if (memo.trust < TRUST) memo.trust++;
    return memo.text;
  }
  memo.trust--;
  // Lists and objects may be others by the next line.
  if (typeof value !== 'string' || value.length > LONGEST_MEMO || memo.trust === 0) {
    memo.value = undefined;
    return written(step, value);
  }
  memo.value = ownText(value);
  memo.text = written(step, memo.value);
  return memo.text;
}

function written({ prefix, before, after, array }: Step, value: JsonValue): string {
  // Fast path: as few pieces as can be, for joining them is what writing costs.
  if (typeof value === 'string' && !NEEDS_ESCAPE.test(value)) return before + value + after;
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
