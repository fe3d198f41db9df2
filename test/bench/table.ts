/** One figure; `value` is undefined where it could not be measured, and `unit` then says why. */
export type Row = { readonly what: string; readonly value: number | undefined; readonly unit: string };

/** The rows as aligned text. */
export function showTable(rows: readonly Row[]): string {
  const shown = rows.map(({ what, value, unit }) => ({ what, unit, figure: showFigure(value) }));
  const wide = Math.max(...shown.map(({ what }) => what.length));
  const figures = Math.max(...shown.map(({ figure }) => figure.length));
  return shown.map(({ what, figure, unit }) => `${what.padEnd(wide)}  ${figure.padStart(figures)}  ${unit}\n`).join('');
}

/** A figure as people read it. */
export function showFigure(value: number | undefined): string {
  if (value === undefined) return '–';
  return value.toLocaleString('en-GB', { maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0 });
}
