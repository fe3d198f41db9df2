import { readFileSync } from 'node:fs';
import type { JsonValue } from '../../../src/model/event.ts';
import { fieldType } from '../../../src/model/field-type.ts';
import { levelOfWord } from '../../../src/model/log-level.ts';
import { SHARED } from './read.ts';

export type Flat = Readonly<Record<string, JsonValue>>;

/** One value of theirs that is not where it should be in ours: of an ECS field under its name, of another under any. */
export type Difference = {
  readonly offset: JsonValue;
  readonly field: string;
  readonly theirs: JsonValue;
  readonly ours: JsonValue | undefined;
  readonly ecs: boolean;
  /** Whether the value is under some name of ours. */
  readonly present: boolean;
  /** Differs on purpose: see `reasonOf`. */
  readonly deliberate: string | undefined;
};

/** Documents, ECS fields and values: how many there are and how many are right. */
export type Comparison = {
  readonly expected: number;
  readonly ours: number;
  readonly missing: readonly JsonValue[];
  readonly extra: readonly JsonValue[];
  readonly fields: number;
  readonly values: number;
  readonly differences: readonly Difference[];
  /** Documents without any difference; with `deliberate` ones allowed. */
  readonly right: number;
  readonly rightButDeliberate: number;
  /** `event.*` of ours with a value ECS does not allow. */
  readonly forbidden: readonly string[];
};

/** That shipper's own fields, the place of its copy of the line, and what an address database of 2019 said. */
const NO_TARGET =
  /^(input\.type|fileset\.name|service\.type|log\.flags|log\.offset|event\.(timezone|module)|source\.(geo|as)\..*)$/;
/** Their values of 2019 are not today's: ours are held against the allowed ones instead. */
const CLASSIFICATION = /^event\.(kind|category|type|outcome)$/;

/**
 * Why a value of theirs is not ours on purpose; undefined where it is a plain difference. "-", "" and empty lists are no
 * values: the line says there is none. The names of systems are those of today's uap-core. Numbers are numbers where ECS
 * has them so, and of a list of host names the first is the address.
 */
function reasonOf(field: string, theirs: JsonValue, ours: Flat): string | undefined {
  const mine = ours[field];
  if (theirs === '-' || theirs === '' || (Array.isArray(theirs) && theirs.length === 0)) {
    return mine === undefined ? 'no value' : undefined;
  }
  if (field.startsWith('user_agent.') && theirs === 'Other')
    return mine === undefined ? 'unknown agent' : 'today’s uap-core';
  if (field === 'user_agent.os.name') {
    return ours['user_agent.os.full'] === theirs ? 'name and version of a system are two fields' : undefined;
  }
  if (field.startsWith('user_agent.')) return mine === undefined ? undefined : 'today’s uap-core';
  if (field === 'source.address') return String(theirs).split(', ')[0] === mine ? 'the first of a list' : undefined;
  if (field === 'event.duration' && Math.abs(Number(theirs) - Number(mine)) <= 1e-7 * Number(theirs)) {
    return 'computed with less precision';
  }
  if (String(mine).includes('[REDACTED]')) return 'a secret is not kept';
  // Of an audit record's msg='op=start direction=…' they keep what stands before the first blank.
  if (field === 'message' && String(mine).includes(` msg='${theirs}`)) return 'a message cut at its first blank';
  if (field === 'message' && String(theirs).trimEnd() === mine) return 'blank lines after an event are none of its own';
  return undefined;
}

/** Compares the documents of one file, both in its order. Theirs may end before the file does. */
export function compare(theirs: readonly Flat[], documents: readonly Flat[]): Comparison {
  const byOffset = new Map(documents.map((document) => [document['log.offset'], document]));
  const offsets = new Set(theirs.map((document) => document['log.offset']));
  const last = Math.max(...theirs.map((document) => Number(document['log.offset'])));
  const within = documents.filter((document) => Number(document['log.offset']) <= last);
  const differences: Difference[] = [];
  const count = { fields: 0, values: 0, right: 0, rightButDeliberate: 0 };
  for (const wanted of theirs) {
    const found = byOffset.get(wanted['log.offset']!);
    const { fields, values, differing } = compareDocument(wanted, found ?? {});
    count.fields += fields;
    count.values += values;
    differences.push(...differing);
    if (found === undefined) continue;
    if (differing.length === 0) count.right++;
    if (differing.every(({ deliberate }) => deliberate !== undefined)) count.rightButDeliberate++;
  }
  return {
    ...count,
    expected: theirs.length,
    ours: within.length,
    missing: theirs.map((document) => document['log.offset']!).filter((offset) => !byOffset.has(offset)),
    extra: within.map((document) => document['log.offset']!).filter((offset) => !offsets.has(offset)),
    differences,
    forbidden: documents.flatMap(forbiddenValues),
  };
}

function compareDocument(theirs: Flat, ours: Flat) {
  const present = new Set(Object.values(ours).flatMap((value) => texts(value)));
  const differing: Difference[] = [];
  let fields = 0;
  let values = 0;
  for (const [field, value] of Object.entries(theirs)) {
    if (NO_TARGET.test(field) || CLASSIFICATION.test(field)) continue;
    values++;
    const ecs = fieldType(field) !== undefined;
    if (ecs) fields++;
    const mine = ours[field];
    const level = field === 'log.level' ? levelOfWord(String(value)) : value;
    const found = texts(level).every((text) => present.has(text));
    if (ecs ? same(level, mine) : found) continue;
    const offset = theirs['log.offset']!;
    const deliberate = reasonOf(field, value, ours);
    differing.push({ offset, field, theirs: value, ours: mine, ecs, present: found, deliberate });
  }
  return { fields, values, differing };
}

/** x and [x] are equal, and so are a number and its text where ECS has a number. */
function same(theirs: JsonValue, ours: JsonValue | undefined): boolean {
  if (ours === undefined) return false;
  const one = texts(theirs);
  const other = texts(ours);
  return one.length === other.length && one.every((text, index) => text === other[index]);
}

function texts(value: JsonValue): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => texts(item));
  if (typeof value === 'object' && value !== null) return [JSON.stringify(value, inOrder)];
  const text = String(value);
  // Theirs has numbers as text where no type was given: "0.0083760" is 0.008376.
  return [/^-?\d{1,15}\.\d{1,15}$/.test(text) ? String(Number(text)) : text];
}

/** Objects with their keys in one order, which says nothing. */
function inOrder(_key: string, value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}

let allowed: Map<string, Set<string>> | undefined;

/** `event.category: nonsense` for every value outside today's list. */
function forbiddenValues(document: Flat): string[] {
  allowed ??= readAllowed();
  return [...allowed].flatMap(([field, values]) =>
    texts(document[field] ?? [])
      .filter((value) => !values.has(value))
      .map((value) => `${field}: ${value}`),
  );
}

function readAllowed(): Map<string, Set<string>> {
  const text = readFileSync(`${SHARED}ecs/ecs_flat.yml`, 'utf8');
  const found = new Map<string, Set<string>>();
  for (const field of ['event.kind', 'event.category', 'event.type', 'event.outcome']) {
    const start = text.indexOf('  allowed_values:', text.indexOf(`\n${field}:\n`));
    const block = text.slice(start, text.indexOf('\n  dashed_name:', start));
    found.set(field, new Set([...block.matchAll(/^ {4}name: (\S+)$/gm)].map((match) => match[1]!)));
  }
  return found;
}
