import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { checkConfig } from '../../src/config/load.ts';

async function faultsOf(input: object): Promise<string[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'logmill-framing-'));
  const file = path.join(folder, 'logmill.yaml');
  writeFileSync(file, JSON.stringify({ inputs: [{ name: 'a', files: ['*.log'], ...input }] }));
  const { faults } = await checkConfig(file);
  rmSync(folder, { recursive: true });
  return faults.map(({ message, where }) => `${where.key}: ${message}`);
}

const GOOD: readonly object[] = [
  { encoding: 'latin1', delimiter: '|' },
  { encoding: 'utf-16', delimiter: '。' },
  { multiline: { start: '^\\d{4}-' } },
  { multiline: { mode: 'java', max_lines: 10, timeout: '1s' }, container: 'auto' },
  { multiline: { indentation: true, field: 'message' }, on_long_line: 'truncate' },
  { multiline: { mode: 'traces', within: 'docker' } },
];
const BAD: readonly (readonly [object, RegExp])[] = [
  [{ multiline: {} }, /^inputs\[0\]\.multiline: .*exactly one of start, continuation, indentation, mode/],
  [{ multiline: { mode: 'java', start: 'x' } }, /exactly one/],
  [{ multiline: { start: '(' } }, /^inputs\[0\]\.multiline\.start: .*no regex/],
  [{ multiline: { start: '^(a+)+$' } }, /^inputs\[0\]\.multiline\.start: .*exponential time/],
  [{ multiline: { mode: 'java', field: 'm' }, container: 'docker' }, /multiline\.field: .*container/],
  [{ multiline: { mode: 'java', field: 'm', within: 'cri' } }, /multiline\.within cannot stand beside field/],
  [{ multiline: { mode: 'java', within: 'cri' }, container: 'cri' }, /multiline\.within .*container/],
  [{ encoding: 'sjis', delimiter: '日' }, /^inputs\[0\]\.delimiter: .*ASCII/],
  [{ encoding: 'ebcdic' }, /encoding/],
  [{ files: undefined, journald: true, container: 'cri' }, /^inputs\[0\]\.container: .*only with files or stdin/],
  [{ files: undefined, journald: true, encoding: 'latin1' }, /^inputs\[0\]\.encoding: .*only with files or stdin/],
];

describe('what an input says of its framing', () => {
  for (const input of GOOD) {
    test(`is taken: ${JSON.stringify(input)}`, async () => assert.deepEqual(await faultsOf(input), []));
  }
  for (const [input, expected] of BAD) {
    test(`is refused: ${JSON.stringify(input)}`, async () => {
      const faults = await faultsOf(input);
      assert.equal(faults.length, 1, faults.join('\n'));
      assert.match(faults[0]!, expected);
    });
  }
});
