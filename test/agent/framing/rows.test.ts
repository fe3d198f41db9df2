import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { frameInBlocks, framer } from './blocks.ts';

function rowsOf(text: string, maxLines = 100): string[] {
  const framing = framer({ multiline: { mode: 'csv', max_lines: maxLines, timeout: '1s' } });
  return frameInBlocks(framing, Buffer.from(text)).lines.map(({ text: row }) => row);
}

test('a row goes on while a cell in quotes is open', () => {
  const rows = ['a,b,c', '1,"two\nlines",3', '"x ""y""\n\n,z";";\n"', 'last,"",'];
  assert.deepEqual(rowsOf(`${rows.join('\n')}\n`), rows);
});

test('a quote within a cell that begins without one opens nothing', () => {
  const rows = ['1,5" pipe,x', '2,a "b" c,y', '3, "blank before",z'];
  assert.deepEqual(rowsOf(`${rows.join('\n')}\n`), rows);
});

test('a cell that nothing closes takes no more lines than an event may have', () => {
  assert.deepEqual(rowsOf('1,"x\n2\n3\n4\n', 3), ['1,"x\n2\n3', '4']);
});

test('rows come back as they were written, whatever their cells hold', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', ' ', ';'), minLength: 0, maxLength: 8 });
  const row = fc.array(cell, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 5 }), (table) => {
      const rows = table.map((cells) => cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(','));
      assert.deepEqual(rowsOf(`${rows.join('\n')}\n`, 1000), rows);
    }),
  );
});
