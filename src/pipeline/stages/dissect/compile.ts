import type { Event } from '../../../model/event.ts';
import { optionFault } from '../../stage.ts';
import { dottedName, type NamedField, namedField, putText, TYPE_NAMES } from '../keyed/named-field.ts';

/** What becomes of the text of a part. `name` and `value`: the text names the field that the part of the same key fills. */
type Role = 'field' | 'append' | 'skip' | 'name' | 'value';

type Part = {
  readonly role: Role;
  readonly key: string;
  readonly order: number;
  readonly isPadded: boolean;
  /** What stands after it; '' at the end of the pattern. */
  readonly delimiter: string;
  readonly type: string | undefined;
};

/** Fields to fill with the texts of some parts, in their order. */
type Filled = { readonly field: NamedField; readonly parts: readonly number[] };
/** A pair of parts of which one names the field that the other fills. */
type Pair = { readonly name: number; readonly value: number };

export type DissectSettings = {
  readonly target: string;
  /** Between the parts of a field. */
  readonly separator: string;
  readonly trim: boolean;
};

/** Fills an event from a text; false when the text is not of the pattern. */
export type Dissect = (event: Event, text: string) => boolean;

/** Longer names are text. */
const LONGEST_NAME = 256;
const PART = /%\{([^}]*)\}/g;
const KEY = /^([+?*&]?)([^|/]*?)(?:\/(\d{1,3}))?(?:\|(\w+))?(->)?$/;
const ROLES: Readonly<Record<string, Role>> = { '': 'field', '+': 'append', '?': 'skip', '*': 'name', '&': 'value' };

/** Compiles a pattern. Throws LogmillError naming the option at fault. */
export function compileDissect(pattern: string, { target, separator, trim }: DissectSettings, key: string): Dissect {
  const { lead, parts } = partsOf(pattern, key);
  const filled = filledOf(parts, target, key);
  const pairs = pairsOf(parts, key);
  const texts: string[] = new Array(parts.length).fill('');
  return (event, text) => {
    if (!split(text, lead, parts, texts)) return false;
    if (trim) for (let index = 0; index < texts.length; index++) texts[index] = texts[index]!.trim();
    for (const { field, parts: from } of filled) {
      const value = from.length === 1 ? texts[from[0]!]! : joined(texts, from, separator);
      if (value !== '') putText(event, field, value, false);
    }
    for (const { name, value } of pairs) {
      const named = texts[name]!;
      if (named !== '' && named.length <= LONGEST_NAME && texts[value] !== '')
        event[`${target}.${named}`] = texts[value]!;
    }
    return true;
  };
}

/** Cuts a text at the delimiters, one after the other; false when one is missing. */
function split(text: string, lead: string, parts: readonly Part[], into: string[]): boolean {
  if (!text.startsWith(lead)) return false;
  let at = lead.length;
  for (let index = 0; index < parts.length; index++) {
    const { delimiter, isPadded } = parts[index]!;
    if (delimiter === '') {
      into[index] = text.slice(at);
      return true;
    }
    const end = text.indexOf(delimiter, at);
    if (end === -1) return false;
    let stop = end;
    // Padding before a delimiter of several characters repeats only its first: `INFO   [main]`.
    if (isPadded) while (stop > at && text[stop - 1] === delimiter[0]) stop--;
    into[index] = text.slice(at, stop);
    at = end + delimiter.length;
    if (isPadded) while (text.startsWith(delimiter, at)) at += delimiter.length;
  }
  return true;
}

function joined(texts: readonly string[], from: readonly number[], separator: string): string {
  let value = '';
  for (const index of from) {
    const text = texts[index]!;
    if (text !== '') value += value === '' ? text : separator + text;
  }
  return value;
}

function partsOf(pattern: string, key: string): { lead: string; parts: readonly Part[] } {
  const found = [...pattern.matchAll(PART)];
  if (found.length === 0) throw optionFault(key, 'has no part such as %{source.ip}');
  const parts = found.map((match, index): Part => {
    const next = found[index + 1];
    const delimiter = pattern.slice(match.index + match[0].length, next?.index ?? pattern.length);
    if (delimiter === '' && next !== undefined)
      throw optionFault(key, `has nothing between ${match[0]} and ${next[0]}`);
    const read = KEY.exec(match[1]!);
    if (read === null) throw optionFault(key, `has a part that cannot be read: ${match[0]}`);
    const [, sign = '', name = '', order, type, padded] = read;
    const isPadded = padded !== undefined;
    if (name === '' && sign !== '' && sign !== '?') throw optionFault(key, `has a part without a name: ${match[0]}`);
    if (order !== undefined && sign !== '+') throw optionFault(key, `has an order without a +: ${match[0]}`);
    const role = name === '' ? 'skip' : ROLES[sign]!;
    return { role, key: dottedName(name), order: Number(order ?? 0), isPadded, delimiter, type };
  });
  return { lead: pattern.slice(0, found[0]!.index), parts };
}

/** Parts of one field, those with an order after the others and by it. */
function filledOf(parts: readonly Part[], target: string, key: string): Filled[] {
  const byKey = new Map<string, number[]>();
  for (const [index, part] of parts.entries()) {
    if (part.role !== 'field' && part.role !== 'append') continue;
    const known = byKey.get(part.key);
    if (known === undefined) byKey.set(part.key, [index]);
    else if (part.role === 'append') known.push(index);
    else throw optionFault(key, `has the part ${part.key} twice; %{+${part.key}} adds to it`);
  }
  return [...byKey].map(([name, indexes]) => {
    const { type } = parts[indexes[0]!]!;
    const field = namedField(name, target, type);
    if (field === undefined) throw optionFault(key, `names an unknown type ${type}; there are ${TYPE_NAMES}`);
    return { field, parts: indexes.sort((one, other) => parts[one]!.order - parts[other]!.order || one - other) };
  });
}

/** As Logstash has it, a part that is left out names the field too: `%{?k}=%{&k}`. */
function pairsOf(parts: readonly Part[], key: string): Pair[] {
  const wanted = new Set(parts.flatMap((part) => (part.role === 'value' ? part.key : [])));
  const isName = ({ role, key: own }: Part) => role === 'name' || (role === 'skip' && own !== '' && wanted.has(own));
  const names = parts.flatMap((part, index) => (isName(part) ? [{ part, index }] : []));
  const values = parts.flatMap((part, index) => (part.role === 'value' ? [{ part, index }] : []));
  for (const { part } of [...names, ...values]) {
    const isPaired = [names, values].every((list) => list.filter((other) => other.part.key === part.key).length === 1);
    if (!isPaired) throw optionFault(key, `needs one %{*${part.key}} and one %{&${part.key}}`);
  }
  return names.map(({ part, index }) => ({
    name: index,
    value: values.find((other) => other.part.key === part.key)!.index,
  }));
}
