import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { run, scratch, write } from './command.ts';

test('infer proposes a contract, says beside it what it does not know, and fails where there is nothing to go by', async (t) => {
  const folder = scratch(t);
  const config = write(folder, 'logmill.yaml', 'data: ./data\n');
  const lines = Array.from({ length: 12 }, (_, at) => `{"order":${at},"price":${at}.5}`);
  const file = write(folder, 'shop.log', [...lines, '{"order":', ''].join('\n'));
  const infer = (name: string, ...more: string[]) =>
    run(t, ['contracts', 'infer', path.join(folder, name), '--config', config, ...more]);
  const { code, stdout, stderr } = await infer(path.basename(file), '--pipeline', 'json');
  assert.equal(code, 0);
  const { title, properties } = JSON.parse(stdout) as { title: string; properties: Record<string, object> };
  assert.equal(title, 'Events of json');
  assert.deepEqual(properties['json.price'], { type: 'number' });
  assert.match(stderr, /events of json, read by pipeline json; its place is schemas\/json\.json/);
  assert.match(stderr, /few events/);
  const few = await infer(path.basename(file), '--pipeline', 'json', '--lines', '3');
  assert.match(few.stdout, /Proposed from 3 events of shop\.log/);
  assert.doesNotMatch(few.stderr, /checkpoint/);
  write(folder, 'mixed.log', '{"a":1}\n{"a":{"b":2}}\n');
  assert.match(
    (await infer('mixed.log', '--pipeline', 'json')).stderr,
    /json\.a is a value in some events and an object/,
  );
  write(folder, 'words.log', 'no\nrequests\n');
  const none = await infer('words.log', '--pipeline', 'nginx-access');
  assert.deepEqual([none.code, none.stdout], [1, '']);
  assert.match(none.stderr, /pipeline nginx-access makes no event of .*words\.log; it rejected 2 lines/);
});

test('diff tells breaking changes by its exit code, and of a file that is no contract in one line', async (t) => {
  const folder = scratch(t);
  const contract = (name: string, content: object) =>
    write(folder, name, JSON.stringify({ type: 'object', ...content }));
  const text = contract('text.json', { properties: { a: { $ref: '#/$defs/a' } }, $defs: { a: { type: 'string' } } });
  const number = contract('number.json', { properties: { a: { type: 'integer' } } });
  assert.equal((await run(t, ['contracts', 'diff', text, text])).stdout, 'nothing has changed\n');
  const changed = await run(t, ['contracts', 'diff', text, number]);
  assert.equal(changed.code, 1);
  assert.match(changed.stdout, /breaking {2}a {6}was string and is integer/);
  const refused = async (content: object) => {
    const { code, stderr } = await run(t, ['contracts', 'diff', text, contract('bad.json', content)]);
    assert.equal(code, 1);
    return stderr.replace(/^.*is no valid JSON Schema: /, '').trim();
  };
  assert.equal(await refused({ required: 'a' }), 'schema is invalid: data/required must be array\n  mend the file');
  assert.match(
    await refused({ $schema: 'https://json-schema.org/draft/2020-12/schema' }),
    /^its "\$schema" is \S+, and contracts are written in \S+draft-07/,
  );
});
