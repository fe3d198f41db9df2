import type { Grouping } from './traces.ts';

/** What stands between cells, whichever of them it is: the framing does not know the file's header. */
const SEPARATORS = new Set([',', ';', '\t', '|']);

/**
 * Whether a row goes on in the next line: a cell that begins with a quote has none yet that ends it (RFC 4180, 2.6). A quote
 * elsewhere is an ordinary character.
 * @param inside whether the line begins within such a cell.
 */
function endsInQuotes(text: string, inside: boolean): boolean {
  let quoted = inside;
  let isStart = !inside;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (quoted && character === '"') {
      const next = text[at + 1];
      if (next === '"') at++;
      else if (next === undefined || SEPARATORS.has(next)) quoted = false;
    } else if (!quoted) {
      quoted = isStart && character === '"';
      isStart = SEPARATORS.has(character);
    }
  }
  return quoted;
}

/** Rows of cells in double quotes, which may hold line breaks. */
export const ROWS: Grouping = {
  isContinuation: () => false,
  open(first) {
    let goesOn = endsInQuotes(first, false);
    return {
      takes(text) {
        if (!goesOn) return false;
        goesOn = endsInQuotes(text, true);
        return true;
      },
    };
  },
};
