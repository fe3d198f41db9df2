import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { frameInBlocks, framer } from './blocks.ts';
import { EventRig, JAVA } from './event-rig.ts';

const T = '2026-11-21T10:00:00.123456789Z';
const cri = (stream: string, tag: string, text: string) => `${T} ${stream} ${tag} ${text}\n`;
const docker = (stream: string, log: string) => `${JSON.stringify({ log, stream, time: T })}\n`;

describe('lines of containers', () => {
  test('carry the stream and the time that the runtime wrote, and only the text of the program', () => {
    for (const bytes of [cri('stderr', 'F', 'a b'), docker('stderr', 'a b\n')]) {
      const { lines } = frameInBlocks(framer({ container: 'auto' }), Buffer.from(bytes));
      assert.deepEqual([lines[0]!.text, lines[0]!.container], ['a b', { stream: 'stderr', time: T }]);
      assert.equal(lines[0]!.bytes, bytes.length);
    }
  });

  test('that the runtime cut are joined for each stream, and traces after that', () => {
    const parts = [
      cri('stdout', 'F', 'INFO one'),
      cri('stderr', 'P', 'ERROR bo'),
      cri('stdout', 'P', 'INFO t'),
      cri('stderr', 'F', 'om'),
      cri('stderr', 'F', '\tat a.B.c(B.java:1)'),
      cri('stdout', 'F', 'wo'),
      cri('stderr', 'F', '\tat a.B.d(B.java:2)'),
    ];
    const bytes = Buffer.from(parts.join(''));
    const { lines, merged } = frameInBlocks(framer({ container: 'cri', multiline: JAVA }), bytes);
    assert.deepEqual(
      lines.map(({ text, container }) => [container?.stream, text]),
      [
        ['stdout', 'INFO one'],
        ['stderr', 'ERROR boom\n\tat a.B.c(B.java:1)\n\tat a.B.d(B.java:2)'],
        ['stdout', 'INFO two'],
      ],
    );
    assert.equal(merged.lines, 4);
    assert.equal(
      lines.reduce((sum, line) => sum + line.bytes, 0),
      bytes.length,
    );
  });

  test('are the same however the file is cut into blocks, whatever the streams do', () => {
    const record = fc.oneof(
      fc
        .tuple(
          fc.constantFrom('stdout', 'stderr'),
          fc.constantFrom('P', 'F'),
          fc.constantFrom('a', 'INFO b', '\tat c', ''),
        )
        .map((of) => cri(...of)),
      fc
        .tuple(fc.constantFrom('stdout', 'stderr'), fc.constantFrom('x', '\tat y\n', 'ERROR z\n', '\n'))
        .map((of) => docker(...of)),
      fc.constantFrom('no frame\n', '\n', '{"log":"half'),
    );
    const small = framer({ container: 'auto', multiline: { ...JAVA, max_lines: 3 }, max_line_bytes: '300B' });
    fc.assert(
      fc.property(fc.array(record, { maxLength: 60 }), fc.array(fc.nat(4000), { maxLength: 12 }), (records, cuts) => {
        const bytes = Buffer.from(records.join(''));
        const atOnce = frameInBlocks(small, bytes);
        assert.deepEqual(frameInBlocks(small, bytes, cuts), atOnce);
        assert.deepEqual(frameInBlocks(small, bytes, [], small.window), atOnce);
        const inLines = atOnce.lines.reduce((sum, line) => sum + line.bytes, 0);
        assert.equal(inLines + atOnce.skipped.bytes, bytes.length);
      }),
      { numRuns: 500 },
    );
  });

  test('without a frame are kept as they are, and said', () => {
    const { lines } = frameInBlocks(
      framer({ container: 'docker' }),
      Buffer.from(`{"log":"cut off\n${docker('stdout', 'a\n')}`),
    );
    assert.deepEqual(
      lines.map(({ text, flags }) => [text, flags]),
      [
        ['{"log":"cut off', ['no_container_frame']],
        ['a', undefined],
      ],
    );
  });

  test('that were cut when the file was rotated are joined with their rest in the new file', async (t) => {
    const events = new EventRig(t, { container: 'docker' }, ['app.log', 'app.log.*']);
    const { rig } = events;
    rig.append('app.log', docker('stdout', 'one\n') + docker('stdout', 'a long '));
    await events.start();
    renameSync(rig.file('app.log'), rig.file('app.log.1'));
    rig.append('app.log', docker('stdout', 'line\n') + docker('stdout', 'last\n'));
    await events.look();
    assert.deepEqual(rig.texts(), ['one', 'a long line', 'last']);
    await rig.stop();
  });

  test('whose rest never comes are handed out after a while, and said', async (t) => {
    const events = new EventRig(t, { container: 'cri' });
    const { rig } = events;
    rig.append('app.log', cri('stdout', 'P', 'half'));
    await events.start();
    await events.until(1);
    assert.deepEqual([rig.texts(), rig.lines[0]!.flags], [['half'], ['partial']]);
    await rig.stop();
  });
});
