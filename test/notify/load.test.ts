import assert from 'node:assert/strict';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkNotify } from '../../src/notify/load.ts';

async function check(text: string, files: Readonly<Record<string, string>> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'logmill-notify-'));
  const file = join(folder, 'notify.yaml');
  await writeFile(file, text);
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
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
    const { folder, config } = await check('channels:\n  - { name: chat, kind: webhook, url: { file: hook } }', {
      hook: 'https://chat.example/hook',
    });
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

  it('has every fault named that a start would meet, each with its line and what it may be', async () => {
    const { faults } = await check(
      [
        'channel: []',
        'channels:',
        '  - { kind: webhook, url: not a url, signing_key: { file: gone }, severity: [0], title: "{{ sumary }}" }',
        '  - { name: b, kind: webhook, url: ftp://example.org, timeout: soon }',
        '  - { name: b, kind: email, host: h, from: a@b, to: [c@d], username: u, ca_file: none.pem }',
        '  - { name: d, kind: emial, severity: [bad] }',
        '  - { name: e }',
      ].join('\n'),
    );
    const named = faults.map((fault) => fault.replace(/: cannot read the secret file .*/, '').replace(/ \|.*/, ''));
    assert.deepEqual(named.toSorted(), [
      'notify.yaml:1:1: unknown key "channel"',
      'notify.yaml:3:27: channels[0].url must be a http or https address',
      'notify.yaml:3:38: channels[0].signing_key cannot be used',
      'notify.yaml:3:5: channels[0].name is required',
      'notify.yaml:3:78: channels[0].severity[0] must be one of info, warning, error, critical',
      'notify.yaml:3:89: channels[0].title names {{ sumary }}: did you mean "summary"?',
      'notify.yaml:4:36: channels[1].url must be a http or https address',
      'notify.yaml:4:64: channels[1].timeout must be a duration such as 30s, 5m or 7d',
      'notify.yaml:5:13: channels[2].name "b" is taken',
      'notify.yaml:5:70: channels[2].username username and password go together',
      'notify.yaml:5:82: channels[2].ca_file cannot be used',
      'notify.yaml:6:22: channels[3].kind: no channel kind "emial"',
      'notify.yaml:6:40: channels[3].severity[0] must be one of info, warning, error, critical',
      'notify.yaml:7:5: channels[4].kind is required',
    ]);
    assert.ok(
      faults.every((fault) => !/configuration\.md/.test(fault)),
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
