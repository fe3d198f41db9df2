import type { Multiline } from '../../config/multiline.ts';
import type { SampleLine } from './sample.ts';
import type { Signature } from './signature.ts';

/** A signature ready to be held against lines. */
export type Matcher = {
  /** Whether the line looks like one of the pipeline's. */
  fits(line: SampleLine): boolean;
  /** Whether the line is only the middle of an event. */
  continues(line: SampleLine): boolean;
};

type Key = { readonly name: string; readonly type: string | undefined };

/** Compiles the expressions of a signature; dear enough to be done only when there is a choice to make. */
export function matcherOf({ lines, keys, multiline }: Signature): Matcher {
  const patterns = lines.map((pattern) => new RegExp(pattern));
  const sets = keys.map(keysOf);
  return {
    fits: (line) =>
      patterns.some((pattern) => pattern.test(line.text)) ||
      (line.json !== undefined && sets.some((set) => set.every((key) => hasKey(line, key)))),
    continues: continuationOf(multiline),
  };
}

function keysOf(text: string): readonly Key[] {
  return text.split(/\s+/).map((word) => {
    const [name = '', type] = word.split(':');
    return { name, type };
  });
}

function hasKey({ json, text }: SampleLine, { name, type }: Key): boolean {
  if (json === undefined) return false;
  if (json === 'cut') return hasKeyInText(text, name, type);
  const value = name in json ? json[name] : valueAt(json, name);
  return value !== undefined && (type === undefined || typeOf(value) === type);
}

function valueAt(json: Readonly<Record<string, unknown>>, name: string): unknown {
  return name
    .split('.')
    .reduce<unknown>(
      (value, step) =>
        typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[step] : undefined,
      json,
    );
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'list';
  return typeof value === 'string' ? 'text' : typeof value;
}

/** Of an object of which only the beginning was read. */
function hasKeyInText(text: string, name: string, type: string | undefined): boolean {
  const key = `"${text.includes(`"${name}"`) ? name : name.slice(name.lastIndexOf('.') + 1)}"`;
  const at = text.indexOf(key);
  if (at === -1) return false;
  const [, first] = /^\s{0,10}:\s{0,10}(.)/.exec(text.slice(at + key.length)) ?? [];
  if (first === undefined || type === undefined) return first !== undefined;
  return type === ({ '"': 'text', '{': 'object', '[': 'list' }[first] ?? 'number');
}

/** Nearly what the agent's framing does; here it only keeps the middles of events from counting. */
function continuationOf(multiline: Multiline | undefined): Matcher['continues'] {
  const { start, continuation, indentation, mode } = multiline ?? {};
  if (start !== undefined) {
    const pattern = new RegExp(start);
    return ({ text }) => !pattern.test(text);
  }
  if (continuation !== undefined) {
    const pattern = new RegExp(continuation);
    return ({ text }) => pattern.test(text);
  }
  if (indentation === true || (mode !== undefined && mode !== 'none')) return ({ text }) => /^[ \t]/.test(text);
  return () => false;
}
