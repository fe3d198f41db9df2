import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bar, counted, grouped, humanBytes, paint, printable, progressLine, table } from '../../src/cli/terminal.ts';

type Row = { readonly name: string; readonly count: number };
const COLUMNS = [
  { title: 'name', value: ({ name }: Row) => name, max: 8 },
  { title: 'lines', value: ({ count }: Row) => grouped(count), align: 'right' as const },
];

test('a table aligns its columns, cuts long values and keeps its heading without rows', () => {
  const rows = [
    { name: 'a', count: 1 },
    { name: 'a-very-long-name', count: 1_234_567 },
  ];
  const terminal = { isTTY: true };
  assert.equal(table(rows, COLUMNS, terminal), 'name          lines\na                 1\na-very-…  1,234,567');
  assert.equal(table([], COLUMNS, terminal), 'name  lines');
});

test('a table that goes to a file or another program is not cut', () => {
  const rows = [{ name: 'a-very-long-name', count: 1 }];
  assert.match(table(rows, COLUMNS, { isTTY: false }), /^a-very-long-name +1$/m);
});

test('a log line can neither send escapes to the terminal nor break a table', () => {
  assert.equal(printable('\x1b[31mred\x07\r\n\x9b2J'), '\\x1b[31mred\\x07\\x0d\\x0a\\x9b2J');
  const lines = table([{ name: 'a\nb\x1b]', count: 1 }], COLUMNS).split('\n');
  assert.equal(lines.length, 2);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const control = [...printable(text)].filter((char) => char < ' ' || (char >= '\x7f' && char <= '\x9f'));
      assert.deepEqual(control, []);
    }),
  );
});

test('a count is grouped and its noun agrees with it', () => {
  assert.deepEqual(
    [0, 1, 2345].map((count) => counted(count, 'line')),
    ['0 lines', '1 line', '2,345 lines'],
  );
});

test('text without control characters is printed as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', ' ', 'é', '\\', '日', '😀') }), (text) => {
      assert.equal(printable(text), text);
    }),
  );
});

test('where output goes to a file or a pipe there are no colours', () => {
  assert.equal(paint('red', 'text', { isTTY: false } as NodeJS.WriteStream), 'text');
});

test('numbers are written as people read them', () => {
  assert.deepEqual([0, 999, 1000, 12_345_678].map(grouped), ['0', '999', '1,000', '12,345,678']);
  assert.deepEqual([0, 1, 1023, 1024, 1536, 5 * 1024 ** 3, 2 ** 60].map(humanBytes), [
    '0 B',
    '1 B',
    '1023 B',
    '1.0 KB',
    '1.5 KB',
    '5.0 GB',
    '1048576.0 TB',
  ]);
});

test('a bar is as wide as asked for, whatever share it is given', () => {
  assert.equal(bar(0.5, 8), '████░░░░');
  fc.assert(fc.property(fc.double({ noNaN: true }), (share) => bar(share, 10).length === 10));
});

/** Both streams of one terminal, as a person sees them: what is drawn over is gone. */
function screen(isTTY: boolean) {
  let text = '';
  const write = (part: string) => {
    text = (text + part).replace(/[^\n]*\r\x1b\[K/g, '');
    return true;
  };
  const stream = { isTTY, columns: 80, write } as unknown as NodeJS.WriteStream;
  return { stream, seen: () => text };
}

test('a line printed while progress is shown stands on a line of its own, and the progress goes on below it', () => {
  const { stream, seen } = screen(true);
  const progress = progressLine(stream, stream as never);
  progress.print('before');
  progress.show(() => '10 lines');
  progress.print('an alert');
  assert.equal(seen(), 'before\nan alert\n10 lines');
  progress.show(() => '20 lines');
  progress.end();
  progress.print('after');
  assert.equal(seen(), 'before\nan alert\nafter\n');
});

test('where there is no terminal lines are printed and progress is not', () => {
  const { stream, seen } = screen(false);
  const progress = progressLine(stream, stream as never);
  progress.show(() => '10 lines');
  progress.print('an alert');
  progress.end();
  assert.equal(seen(), 'an alert\n');
});
