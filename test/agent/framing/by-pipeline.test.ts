import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { describe, type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { AgentOptions } from '../../../src/agent/agent.ts';
import type { Multiline } from '../../../src/config/multiline.ts';
import type { InputConfig } from '../../../src/config/schema.ts';
import { acknowledge, fileInput, Rig } from '../rig.ts';

const INDENTED: Multiline = { indentation: true, max_lines: 500, timeout: '5s' };
const STARS: Multiline = { start: '^\\*', max_lines: 500, timeout: '5s' };
const TEXT = '* one\n  more\nstill\n* two\n';

/** Pipelines: `indented` joins its lines, `plain-text` does not; a file with a star in its first line is `indented`. */
const OPTIONS: Partial<AgentOptions> = {
  choosePipeline: (_path, [first = '']) => (first.startsWith('*') ? 'indented' : 'plain-text'),
  multilineOf: (name) => (name === 'indented' ? INDENTED : undefined),
};

function rigOf(t: TestContext): Rig {
  const rig = new Rig();
  t.after(() => rig.dispose());
  return rig;
}

async function textsOf(rig: Rig, file: string, more: Partial<InputConfig>): Promise<string[]> {
  await rig.once([fileInput([rig.file(file)], { pipeline: undefined, ...more })], OPTIONS);
  return rig.texts();
}

const JOINED = ['* one\n  more', 'still', '* two'];

describe('the framing that a pipeline brings', () => {
  test('holds for files whose input names the pipeline and says nothing of lines', async (t) => {
    const rig = rigOf(t);
    rig.append('app.log', TEXT);
    assert.deepEqual(await textsOf(rig, 'app.log', { pipeline: 'indented' }), JOINED);
  });

  test('holds for files whose pipeline is chosen by their first lines, compressed ones too', async (t) => {
    const rig = rigOf(t);
    rig.append('app.log', TEXT);
    assert.deepEqual(await textsOf(rig, 'app.log', {}), JOINED);
    const packed = rigOf(t);
    writeFileSync(packed.file('app.log.gz'), gzipSync(TEXT));
    assert.deepEqual(await textsOf(packed, '*.gz', {}), JOINED);
    const other = rigOf(t);
    other.append('app.log', `no star\n${TEXT}`);
    assert.deepEqual(await textsOf(other, 'app.log', {}), ['no star', '* one', '  more', 'still', '* two']);
  });

  test('gives way to what the input says, also that every line is an event', async (t) => {
    const own = rigOf(t);
    own.append('app.log', TEXT);
    assert.deepEqual(await textsOf(own, 'app.log', { pipeline: 'indented', multiline: STARS }), [
      '* one\n  more\nstill',
      '* two',
    ]);
    const none = rigOf(t);
    none.append('app.log', TEXT);
    const multiline = { mode: 'none', max_lines: 500, timeout: '5s' } as const;
    const texts = await textsOf(none, 'app.log', { pipeline: 'indented', multiline });
    assert.deepEqual(texts, ['* one', '  more', 'still', '* two']);
  });

  test('is chosen with the first line that comes, and anew when the file is cut', async (t) => {
    const rig = rigOf(t);
    rig.append('app.log', '');
    await rig.started([fileInput([rig.file('app.log')], { pipeline: undefined })], OPTIONS);
    await rig.appendAndLook('app.log', '* o');
    await rig.appendAndLook('app.log', 'ne\n  more\n* two\n');
    assert.deepEqual(rig.texts(), ['* one\n  more']);
    writeFileSync(rig.file('app.log'), 'plain\n  line\n');
    await rig.agent.look();
    assert.deepEqual(rig.texts().slice(-2), ['plain', '  line']);
    await rig.stop();
  });

  test('is the same after a restart in the middle of the file', async (t) => {
    const rig = rigOf(t);
    rig.append('app.log', TEXT);
    await textsOf(rig, 'app.log', {});
    rig.append('app.log', '* three\n  more\n');
    assert.deepEqual((await textsOf(rig, 'app.log', {})).slice(-1), ['* three\n  more']);
  });
});

describe('the first lines of a source', () => {
  test('are there for a stage that begins in the middle of the file', async (t) => {
    const rig = rigOf(t);
    const inputs = [fileInput([rig.file('*.log')])];
    rig.append('a.log', '#Fields: a b\n\n1 2\n');
    await rig.once(inputs);
    rig.append('a.log', '5 6\n');
    rig.acknowledging = false;
    await rig.started(inputs);
    assert.deepEqual(heads(rig), [['#Fields: a b', '1 2', '5 6']]);
    rig.chunks.forEach(acknowledge);
    await rig.stop();
  });

  test('are those of what a compressed file holds', async (t) => {
    const rig = rigOf(t);
    writeFileSync(rig.file('b.gz'), gzipSync('#Fields: c d\n3 4\n'));
    rig.acknowledging = false;
    rig.start([fileInput([rig.file('*.gz')])]);
    while (rig.chunks.length === 0) await rig.agent.look();
    assert.deepEqual(heads(rig), [['#Fields: c d', '3 4']]);
    rig.chunks.forEach(acknowledge);
    await rig.stop();
  });
});

function heads({ chunks }: Rig) {
  return chunks.map(({ source }) => source.head?.());
}
