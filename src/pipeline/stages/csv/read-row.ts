export type RowSyntax = {
  /** One character between cells. */
  readonly separator: string;
  /** One character around cells that hold separators; '' for none. */
  readonly quote: string;
  /** What stands before a quote inside of quotes: the quote itself (RFC 4180) or a backslash. */
  readonly escapedBy: string;
  /** Whether blanks at both ends of cells, outside of quotes, belong to nothing. */
  readonly trim: boolean;
};

/**
 * Makes a reader of the cells of one row; undefined for a row whose quotes do not fit (one is not closed, or text follows
 * it). A quote inside a cell that does not begin with one is an ordinary character, as RFC 4180's readers have it.
 */
export function createRowReader({
  separator,
  quote,
  escapedBy,
  trim,
}: RowSyntax): (text: string) => string[] | undefined {
  /** Position of the quote that closes a cell; -1 when there is none. */
  function closingQuote(text: string, from: number): number {
    for (let at = from; at < text.length; at++) {
      if (escapedBy !== quote && text[at] === escapedBy) at++;
      else if (text[at] === quote) {
        if (escapedBy !== quote || text[at + 1] !== quote) return at;
        at++;
      }
    }
    return -1;
  }

  function splitRow(text: string): string[] {
    const cells = text.split(separator);
    if (trim) for (let index = 0; index < cells.length; index++) cells[index] = cells[index]!.trim();
    return cells;
  }

  function skipBlanks(text: string, from: number): number {
    let at = from;
    if (trim) while (text[at] === ' ') at++;
    return at;
  }

  return (text) => {
    // Fast path: most rows have no quotes.
    if (quote === '' || !text.includes(quote)) return splitRow(text);
    const cells: string[] = [];
    let at = 0;
    for (;;) {
      const start = skipBlanks(text, at);
      if (text[start] === quote) {
        const close = closingQuote(text, start + 1);
        if (close === -1) return undefined;
        const inner = text.slice(start + 1, close);
        cells.push(inner.includes(escapedBy) ? withoutEscapes(inner, escapedBy, quote) : inner);
        at = skipBlanks(text, close + 1);
        if (at < text.length && text[at] !== separator) return undefined;
      } else {
        const next = text.indexOf(separator, at);
        const end = next === -1 ? text.length : next;
        cells.push(trim ? text.slice(at, end).trim() : text.slice(at, end));
        at = end;
      }
      if (at >= text.length) return cells;
      at++;
    }
  };
}

function withoutEscapes(text: string, escapedBy: string, quote: string): string {
  if (escapedBy === quote) return text.replaceAll(quote + quote, quote);
  return text.replace(/\\([\s\S])/g, (whole, next: string) => (next === quote || next === escapedBy ? next : whole));
}

/** Of the usual separators the one that stands most often in a header row; a comma where there is none. */
export function separatorOf(header: string): string {
  let best = ',';
  let most = 0;
  for (const candidate of [',', ';', '\t', '|']) {
    const count = header.split(candidate).length - 1;
    if (count <= most) continue;
    best = candidate;
    most = count;
  }
  return best;
}
