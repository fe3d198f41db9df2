import type { Event } from '../../../model/event.ts';
import { optionFault } from '../../stage.ts';
import { type NamedField, namedField, putText, TYPE_NAMES } from '../keyed/named-field.ts';
import { expandGrok, type PatternSet, type Patterns } from './expand.ts';

/** A group with the field it fills; `first`: the first group of the same field, itself mostly. */
type Target = NamedField & { readonly group: string; readonly first: number };

/** Fills an event from a text; false when the pattern does not match. */
export type Grok = (event: Event, text: string) => boolean;

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
  const withPlaces = new RegExp(regex.source, `${regex.flags}d`);
  return (event, whole) => {
    const isCut = whole.length > longest;
    const match = (isCut ? withPlaces : regex).exec(isCut ? whole.slice(0, longest) : whole);
    if (match === null) return false;
    const found = match.groups!;
    const places = match.indices?.groups;
    filled.fill(0);
    for (let index = 0; index < targets.length; index++) {
      const part = targets[index]!;
      const value = found[part.group];
      if (value === undefined || value === '') continue;
      const reachesCut = places?.[part.group]?.[1] === longest;
      putText(event, part, reachesCut ? value + whole.slice(longest) : value, filled[part.first] === 1);
      filled[part.first] = 1;
    }
    return true;
  };
}

function targetsOf(groups: ReturnType<typeof expandGrok>['groups'], target: string): Target[] {
  if (groups.length === 0) throw new RangeError('needs a field to fill, such as %{IP:source.ip}');
  const fields = groups.map(({ field }) => field);
  return groups.map(({ group, field, type }) => {
    const named = namedField(field, target, type);
    if (named === undefined) throw new RangeError(`names an unknown type ${type}; there are ${TYPE_NAMES}`);
    return { ...named, group, first: fields.indexOf(field) };
  });
}
