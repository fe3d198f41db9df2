import assert from 'node:assert/strict';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkNotify } from '../../src/notify/load.ts';

async function check(text: string) {
  const folder = await mkdtemp(join(tmpdir(), 'logmill-notify-'));
  const file = join(folder, 'notify.yaml');
  await writeFile(file, text);
  const { config, faults } = await checkNotify(file);
  return { folder, config, faults: faults.map(({ message, help }) => `${message.slice(folder.length + 1)} | ${help}`) };
}

describe('a notification file', () => {
  it('that is shipped has no fault and prints', async () => {
    const { config, faults } = await checkNotify(fileURLToPath(new URL('../../config/notify.yaml', import.meta.url)));
    assert.deepEqual(faults, []);
    assert.deepEqual(
      config?.channels.map(({ kind }) => kind),
      ['console'],
    );
  });

  it('fills in defaults and finds files of secrets beside itself', async () => {
    const { folder, config } = await check('channels:\n  - { name: chat, kind: webhook, url: { file: hook } }');
    assert.deepEqual(config?.channels[0]?.options, { url: { file: join(folder, 'hook') }, timeout: '10s' });
  });

  it('with an unknown kind, a misspelt key, a missing one or a name twice is told where and what', async () => {
    const { faults } = await check(
      [
        'channels:',
        '  - { name: a, kind: emial }',
        '  - { name: b, kind: webhook, ulr: x }',
        '  - { name: c, kind: console, title: "{{ sumary }}" }',
        '  - { name: c, kind: console }',
      ].join('\n'),
    );
    assert.match(faults[0]!, /^notify\.yaml:2:22: .*no channel kind "emial" \| .*email/);
    assert.ok(
      faults.some((fault) => /^notify\.yaml:3:\d+.*unknown key "ulr" \| .*url/.test(fault)),
      faults.join('\n'),
    );
    assert.ok(
      faults.some((fault) => /^notify\.yaml:3:\d+.*url is required/.test(fault)),
      faults.join('\n'),
    );
    assert.ok(
      faults.some((fault) => /title names \{\{ sumary \}\}.*summary/.test(fault)),
      faults.join('\n'),
    );
    assert.ok(
      faults.some((fault) => /name "c" is taken/.test(fault)),
      faults.join('\n'),
    );
  });

  it('never shows a secret in a fault', async () => {
    const { faults } = await check(
      'channels:\n  - { name: b, kind: webhook, url: hunter2, timeout: soon, x: hunter2 }',
    );
    assert.ok(faults.length > 0 && !faults.join().includes('hunter2'), faults.join('\n'));
  });
});
