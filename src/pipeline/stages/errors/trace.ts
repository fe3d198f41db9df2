/** One frame as a language prints it, freed of what no identity rests on; lines stay for people. */
export type Frame = {
  /** Function, qualified as the language qualifies it; empty where there is no name. */
  readonly fn: string;
  /** File as printed; empty where there is none. */
  readonly file: string;
  /** 0 where there is none. */
  readonly line: number;
  /** Made by a compiler or runtime (`$$Lambda`, `[native code]`, `<anonymous>`): neither of the application nor of a library. */
  readonly native: boolean;
};

/** One exception of a chain. Its frames are innermost first, whichever way the language prints them. */
export type Exception = {
  type: string;
  message: string;
  readonly frames: Frame[];
};

/** What a text says of an exception. */
export type Trace = {
  readonly language: string;
  /** Index of the line that it begins with. */
  readonly first: number;
  /** What was thrown last comes first, the cause of it all comes last. Never empty. */
  readonly chain: readonly Exception[];
};

/** How one language prints exceptions. */
export type Language = {
  readonly name: string;
  /** Whether the line is a frame, or announces some, as no other language has them. */
  recognises(line: string): boolean;
  /** @param at index of the first line that was recognised. */
  parse(lines: readonly string[], at: number): Omit<Trace, 'language'> | undefined;
};

/** A text longer than this is read at its head and its tail: Python and Java end with what matters. */
const HEAD = 98_304;
const TAIL = 32_768;
/** Longest piece of a line that is looked at; every pattern here runs over bounded text. */
const LONGEST_LINE = 2000;

const COLOURS = /\u001b\[[\d;]{0,20}m/g;

/** Without the colours that terminals show: Python 3.13, Ruby and color-eyre write them into traces. */
export function withoutColours(text: string): string {
  return text.includes('\u001b[') ? text.replace(COLOURS, '') : text;
}

/** The lines of a text, bounded in number and length. */
export function linesOf(text: string): string[] {
  const bounded = text.length > HEAD + TAIL ? `${text.slice(0, HEAD)}\n${text.slice(-TAIL)}` : text;
  const lines = withoutColours(bounded).split('\n');
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!;
    if (line.length > LONGEST_LINE) lines[index] = line.slice(0, LONGEST_LINE);
    else if (line.endsWith('\r')) lines[index] = line.slice(0, -1);
  }
  return lines;
}

export function frame(fn: string, file: string, line: string | number | undefined, native = false): Frame {
  return { fn, file, line: line === undefined ? 0 : Number(line), native };
}

/** An exception of that head: `Type: message`, by a pattern whose first group is the type and second the message. */
export function exceptionOf(pattern: RegExp, text: string): Exception {
  const match = pattern.exec(text);
  if (match === null) return { type: '', message: text.trim(), frames: [] };
  return { type: match[1]!, message: (match[2] ?? '').trim(), frames: [] };
}

/** Farthest a head is looked for above the first frame: messages may have lines of their own. */
const LONGEST_MESSAGE = 60;

/**
 * The head above the first frame: the nearest line that a pattern matches, the patterns tried in order. Lines between
 * head and frames belong to the message.
 */
export function headAbove(
  lines: readonly string[],
  at: number,
  patterns: readonly RegExp[],
): { first: number; exception: Exception } {
  const top = Math.max(0, at - LONGEST_MESSAGE);
  for (const pattern of patterns) {
    for (let index = at - 1; index >= top; index--) {
      const match = pattern.exec(lines[index]!);
      if (match === null) continue;
      const message = [match[2] ?? '', ...lines.slice(index + 1, at)].join('\n').trim();
      return { first: index, exception: { type: match[1]!, message, frames: [] } };
    }
  }
  return { first: at, exception: { type: '', message: '', frames: [] } };
}

/** The topmost line above that one, not too far, which a pattern matches; else the line itself: where exceptions without frames begin. */
export function topmost(lines: readonly string[], at: number, patterns: readonly RegExp[]): number {
  for (let index = Math.max(0, at - LONGEST_MESSAGE); index < at; index++) {
    if (patterns.some((pattern) => pattern.test(lines[index]!))) return index;
  }
  return at;
}
