import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { run, runUnprivileged, scratch, start, write } from './command.ts';

/* Each kind of bad input: a clear message that names file, line or key and what to do, and nothing lost. */

const DEAD_LETTERS = 'logs-logmill.dead_letter-default';

function configure(folder: string, inputs: string, rest = ''): string {
  return write(
    folder,
    'logmill.yaml',
    `data: ./data\nhttp: { port: 0 }\nstore: { embedded: {} }\ninputs:\n${inputs}\n${rest}`,
  );
}

async function ship(t: TestContext, config: string) {
  const result = await run(t, ['agent', '--once', '--config', config]);
  assert.equal(result.code, 0, result.stderr);
  return result;
}

async function search(t: TestContext, config: string, kql: string, index = 'logs-*,-logs-logmill.*') {
  const result = await run(t, [
    'search',
    kql,
    '--json',
    '--sort',
    'log.offset:asc',
    '--size',
    '100',
    '--index',
    index,
    '--config',
    config,
  ]);
  assert.equal(result.code, 0, result.stderr);
  return result.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

async function ledger(t: TestContext, config: string) {
  const result = await run(t, ['ledger', '--json', '--config', config]);
  assert.equal(result.code, 0, result.stderr);
  return result.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

test('a file that cannot be read is named, and the others are shipped', async (t) => {
  const folder = scratch(t);
  write(folder, 'good.log', 'hello\n');
  // A directory's permissions do not stop root, a dangling target does.
  mkdirSync(path.join(folder, 'bad.log'));
  const config = configure(
    folder,
    `  - { name: a, files: ["${folder}/*.log", "${folder}/missing/*.log"], pipeline: plain-text }`,
  );
  const result = await ship(t, config);
  assert.match(result.stdout + result.stderr, /missing/);
  assert.equal((await search(t, config, '*')).length, 1);
});

test('a file without read permission is counted and said, and what it held is shipped once it may be read', async (t) => {
  const folder = scratch(t);
  const secret = write(folder, 'secret.log', 'hello\n');
  chmodSync(secret, 0o000);
  const config = configure(folder, `  - { name: a, files: ["${folder}/*.log"], pipeline: plain-text }`);
  const refused = await runUnprivileged(t, ['agent', '--once', '--config', config]);
  assert.match(refused.stdout + refused.stderr, /secret\.log.*permission/s);
  chmodSync(secret, 0o600);
  await ship(t, config);
  assert.equal((await search(t, config, '*')).length, 1);
});

test('a data folder that may not be written is named', async (t) => {
  const folder = scratch(t);
  const config = configure(folder, `  - { name: a, files: ["${folder}/*.log"], pipeline: plain-text }`);
  mkdirSync(path.join(folder, 'data'), { mode: 0o500 });
  const { code, stderr } = await runUnprivileged(t, ['agent', '--once', '--config', config]);
  assert.equal(code, 1);
  assert.ok(stderr.includes(`cannot write to the data folder ${path.join(folder, 'data')}: EACCES`), stderr);
  assert.match(stderr, /check permissions and free space/);
});

test('invalid UTF-8 is shipped with replacement characters and flagged', async (t) => {
  const folder = scratch(t);
  writeFileSync(
    path.join(folder, 'a.log'),
    Buffer.concat([Buffer.from('caf'), Buffer.from([0xe9]), Buffer.from(' closed\nfine\n')]),
  );
  const config = configure(folder, `  - { name: a, files: ["${folder}/a.log"], pipeline: plain-text }`);
  await ship(t, config);
  const events = await search(t, config, '*');
  assert.deepEqual(
    events.map(({ message }) => message),
    ['caf\ufffd closed', 'fine'],
  );
  assert.deepEqual(
    events.map(({ log }) => log.flags),
    [['invalid_utf8'], undefined],
  );
});

test('invalid UTF-8 in a line its pipeline rejects is kept byte by byte in the dead letter', async (t) => {
  const folder = scratch(t);
  const bad = Buffer.concat([Buffer.from('{"a": '), Buffer.from([0xe9, 0xff])]);
  writeFileSync(path.join(folder, 'a.log'), Buffer.concat([bad, Buffer.from('\n{"message":"ok"}\n')]));
  const config = configure(folder, `  - { name: a, files: ["${folder}/a.log"], pipeline: json }`);
  await ship(t, config);
  const [letter] = await search(t, config, '*', DEAD_LETTERS);
  assert.deepEqual(Buffer.from(letter.logmill.dead_letter.line_base64, 'base64'), bad);
  assert.equal((await search(t, config, '*')).length, 1);
});

test('NUL bytes at the head of a truncated log are skipped, inside a line they are kept', async (t) => {
  const folder = scratch(t);
  writeFileSync(path.join(folder, 'a.log'), Buffer.concat([Buffer.alloc(5000), Buffer.from('first\nse\0cond\n')]));
  const config = configure(folder, `  - { name: a, files: ["${folder}/a.log"], pipeline: plain-text }`);
  await ship(t, config);
  assert.deepEqual(
    (await search(t, config, '*')).map(({ message }) => message),
    ['first', 'se\0cond'],
  );
  const [entry] = await ledger(t, config);
  assert.equal(entry.tally.skipped.bytes, 5000);
});

test('a line of 50 MB becomes a dead letter with its head, length and hash, and the lines around it are shipped', async (t) => {
  const folder = scratch(t);
  writeFileSync(path.join(folder, 'a.log'), `before\n${'x'.repeat(50 * 1024 * 1024)}\nafter\n`);
  const config = configure(folder, `  - { name: a, files: ["${folder}/a.log"], pipeline: plain-text }`);
  await ship(t, config);
  assert.deepEqual(
    (await search(t, config, '*')).map(({ message }) => message),
    ['before', 'after'],
  );
  const [letter] = await search(t, config, '*', DEAD_LETTERS);
  assert.equal(letter.logmill.dead_letter.reason, 'too_long');
  assert.equal(letter.logmill.dead_letter.length, 50 * 1024 * 1024);
  assert.match(letter.logmill.dead_letter.sha256, /^[0-9a-f]{64}$/);
});

test('a JSON line cut in half is a dead letter with reason, pipeline, file and offset', async (t) => {
  const folder = scratch(t);
  const file = write(folder, 'a.log', '{"message":"one"}\n{"message":"tw\n{"message":"three"}\n');
  const config = configure(folder, `  - { name: a, files: ["${file}"], pipeline: json }`);
  await ship(t, config);
  const [letter] = await search(t, config, '*', DEAD_LETTERS);
  assert.equal(letter.log.file.path, file);
  assert.equal(letter.log.offset, 18);
  assert.equal(letter.logmill.dead_letter.line, '{"message":"tw');
  assert.equal(letter.logmill.dead_letter.pipeline, 'json');
  assert.equal(letter.logmill.dead_letter.reason, 'unparsable');
  const listed = await run(t, ['dead-letters', 'list', '--config', config]);
  assert.match(listed.stdout, /unparsable/);
  const explained = await run(t, ['explain', `${file}:18`, '--config', config]);
  assert.match(explained.stdout, /dead letter.*unparsable/is);
});

test('check names an unknown stage, a misspelt option and a misspelt key with their places and the nearest name', async (t) => {
  const folder = scratch(t);
  mkdirSync(path.join(folder, 'pipelines'));
  write(
    path.join(folder, 'pipelines'),
    'mine.yaml',
    'name: mine\nsummary: x\ndataset: mine\nstages:\n  - parse-jsn: {}\n  - rename: { form: a, to: b }\n',
  );
  const config = configure(folder, `  - { name: a, files: ["${folder}/a.log"], pipeline: mine, ignore_oldr: 7d }`);
  const result = await run(t, ['check', '--config', config]);
  assert.equal(result.code, 1);
  const output = result.stdout + result.stderr;
  assert.match(output, /logmill\.yaml:5.*ignore_oldr.*ignore_older/s);
  assert.match(output, /mine\.yaml:5.*parse-jsn.*parse-json/s);
  assert.match(output, /mine\.yaml:6.*form/s);
});

test('check points at the column of bad KQL in a rule', async (t) => {
  const folder = scratch(t);
  mkdirSync(path.join(folder, 'rules'));
  write(
    path.join(folder, 'rules'),
    'bad.yaml',
    "name: bad\nkind: threshold\nquery: 'log.level: (error or'\nwindow: 5m\ninterval: 30s\nwhen: '> 5'\nseverity: error\nsummary: bad\n",
  );
  const config = configure(
    folder,
    `  - { name: a, files: ["${folder}/a.log"], pipeline: json }`,
    'rules: [rules/*.yaml]\n',
  );
  const result = await run(t, ['check', '--config', config]);
  assert.equal(result.code, 1);
  assert.match(result.stdout + result.stderr, /bad\.yaml:3.*query/s);
});

test('a second process on the same data folder gets one clear line that names the first', async (t) => {
  const folder = scratch(t);
  const config = configure(folder, `  - { name: a, files: ["${folder}/a.log"], pipeline: plain-text }`);
  const first = start(t, ['serve', '--config', config]);
  await first.until(/http:\/\/127\.0\.0\.1:\d+/);
  const second = await run(t, ['serve', '--config', config]);
  assert.equal(second.code, 1);
  assert.match(second.stderr, new RegExp(`in use by process ${first.child.pid}`));
  first.child.kill('SIGINT');
  assert.equal((await first.ended).code, 0, 'Ctrl-C ends it cleanly');
});

test('a busy port gets one clear line', async (t) => {
  const folder = scratch(t);
  const first = start(t, ['serve', '--config', configure(folder, '  []')]);
  const [, port] = await first.until(/http:\/\/127\.0\.0\.1:(\d+)/);
  const other = scratch(t);
  const config = write(other, 'logmill.yaml', `data: ./data\nhttp: { port: ${port} }\n`);
  const second = await run(t, ['serve', '--config', config]);
  assert.equal(second.code, 1);
  assert.match(second.stderr, new RegExp(`port ${port}`));
  assert.equal(existsSync(path.join(other, 'data', 'logmill.lock')), false, 'its lock is released');
});
