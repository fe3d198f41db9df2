import type { Event, JsonValue } from '../../../model/event.ts';
import { type FieldType, fieldType } from '../../../model/field-type.ts';
import { optionFault } from '../../stage.ts';
import { ecsType, fit } from '../json/ecs.ts';
import { expandGrok, type GrokType, type PatternSet, type Patterns } from './expand.ts';

/** A group with the field it fills. */
type Target = {
  readonly group: string;
  readonly field: string;
  readonly type: FieldType | undefined;
  /** Where a value goes that is not of the type. */
  readonly own: string;
  /** The first group that fills the same field; itself, mostly. */
  readonly first: number;
};

/** Fills an event from a text; false when the pattern does not match. */
export type Grok = (event: Event, text: string) => boolean;

const TYPES: Readonly<Record<GrokType, FieldType>> = {
  int: 'long',
  long: 'long',
  float: 'double',
  double: 'double',
  boolean: 'boolean',
  string: 'keyword',
};

/** What reading needs besides the patterns. `longest`: so many characters are matched, the last group takes what follows. */
export type GrokSettings = { readonly set: PatternSet; readonly target: string; readonly longest: number };

/** Compiles a pattern. Throws LogmillError naming the option at fault. */
export function compileGrok(pattern: string, patterns: Patterns, settings: GrokSettings, key: string): Grok {
  const { set, target, longest } = settings;
  let regex: RegExp;
  let targets: readonly Target[];
  try {
    const { source, flags, groups } = expandGrok(pattern, patterns, set);
    regex = new RegExp(source, flags);
    targets = targetsOf(groups, target);
  } catch (error) {
    if (error instanceof RangeError) throw optionFault(key, error.message);
    if (error instanceof SyntaxError) throw optionFault(key, `is no regular expression: ${error.message}`);
    throw error;
  }
  const filled = new Uint8Array(targets.length);
  return (event, whole) => {
    const text = whole.length > longest ? whole.slice(0, longest) : whole;
    const match = regex.exec(text);
    if (match === null) return false;
    const reachesCut = text.length < whole.length && match.index + match[0].length === text.length;
    const found = match.groups!;
    filled.fill(0);
    for (let index = 0; index < targets.length; index++) {
      const part = targets[index]!;
      const value = found[part.group];
      if (value === undefined || value === '') continue;
      const isLast = reachesCut && text.endsWith(value);
      put(event, part, isLast ? value + whole.slice(longest) : value, filled[part.first] === 1);
      filled[part.first] = 1;
    }
    return true;
  };
}

function targetsOf(groups: ReturnType<typeof expandGrok>['groups'], target: string): Target[] {
  if (groups.length === 0) throw new RangeError('needs a field to fill, such as %{IP:source.ip}');
  const fields = groups.map(({ field }) => field);
  return groups.map(({ group, field, type }) => {
    const own = `${target}.${field}`;
    // A name without a dot that ECS does not know belongs to the product; contracts, "Event and record".
    const to = field.includes('.') || field.startsWith('@') || ecsType(field) !== undefined ? field : own;
    const known = type === undefined ? numberType(to) : TYPES[type];
    return { group, field: to, type: known, own, first: fields.indexOf(field) };
  });
}

/** Text is what any other field of ECS takes. */
function numberType(field: string): FieldType | undefined {
  const type = fieldType(field);
  return type === 'long' || type === 'double' || type === 'ip' ? type : undefined;
}

function put(event: Event, { field, type, own }: Target, text: string, isAgain: boolean): void {
  const plain = type === 'long' || type === 'double' ? text.replace(/^\+|(?<=^-?)0+(?=\d)/g, '') : text;
  const value = type === undefined ? text : fit(plain, type);
  const to = value === undefined ? own : field;
  const given: JsonValue = value ?? text;
  const present = event[to];
  if (!isAgain || present === undefined) event[to] = given;
  else event[to] = Array.isArray(present) ? [...present, given] : [present, given];
}
