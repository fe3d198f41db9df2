import type { StageContext } from '../../stage.ts';
import { createRowReader, type RowSyntax, separatorOf } from './read-row.ts';
import { newZeekHeader, readDirective, type ZeekHeader } from './zeek.ts';

/** What is known of the rows of a source. */
export type Layout = {
  readonly read: (text: string) => string[] | undefined;
  readonly columns: readonly string[];
  readonly zeek: ZeekHeader | undefined;
  /** The line that named the columns; such lines may come again. */
  readonly header: string | undefined;
};

/** Finds the layout that holds for a line of the source at hand; `header`: the line is one itself; undefined: none is known. */
export type LayoutFinder = (line: string) => Layout | 'header' | undefined;

export const MOST_COLUMNS = 2000;

/** Columns that the pipeline names. */
export function fixedLayout(columns: readonly string[], syntax: RowSyntax): LayoutFinder {
  const layout: Layout = { read: createRowReader(syntax), columns, zeek: undefined, header: undefined };
  return () => layout;
}

/** Remembers something for each source. */
function memory<Kept extends object>({ source }: StageContext, create: () => Kept): () => Kept {
  const only = {};
  const known = new WeakMap<object, Kept>();
  return () => {
    const key = source?.() ?? only;
    let kept = known.get(key);
    if (kept === undefined) {
      kept = create();
      known.set(key, kept);
    }
    return kept;
  };
}

/**
 * Columns that the first row of a source names. Of a file taken up in the middle its head is asked; where there is no file
 * the first line seen is the header, if it looks like one.
 */
export function headerRow(syntax: RowSyntax | undefined, base: RowSyntax, context: StageContext): LayoutFinder {
  const rows = memory(context, () => {
    const first = context.head?.().find((line) => line.trim() !== '');
    return {
      isAsked: first !== undefined || context.isReplay === true,
      layout: first === undefined ? undefined : layoutOf(first, syntax, base),
    };
  });
  return (line) => {
    const row = rows();
    if (!row.isAsked) {
      row.isAsked = true;
      row.layout = layoutOf(line, syntax, base);
    }
    return row.layout !== undefined && line === row.layout.header ? 'header' : row.layout;
  };
}

function layoutOf(header: string, syntax: RowSyntax | undefined, base: RowSyntax): Layout | undefined {
  const line = header.replace(/^\ufeff/, '').replace(/\r$/, '');
  const read = createRowReader(syntax ?? { ...base, separator: separatorOf(line) });
  const cells = read(line)?.slice(0, MOST_COLUMNS);
  if (cells === undefined || !isHeader(cells)) return undefined;
  return { read, columns: apart(cells.map(columnName)), zeek: undefined, header: line };
}

/** `User ID` and `user-id` come to one name: the second is called user_id_2. */
function apart(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name}_${count}`;
  });
}

/** Names differ and are no numbers or dates; some may be missing. */
function isHeader(cells: readonly string[]): boolean {
  const names = new Set(cells.map((cell, index) => (cell.trim() === '' ? index : cell.trim())));
  const isName = (cell: string) => cell.trim() === '' || (/\p{L}/u.test(cell) && !/^\s*[+-]?\d/.test(cell));
  return names.size === cells.length && cells.some((cell) => cell.trim() !== '') && cells.every(isName);
}

function columnName(cell: string, index: number): string {
  const name = plainName(cell);
  return name === '' ? `column${index + 1}` : name;
}

/** `Client IP`, `cs(User-Agent)` as a name of a field: client_ip, cs_user_agent. */
function plainName(cell: string): string {
  return cell
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}.@]+/gu, '_')
    .replace(/(?<=^|\.)_|_(?=\.|$)/g, '');
}

/** Columns and types as the lines with a # of a Zeek log say; they may come again in a file, with others. */
export function zeekLines(context: StageContext): LayoutFinder {
  const files = memory(context, () => {
    const state: { zeek: ZeekHeader; layout: Layout | undefined } = { zeek: newZeekHeader(), layout: undefined };
    for (const line of context.head?.() ?? []) if (line.startsWith('#')) direct(state, line);
    return state;
  });
  return (line) => {
    const file = files();
    if (!line.startsWith('#')) return file.layout;
    direct(file, line);
    return 'header';
  };
}

function direct(state: { zeek: ZeekHeader; layout: Layout | undefined }, line: string): void {
  const { zeek } = state;
  readDirective(line, zeek);
  const columns = zeek.names.slice(0, MOST_COLUMNS);
  const read = createRowReader({ separator: zeek.separator, quote: '', escapedBy: '', trim: false });
  state.layout = columns.length === 0 ? undefined : { read, columns, zeek, header: undefined };
}
