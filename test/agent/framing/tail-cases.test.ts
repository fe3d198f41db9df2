import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { InputConfig } from '../../../src/config/schema.ts';
import { fileInput, Rig } from '../rig.ts';

/* Real cases of others, with what they make of them; see README.md there. */
const CASES = path.join(import.meta.dirname, '../../../../shared/data/tail-cases');
const KAFKA = path.join(import.meta.dirname, '../../../../shared/data/rotated/kafka0');
const skip = !existsSync(CASES) && 'no ../shared/data beside the checkout';
const JAVA = { mode: 'java', max_lines: 500, timeout: '5s' } as const;

async function linesOf(t: TestContext, files: readonly string[], input: Partial<InputConfig>) {
  const rig = new Rig();
  t.after(() => rig.dispose());
  await rig.once([fileInput(files, input)]);
  return rig.lines;
}

describe('real cases', { skip }, () => {
  for (const name of ['dockermode', 'dockermode_splitted_line']) {
    for (const container of ['docker', 'auto'] as const) {
      test(`${name}, container: ${container}`, async (t) => {
        const lines = await linesOf(t, [path.join(CASES, `${name}.log`)], { container });
        const expected = readFileSync(path.join(CASES, `${name}.out`), 'utf8')
          .trimEnd()
          .split('\n');
        assert.deepEqual(
          lines.map(({ text }) => `${text}\n`),
          expected.map((line) => (JSON.parse(line) as { log: string }).log),
        );
      });
    }
  }

  test('multiline_001: a Java trace spread over JSON records', async (t) => {
    const file = path.join(CASES, 'multiline_001.log');
    const lines = await linesOf(t, [file], { multiline: { ...JAVA, field: 'message' } });
    const expected = readFileSync(path.join(CASES, 'multiline_001.out'), 'utf8').trimEnd().split('\n');
    assert.deepEqual(
      lines.map(({ text }) => JSON.parse(text) as unknown),
      expected.map((line) => JSON.parse(line) as unknown),
    );
    assert.deepEqual(lines[0]?.merged?.lines, 5);
  });

  const start = { start: '^\\[\\d{4}-', max_lines: 500, timeout: '5s' };
  for (const stem of ['server.log', 'controller.log', 'state-change.log', 'log-cleaner.log']) {
    test(`${stem} of a broker with all its rotated files: every line is in one event`, async (t) => {
      const pattern = path.join(KAFKA, `${stem}*`);
      const events = await linesOf(t, [pattern], { multiline: start });
      const plain = await linesOf(t, [pattern], {});
      const texts = (lines: readonly { text: string }[]) =>
        lines
          .flatMap(({ text }) => text.split('\n'))
          .filter((line) => line.trim() !== '')
          .sort();
      assert.deepEqual(texts(events), texts(plain));
      for (const { text } of events) assert.match(text, /^\[\d{4}-/);
      const ids = new Set(plain.map(({ id }) => id));
      for (const { id } of events) assert.ok(ids.has(id), 'an event has the id of its first line');
    });
  }

  test('the same events come out of gzip files', async (t) => {
    const rig = new Rig();
    t.after(() => rig.dispose());
    writeFileSync(rig.file('server.log.1.gz'), gzipSync(readFileSync(path.join(KAFKA, 'server.log'))));
    await rig.once([fileInput([rig.file('server.log.1.gz')], { multiline: start })]);
    const plain = await linesOf(t, [path.join(KAFKA, 'server.log')], { multiline: start });
    assert.deepEqual(
      rig.texts(),
      plain.map(({ text }) => text),
    );
  });
});
