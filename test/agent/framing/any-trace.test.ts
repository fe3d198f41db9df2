import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { framedText } from '../../../src/agent/framing/frame-text.ts';
import { documentId, type Line } from '../../../src/model/line.ts';
import { languages, pairsOf, textsOf } from '../../pipeline/stages/errors/pairs.ts';
import { frameInBlocks, framer, keyAt } from './blocks.ts';

const TRACES = { mode: 'traces', max_lines: 500, timeout: '1s' } as const;
const SHARED = path.join(import.meta.dirname, '../../../../shared/data');

const textsIn = (text: string) => framedText(text, TRACES).map((line) => line.text);

/** Every trace of the tables by which errors are told apart. */
function tracesOf(file: string): string[] {
  const messages = pairsOf(file).flatMap(({ a, b }) => [a['message'], b['message']]);
  const texts = [...textsOf(file), ...messages].filter((text) => typeof text === 'string');
  return [...new Set(texts.map((text) => text.replace(/\s+$/, '')))].filter((text) => text.includes('\n'));
}

describe('mode traces', () => {
  /*
   * What is left apart: a message's lines below the frames (Python), a cause of its own (Ruby, ADR 7), what stands above
   * the head and does not sound like an error (github.com/pkg/errors), code that Bun shows, obfuscated classes.
   */
  for (const file of languages().filter((name) => name !== 'messages.txt' && name !== 'loggers.txt')) {
    test(`makes one event of each trace of ${file} and leaves the lines around it alone`, () => {
      const traces = tracesOf(file);
      const apart = traces.filter((trace) => {
        const events = textsIn(`12:00 INFO before\n${trace}\n12:01 INFO after\n  indented\n`);
        return events.join('|') !== ['12:00 INFO before', trace, '12:01 INFO after', '  indented'].join('|');
      });
      assert.ok(
        apart.length <= 0.15 * traces.length,
        `${apart.length} of ${traces.length}:\n${apart.join('\n----\n')}`,
      );
    });
  }

  test('joins nothing in ordinary logs', (t) => {
    const folder = path.join(SHARED, 'loghub');
    if (!existsSync(folder)) return t.skip('the shared logs are not here');
    const files = readdirSync(folder).map((name) => path.join(folder, name, `${name}_2k.log`));
    for (const file of [...files, path.join(SHARED, 'access/apache_logs')]) {
      const joined = textsIn(readFileSync(file, 'utf8')).filter((text) => text.includes('\n'));
      assert.deepEqual(joined, [], file);
    }
  });

  test('leaves ordinary lines alone, indented and alarming ones too', () => {
    const lines = [
      'ERROR order 7 failed',
      'ERROR order 8 failed',
      '  see the manual',
      'WARN disk is nearly full:',
      '  /dev/sda1 93 %',
      '  /dev/sda2 91 %',
      'usage: shop [options]',
      '    -v  more',
      'com.acme.Shop: started',
      'Error: no such file',
      'Error: no such folder',
      'panic: none',
      '12 done',
      '}',
      '--- report ---',
      'main.example.com',
      '  at noon',
    ];
    assert.deepEqual(textsIn(lines.join('\n')), lines);
  });

  test('takes the line before the head where that sounds like an error, and the message’s own lines', () => {
    const events = [
      '10:00 INFO fine',
      '10:00 [main] request 7 failed\njava.lang.Error: x\nsecond line\n  third line\n\tat a.B.c(B.java:1)\n\t... 3 more',
      '10:01 DEBUG fine',
      'java.lang.Error: nobody said a thing\n\tat a.B.c(B.java:1)',
      '\tan indented line that no frame follows',
      'java.lang.Error: another\n\tat a.B.c(B.java:1)',
    ];
    assert.deepEqual(textsIn(events.join('\n')), events);
  });

  test('says of frames without a head that they go on with something', () => {
    const [fine, frames] = framedText('10:00 fine\n\tat a.B.c(B.java:1)\n\tat a.B.d(B.java:2)\n', TRACES);
    assert.equal(fine!.flags, undefined);
    assert.deepEqual(frames!.flags, ['multiline_continuation', 'multiline']);
  });
});

const PIECES = [
  '10:00 INFO fine',
  'ERROR failed',
  '  indented',
  '',
  'java.lang.Error: x',
  '\tat a.B.c(B.java:1)',
  'Caused by: java.io.IOException: y',
  'Traceback (most recent call last):',
  '  File "/a.py", line 1, in f',
  '    f()',
  'KeyError: 1',
  'During handling of the above exception, another exception occurred:',
  'TypeError: z',
  '    at f (/a.js:1:2) {',
  "  code: 'E'",
  '}',
  'panic: p',
  'goroutine 1 [running]:',
  'main.f(0x1)',
  'main.g',
  '\t/a.go:1 +0x2',
  "thread 'main' panicked at a.rs:1:2:",
  '   0: f',
  "a.rb:1:in 'f': m (E)",
  "\tfrom a.rb:2:in 'g'",
  '#0 /a.php(1): f()',
  'some words',
];
const pieces = fc.array(fc.constantFrom(...PIECES), { maxLength: 40 });

describe('events of mode traces', () => {
  test('are the same however the bytes are cut, and hold every byte once', () => {
    const framing = framer({ multiline: { ...TRACES, max_lines: 12 }, max_line_bytes: '200B' });
    fc.assert(
      fc.property(pieces, fc.array(fc.nat(800), { maxLength: 10 }), (lines, cuts) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        const atOnce = frameInBlocks(framing, bytes);
        assert.deepEqual(frameInBlocks(framing, bytes, cuts), atOnce);
        const inLines = atOnce.lines.reduce((sum, line) => sum + line.bytes, 0);
        assert.equal(inLines + atOnce.skipped.bytes, bytes.length);
        const texts = atOnce.lines.flatMap(({ text }) => text.split('\n')).filter((text) => text !== '');
        assert.deepEqual(
          texts,
          lines.filter((text) => text !== ''),
        );
      }),
      { numRuns: 500 },
    );
  });

  /* A late line may be there twice: by itself, and with lines that go on with it only where nothing stands before. */
  test('are stored with every line, also where some waited in vain and all state is lost', () => {
    const framing = framer({ multiline: TRACES });
    fc.assert(
      fc.property(pieces, fc.array(fc.nat(39), { maxLength: 6 }), (lines, ends) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        const cuts = [...new Set(ends)].sort((a, b) => a - b).map((end) => lengthOf(lines.slice(0, end)));
        const store = new Map<string, Line>();
        for (const line of framing.frame(bytes, 0, { keyAt, closes: true, cuts }).lines) keep(store, line);
        for (const line of framing.frame(bytes, 0, { keyAt, closes: true, keeps: true }).lines) keep(store, line);
        const texts = [...store.values()].flatMap(({ text }) => text.split('\n')).filter((text) => text !== '');
        for (const line of lines) {
          const at = line === '' ? 0 : texts.indexOf(line);
          assert.notEqual(at, -1, line);
          if (line !== '') texts.splice(at, 1);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

function lengthOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}

/** What recovery does: an event that is there with fewer lines gets the others by themselves. */
function keep(store: Map<string, Line>, line: Line): void {
  const known = store.get(documentId(line));
  if (known === undefined) store.set(documentId(line), line);
  else if (known.waited !== undefined) for (const more of line.after?.(known.waited) ?? []) keep(store, more);
}
