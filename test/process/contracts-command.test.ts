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
  write(folder, 'words.log', 'no\nrequests\n');
  const none = await infer('words.log', '--pipeline', 'nginx-access');
  assert.deepEqual([none.code, none.stdout], [1, '']);
  assert.match(none.stderr, /pipeline nginx-access makes no event of .*words\.log; it rejected 2 lines/);
});
