import type { Comparison, Difference } from './compare.ts';

/** Shares in per cent; `byLetter` counts what differs on purpose as wrong. */
export type Shares = { readonly ecs: number; readonly values: number; readonly right: number };

function share(part: number, whole: number): number {
  return whole === 0 ? 100 : (100 * part) / whole;
}

/** @param counts which of the differences are faults. */
function sharesOf(comparison: Comparison, counts: (difference: Difference) => boolean, right: number): Shares {
  const faults = comparison.differences.filter(counts);
  return {
    ecs: share(comparison.fields - faults.filter(({ ecs }) => ecs).length, comparison.fields),
    values: share(comparison.values - faults.filter(({ present }) => !present).length, comparison.values),
    right: share(right, comparison.expected),
  };
}

export function byLetter(comparison: Comparison): Shares {
  return sharesOf(comparison, () => true, comparison.right);
}

export function butDeliberate(comparison: Comparison): Shares {
  return sharesOf(comparison, ({ deliberate }) => deliberate === undefined, comparison.rightButDeliberate);
}

/** Several files as one. */
export function sum(comparisons: readonly Comparison[]): Comparison {
  const add = (key: 'expected' | 'ours' | 'fields' | 'values' | 'right' | 'rightButDeliberate') =>
    comparisons.reduce((total, comparison) => total + comparison[key], 0);
  return {
    expected: add('expected'),
    ours: add('ours'),
    fields: add('fields'),
    values: add('values'),
    right: add('right'),
    rightButDeliberate: add('rightButDeliberate'),
    missing: comparisons.flatMap(({ missing }) => missing),
    extra: comparisons.flatMap(({ extra }) => extra),
    differences: comparisons.flatMap(({ differences }) => differences),
    forbidden: comparisons.flatMap(({ forbidden }) => forbidden),
  };
}

const COLUMNS = ['documents', 'ours', 'ECS %', 'values %', 'right %', '| to the letter', 'values %', 'right %'];

export function heading(): string {
  return `${''.padEnd(52)}${COLUMNS.map((column) => column.padStart(column.length < 9 ? 10 : column.length + 1)).join('')}`;
}

/** One line of the table. */
export function figures(name: string, comparison: Comparison): string {
  const ours = butDeliberate(comparison);
  const letter = byLetter(comparison);
  const cells = [comparison.expected, comparison.ours, ours.ecs, ours.values, ours.right];
  const texts = [...cells, letter.ecs, letter.values, letter.right].map((cell, index) =>
    index < 2 ? String(cell) : cell.toFixed(1),
  );
  return `${name.padEnd(52)}${texts.map((text, index) => text.padStart(COLUMNS[index]!.length < 9 ? 10 : COLUMNS[index]!.length + 1)).join('')}`;
}
