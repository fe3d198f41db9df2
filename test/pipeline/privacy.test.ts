import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { validateAgainst } from '../../src/config/schema-check.ts';
import { closeDocument } from '../../src/model/document-writer.ts';
import type { PipelineDefinition, StageUse } from '../../src/pipeline/definition.ts';
import { runAlone } from '../../src/pipeline/flow/run-alone.ts';
import { loadPipelines } from '../../src/pipeline/pipelines.ts';
import { stageByName } from '../../src/pipeline/registry.ts';
import { chunkOf } from '../../src/pipeline/testing.ts';
import { BINDING, fieldsOf } from './documents.ts';

const shipped = await loadPipelines();
const SECRET = 'Xq7Zk2Lw9Vb4';
process.env['PRIVACY_TEST_KEY'] = 'a key for tests, long enough';

function use(stage: string, options: object = {}, more: Partial<StageUse> = {}): StageUse {
  const { value, faults } = validateAgainst(stageByName(stage)!.options, structuredClone(options));
  assert.deepEqual(faults, []);
  return { stage, options: value as StageUse['options'], when: undefined, ...more };
}

/** The documents, as text, that a pipeline of these stages makes of lines. */
async function documentsOf(stages: StageUse[], lines: readonly string[], more: Partial<PipelineDefinition> = {}) {
  const set = shipped.with({ ...shipped.get('plain-text'), ...more, stages });
  const compiled = set.compile('plain-text', BINDING);
  const { documents, rejected } = await runAlone(compiled, chunkOf([...lines], 'plain-text'));
  assert.deepEqual(rejected, []);
  return documents;
}

async function assertGone(stages: StageUse[], line: string, gone: RegExp, more: Partial<PipelineDefinition> = {}) {
  for (const document of await documentsOf(stages, [line], more)) {
    assert.doesNotMatch(closeDocument(document.document), gone);
    assert.equal(typeof fieldsOf(document)['message'], 'string', 'every document has a message');
  }
}

const removeMessage = use('remove', { fields: ['message'] });
const failing = (onError: 'tag' | 'drop-field') => use('convert', { fields: { message: 'long' } }, { onError });

/** What stages may do after one that takes something out. */
const AFTERWARDS: Record<string, StageUse[]> = {
  'a message that is taken off': [removeMessage],
  'a message that moves': [use('rename', { fields: { message: 'shop.text' } })],
  'a message that moves to the first field with a value': [
    use('coalesce', { fields: ['shop.none', 'message'], target: 'shop.text', keep: false }),
  ],
  'children of a split message': [use('split', { field: 'message', separator: ' ', target: 'shop.part' })],
  'a stage that fails and goes on': [failing('tag'), removeMessage],
  'a stage that fails and drops its field': [failing('drop-field'), removeMessage],
  'stages with a memory': [use('dedupe', {}), removeMessage],
  'joined events': [removeMessage, use('join-events', { by: ['shop.id'] })],
  'another pipeline': [use('run-pipeline', { name: 'syslog' }, { onError: 'tag' }), removeMessage],
  'a line that is read again': [use('parse-json', { field: 'event.original', mode: 'access', otherwise: 'pass' })],
};

describe('what a stage took out stays out, whatever becomes of the message', () => {
  for (const [title, stages] of Object.entries(AFTERWARDS)) {
    for (const keep_original of [false, true]) {
      const name = `${title}${keep_original ? ', with the original kept' : ''}`;
      test(`secrets in texts: ${name}`, async () => {
        await assertGone([use('redact-secrets'), ...stages], `a password=${SECRET} b`, /Xq7Z/, { keep_original });
      });
      test(`addresses: ${name}`, async () => {
        await assertGone([use('anonymise-ip'), ...stages], 'a 203.0.113.77 b 2001:db8:1:2::5', /113\.77|1:2::5/, {
          keep_original,
        });
      });
      test(`pseudonyms and hashes: ${name}`, async () => {
        const parse = use('parse-regex', { patterns: [{ pattern: 'user (?<user__name>\\w+)' }] });
        for (const taking of [
          use('pseudonymise', { fields: ['user.name'], key: { env: 'PRIVACY_TEST_KEY' } }),
          use('hash', { fields: ['user.name'] }),
        ]) {
          await assertGone([parse, taking, ...stages], 'a user ada.b ada', /\bada\b/, { keep_original });
        }
      });
    }
  }

  test('nor does it with what earlier stages reported of it', async () => {
    const stages = (taking: StageUse) => [
      use('parse-kv', { target: 'shop', keys: 'own' }),
      use(
        'convert',
        { fields: { 'shop.db_password': 'long', 'shop.ip': 'long', 'shop.user': 'long' } },
        { onError: 'tag' },
      ),
      taking,
    ];
    const line = `db_password=${SECRET} ip=203.0.113.77 user=ada`;
    await assertGone(stages(use('redact-secrets')), line, /Xq7Z/);
    const [first] = await documentsOf(stages(use('redact-secrets')), [line]);
    assert.match(JSON.stringify(fieldsOf(first!)['logmill.stage_errors']), /\[REDACTED\]/);
    await assertGone(stages(use('anonymise-ip', { fields: ['shop.ip'] })), line, /113\.77/);
    const key = { env: 'PRIVACY_TEST_KEY' };
    await assertGone(stages(use('pseudonymise', { fields: ['shop.user'], key })), line, /\bada\b/);
    await assertGone(stages(use('hash', { fields: ['shop.user'] })), line, /\bada\b/);
  });

  test('nor does a secret that only its name gives away come back with the line', async () => {
    const json = use('parse-json', { mode: 'own' });
    for (const [key, value] of [
      ['cookie', `sid=${SECRET}; a=b`],
      ['pin_token', `${SECRET} "quoted" <é>/\n`],
      ['ssn', '078-05-1120'],
      ['credentials', [SECRET, 4711_4711]],
    ] as const) {
      for (const line of [JSON.stringify({ [key]: value, n: 1 }), inAscii(JSON.stringify({ n: 1, [key]: value }))]) {
        for (const after of [[], [removeMessage]]) {
          await assertGone([json, use('redact-secrets'), ...after], line, /Xq7Z|078-05|47114711/);
        }
      }
    }
  });

  test('nor does anything that is anywhere in a line of JSON, CSV or a URL, in whatever spelling', async () => {
    const key = { env: 'PRIVACY_TEST_KEY' };
    const taking = [use('pseudonymise', { fields: ['shop.user'], key }), removeMessage];
    const kinds: Record<string, [StageUse, (value: string) => string]> = {
      json: [use('parse-json', { mode: 'own' }), (value) => JSON.stringify({ user: value, text: `of ${value}.` })],
      ascii: [use('parse-json', { mode: 'own' }), (value) => inAscii(JSON.stringify({ user: value }))],
      csv: [use('parse-csv', { columns: ['user', 'n'] }), (value) => `"${value.replaceAll('"', '""')}",1`],
    };
    const value = fc.string({ unit: 'grapheme', minLength: 8, maxLength: 20 }).filter((text) => /\p{L}/u.test(text));
    for (const [parse, lineOf] of Object.values(kinds)) {
      const compiled = shipped
        .with({ ...shipped.get('plain-text'), dataset: 'shop', stages: [parse, ...taking] })
        .compile('plain-text', BINDING);
      fc.assert(
        fc.property(value, (text) => {
          const { documents } = compiled.run(chunkOf([lineOf(text)], 'plain-text'));
          const message = String(fieldsOf(documents[0]!)['message']);
          assert.ok(
            !message.includes(text.trim()) && !message.includes(JSON.stringify(text.trim()).slice(1, -1)),
            message,
          );
          assert.notEqual(message, '[REDACTED]');
        }),
      );
    }
  });

  test('nor do long values, and many of them, nor are they dear', async () => {
    const key = { env: 'PRIVACY_TEST_KEY' };
    const json = use('parse-json', { mode: 'own' });
    for (const text of ['ab c('.repeat(100_000), `${'x'.repeat(1024)}é"`, 'y'.repeat(1025)]) {
      const line = JSON.stringify({ user: text, n: 1 });
      const stages = [json, use('pseudonymise', { fields: ['plain.user'], key }), removeMessage];
      const [document] = await documentsOf(stages, [line]);
      assert.match(String(fieldsOf(document!)['message']), /^\{"user":"[\w-]{22}","n":1\}$/);
    }
    const some = Array.from({ length: 30 }, (_, at) => `${at} of many ${'é"/<'.repeat(250)}`);
    const [all] = await documentsOf(
      [json, use('pseudonymise', { fields: ['plain.users'], key }), removeMessage],
      [JSON.stringify({ users: some })],
    );
    assert.match(String(fieldsOf(all!)['message']), /^\{"users":\[("[\w-]{22}",?){30}\]\}$/);
    const users = Array.from({ length: 5000 }, (_, at) => `user ${at} of many`);
    const many = use('pseudonymise', { fields: ['plain.users'], key });
    const [document] = await documentsOf([json, many, removeMessage], [JSON.stringify({ users })]);
    assert.equal(fieldsOf(document!)['message'], '[REDACTED]');
  });

  test('a value that is not in the line as it was read takes the whole line with it', async () => {
    const stages = [
      use('parse-regex', { patterns: [{ pattern: '(?<user__name>\\w+)$' }] }),
      use('translate', { field: 'user.name', dictionary: { a7: 'Ada' } }),
      use('pseudonymise', { fields: ['user.name'], key: { env: 'PRIVACY_TEST_KEY' } }),
      removeMessage,
    ];
    const [document] = await documentsOf(stages, ['login of a7']);
    assert.equal(fieldsOf(document!)['message'], '[REDACTED]');
  });
});

function inAscii(json: string): string {
  return json.replace(/[\u0080-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

test('a line that becomes the message without anything to take out of it stays as it was', async () => {
  const line = 'nothing of anybody, password changed';
  for (const stages of [
    [removeMessage],
    [use('redact-secrets'), removeMessage],
    [use('anonymise-ip'), removeMessage],
  ]) {
    const [document] = await documentsOf(stages, [line]);
    assert.equal(fieldsOf(document!)['message'], line);
  }
});
