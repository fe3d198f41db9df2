import { dottedName } from '../keyed/named-field.ts';
import { BASE } from './sets/base.ts';
import { MONITORING } from './sets/monitoring.ts';
import { NETWORK } from './sets/network.ts';
import { PRODUCTS } from './sets/products.ts';
import { SERVICES } from './sets/services.ts';

export type PatternSet = 'legacy' | 'ecs';
/** Patterns by name. */
export type Patterns = ReadonlyMap<string, string>;

/** A group of the expression, `g0` and so on, with the field it fills. */
export type GrokGroup = { readonly group: string; readonly field: string; readonly type: string | undefined };
export type Expanded = { readonly source: string; readonly flags: string; readonly groups: readonly GrokGroup[] };

/** All that is shipped. */
export const SHIPPED: Patterns = readPatterns([BASE, PRODUCTS, MONITORING, NETWORK, SERVICES].join('\n'));
/** Characters of a text that are matched unless the pipeline says otherwise. */
export const LONGEST_TEXT = 8192;
const LONGEST_EXPANSION = 100_000;

/** The patterns of a text of lines `NAME expression`; lines that are blank or begin with # say nothing. */
export function readPatterns(text: string): Map<string, string> {
  const patterns = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*(\w[\w.-]*)\s+(\S.*)$/.exec(line);
    if (match !== null) patterns.set(match[1]!, match[2]!);
  }
  return patterns;
}

/** The shipped patterns with others added, which replace those of the same name. */
export function patternsWith(own: Patterns): Patterns {
  return own.size === 0 ? SHIPPED : new Map([...SHIPPED, ...own]);
}

/** Patterns that a pipeline brings itself, those it defines before those of its files. */
export function ownPatterns(definitions: Readonly<Record<string, string>>, files: readonly Patterns[]): Patterns {
  return new Map([...files.flatMap((patterns) => [...patterns]), ...Object.entries(definitions)]);
}

/** `%{NAME}`, `%{NAME:field}`, `%{NAME:field:type}`; a field `legacy|ecs` has a name for each set. */
const REFERENCE = /%\{([\w.-]+)(?::([^:}]*))?(?::([^}]*))?\}/;
/** A named group, not a look-behind. */
const GROUP = /\(\?<(?![=!])([^>]+)>/;
/** What Oniguruma writes and JavaScript does not: anchors, hexadecimal digits, possessive and atomic parts, classes. */
const FOREIGN = /\\[AzZhH]|\(\?>|(?<!\\)([*+?])\+|\[:(\w+):\]|\(\?#[^)]*\)/;
const TOKEN = new RegExp(`${REFERENCE.source}|${GROUP.source}|${FOREIGN.source}|\\\\[\\s\\S]|\\[|\\]`, 'g');

const POSIX: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z\\u00aa-\\uffff',
  alpha: 'A-Za-z\\u00aa-\\uffff',
  digit: '0-9',
  lower: 'a-z',
  punct: '!-/:-@\\[-`{-~',
  space: '\\s',
  upper: 'A-Z',
  word: '\\w',
  xdigit: '0-9A-Fa-f',
};

/**
 * One regular expression of a grok pattern, all references put in, its fields as numbered groups. Atomic and possessive
 * parts become plain ones, which match more, never less. Throws RangeError for a name that is not there, and for a
 * pattern within itself.
 */
export function expandGrok(pattern: string, patterns: Patterns, set: PatternSet): Expanded {
  const groups: GrokGroup[] = [];
  const flags = /^\(\?([imx]+)\)/.exec(pattern);
  const source = new Expansion(patterns, set, groups).expand(flags === null ? pattern : pattern.slice(flags[0].length));
  // What begins with any text matches from the beginning of a line or not at all: no other place needs to be tried.
  const anchored = /^\((?:\?:|\?<g\d+>)\.\*/.test(source) ? `^${source}` : source;
  // As in Ruby ^ and $ are ends of lines, and (?m) lets a dot match line ends.
  const letters = flags?.[1] ?? '';
  return { source: anchored, flags: `m${letters.includes('i') ? 'i' : ''}${letters.includes('m') ? 's' : ''}`, groups };
}

/** What TOKEN's groups hold, and where it matched. */
type Parts = [
  name: string | undefined,
  field: string | undefined,
  type: string | undefined,
  group: string | undefined,
  quantifier: string | undefined,
  posix: string | undefined,
  at: number,
];

class Expansion {
  readonly #patterns: Patterns;
  readonly #set: PatternSet;
  readonly #groups: GrokGroup[];
  readonly #within: string[] = [];
  #length = 0;

  constructor(patterns: Patterns, set: PatternSet, groups: GrokGroup[]) {
    this.#patterns = patterns;
    this.#set = set;
    this.#groups = groups;
  }

  expand(pattern: string): string {
    this.#length += pattern.length;
    if (this.#length > LONGEST_EXPANSION) throw new RangeError('is too long with all its patterns put in');
    let depth = 0;
    return pattern.replace(TOKEN, (token: string, ...parts: (string | number | undefined)[]) => {
      const [name, field, type, group, quantifier, posix, at] = parts as Parts;
      if (posix !== undefined) return POSIX[posix] ?? token;
      if (token === '[') {
        // A class within a class adds to it; JavaScript has no such brackets.
        if (depth > 0 && !pattern.startsWith('[[:', at)) return '\\[';
        return depth++ === 0 ? token : '';
      }
      if (token === ']' && depth > 0) return --depth === 0 ? token : '';
      if (depth > 0) return token === '\\h' ? '0-9A-Fa-f' : token;
      if (name !== undefined) return this.#reference(name, field, type);
      if (group !== undefined) return this.#open(fieldOf(group, this.#set), undefined);
      return quantifier ?? plain(token);
    });
  }

  #reference(name: string, field: string | undefined, type: string | undefined): string {
    const pattern = this.#patterns.get(name);
    if (pattern === undefined) throw new RangeError(`has no pattern ${name} to put in`);
    if (this.#within.includes(name)) throw new RangeError(`has ${name} within itself`);
    this.#within.push(name);
    const to = field === undefined ? undefined : fieldOf(field, this.#set);
    const open = this.#open(to, type);
    const expanded = this.expand(pattern);
    this.#within.pop();
    return `${open}${expanded})`;
  }

  #open(field: string | undefined, type: string | undefined): string {
    return field === undefined ? '(?:' : `(?<${this.#group(field, type)}>`;
  }

  #group(field: string, type: string | undefined): string {
    const group = `g${this.#groups.length}`;
    this.#groups.push({ group, field, type });
    return group;
  }
}

/** What Logstash keeps for its own filters, and stores nowhere. */
const UNSTORED = '@metadata.';

/** The field's name in a set, `[a][b]` as `a.b`; undefined where the set fills none. */
function fieldOf(text: string, set: PatternSet): string | undefined {
  const [legacy = '', ecs = legacy] = text.split('|');
  const name = set === 'ecs' ? ecs : legacy;
  const dotted = dottedName(name);
  return dotted === '' || dotted.startsWith(UNSTORED) ? undefined : dotted;
}

function plain(token: string): string {
  switch (token) {
    case '\\A':
      return '(?<![\\s\\S])';
    case '\\z':
      return '(?![\\s\\S])';
    case '\\Z':
      return '(?=\\n?(?![\\s\\S]))';
    case '\\h':
      return '[0-9A-Fa-f]';
    case '\\H':
      return '[^0-9A-Fa-f]';
    case '(?>':
      return '(?:';
    default:
      return token.startsWith('(?#') ? '' : token;
  }
}
