import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Colours only on a terminal, and never when NO_COLOR is set. */
export function paint(style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  return stream.isTTY && process.env['NO_COLOR'] === undefined
    ? styleText(style, text, { validateStream: false })
    : text;
}

export type Column<Row> = {
  readonly title: string;
  readonly value: (row: Row) => string;
  readonly align?: 'right';
  /** Longest width on a terminal; longer values are cut with an ellipsis. */
  readonly max?: number;
};

/**
 * Rows as an aligned table with a heading; an empty list gives the heading alone. Control characters are made visible.
 * What goes to a file or another program is not cut.
 */
export function table<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { isTTY }: Pick<NodeJS.WriteStream, 'isTTY'> = process.stdout,
): string {
  const cells = rows.map((row) => columns.map(({ value, max }) => cut(printable(value(row)), isTTY ? max : undefined)));
  const widths = columns.map(({ title }, at) => Math.max(title.length, ...cells.map((row) => row[at]!.length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => (columns[at]!.align === 'right' ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!)))
      .join('  ')
      .trimEnd();
  return [paint('bold', line(columns.map(({ title }) => title))), ...cells.map(line)].join('\n');
}

/** Terminal escapes and line breaks in data must not reach the terminal. */
export function printable(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f]/g,
    (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

function cut(text: string, max: number | undefined): string {
  return max !== undefined && text.length > max ? `${text.slice(0, max - 1)}…` : text;
}

/** `1,234,567` */
export function grouped(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 file`, `2,345 files` */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `1.5 MB`, factors of 1024. */
export function humanBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return `${power === 0 ? value : value.toFixed(1)} ${units[power]}`;
}

/** A line that is redrawn in place. */
export type ProgressLine = {
  /** @param text made only where it is shown: it may be dear. */
  show(text: () => string): void;
  /** Prints a line of its own on standard output, above the progress. */
  print(line: string): void;
  end(): void;
};

/** A progress line on standard error; silent when that is no terminal. */
export function progressLine(stream: NodeJS.WriteStream = process.stderr, output = process.stdout): ProgressLine {
  const print = (line: string) => void output.write(`${line}\n`);
  if (!stream.isTTY) return { show: () => {}, print, end: () => {} };
  let shown = '';
  const draw = () => stream.write(`\r\x1b[K${shown}`);
  return {
    show: (text) => {
      shown = text().slice(0, Math.max(10, stream.columns - 1));
      draw();
    },
    print: (line) => {
      if (shown !== '') stream.write('\r\x1b[K');
      print(line);
      if (shown !== '') draw();
    },
    end: () => {
      shown = '';
      draw();
    },
  };
}

/** `████░░░░` of a share between 0 and 1. */
export function bar(share: number, width = 24): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}
