import assert from 'node:assert/strict';
import { existsSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import type { ExplainAnswer } from '../../src/api/contract/explain.ts';
import { type Result, scratch, start, write } from './command.ts';
import { eventually } from './server.ts';

const LONG = 'long '.repeat(100).trim();
const LINES = [`{"message":"${LONG}"}`, '', '{"message":', '{"message":"last"}'];

/** Where the lines begin. */
const OFFSETS = LINES.map((_, at) => LINES.slice(0, at).join('\n').length + Math.min(at, 1));

type Commands = { readonly folder: string; logmill(...args: string[]): Promise<Result> };

/** A folder to stand in, and the command. */
function standIn(t: TestContext): Commands {
  const folder = scratch(t);
  return { folder, logmill: (...args) => start(t, args, {}, folder).ended };
}

/** The same with an app.log that is read and stored. */
async function withStore(t: TestContext): Promise<Commands> {
  const commands = standIn(t);
  write(commands.folder, 'app.log', LINES.map((line) => `${line}\n`).join(''));
  const shipped = await commands.logmill('agent', '--once', 'app.log', '--pipeline', 'json', '--data', './data');
  assert.equal(shipped.code, 0, shipped.stderr);
  return commands;
}

test('commands that read say that a folder holds no data of logmill, and leave no folder behind', async (t) => {
  const { folder, logmill } = standIn(t);
  for (const args of [['search'], ['dead-letters', 'list'], ['explain', 'app.log:0'], ['ledger']]) {
    const { code, stdout, stderr } = await logmill(...args, '--data', 'elsewhere');
    assert.deepEqual([code, stdout], [1, ''], args[0]);
    assert.match(stderr, /^logmill: the data folder .*elsewhere holds no (store|ledger)\n.*--data.*\n$/);
    assert.ok(!existsSync(path.join(folder, 'elsewhere')), args[0]);
  }
});

test('tail without a server refuses instead of keeping the data folder from one', async (t) => {
  const { logmill } = await withStore(t);
  const { code, stderr } = await logmill('tail', '--data', './data');
  assert.equal(code, 1);
  assert.match(stderr, /^logmill: no logmill serves the data folder .*data\n.*logmill up.*\n$/);
});

test('who finds the data folder in use is told by which command', async (t) => {
  const { folder, logmill } = await withStore(t);
  const agent = start(t, ['agent', 'app.log', '--data', './data'], {}, folder);
  // Seen in the file: to ask with a command would claim the folder for a moment, and the agent could come just then.
  const lock = path.join(folder, 'data', 'logmill.lock');
  const holder = () => (existsSync(lock) ? readFileSync(lock, 'utf8') : '');
  await eventually('the agent holds the folder', async () => holder().includes(String(agent.child.pid)));
  const { stderr } = await logmill('search', '--data', './data');
  assert.match(stderr, new RegExp(`in use by process ${agent.child.pid} \\(logmill agent\\)`));
});

test('explain says of any byte what became of it, as the API does, and fails for a file nobody read', async (t) => {
  const { folder, logmill } = await withStore(t);
  const explain = async (offset: number) => {
    const { code, stdout } = await logmill('explain', `app.log:${offset}`, '--json', '--data', './data');
    return [code, (JSON.parse(stdout) as ExplainAnswer).outcome];
  };
  assert.deepEqual(await explain(OFFSETS[0]!), [0, 'indexed']);
  assert.deepEqual(await explain(OFFSETS[0]! + 5), [0, 'indexed']);
  assert.deepEqual(await explain(OFFSETS[2]!), [0, 'dead_lettered']);
  assert.deepEqual(await explain(100_000), [0, 'unread']);
  const within = await logmill('explain', 'app.log:5', '--data', './data');
  assert.match(within.stdout, /^indexed: .* begins at byte 0 and is document \S+ in \S+\n {2}\S+\/_doc/);
  assert.deepEqual(await explain(OFFSETS[1]!), [0, 'skipped']);
  // The file says it as long as it is there.
  renameSync(path.join(folder, 'app.log'), path.join(folder, 'app.log.1'));
  const rotated = await logmill('explain', 'app.log:5', '--data', './data');
  assert.match(rotated.stdout, /^indexed: .* begins at byte 0 and is document .*1 lines? dropped or skipped\n/);
  const unknown = await logmill('explain', 'other.log:0', '--data', './data');
  assert.equal(unknown.code, 1);
  assert.match(unknown.stdout, /^unknown: .*other\.log is neither read here nor in the store\n$/);
});

test('an index that is not there is one line with the reason', async (t) => {
  const { logmill } = await withStore(t);
  for (const more of [[], ['--count']]) {
    const { code, stdout, stderr } = await logmill('search', '--index', 'nope', '--data', './data', ...more);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /^logmill: the store refused the query: no such index \[nope\]\n.*\n$/);
  }
});

test('arguments are held to what the API takes, and output to a pipe is not cut', async (t) => {
  const { folder, logmill } = await withStore(t);
  const failing = async (pattern: RegExp, code: number, ...args: string[]) => {
    const result = await logmill(...args, '--data', './data');
    assert.deepEqual([result.code, result.stdout], [code, ''], args.join(' '));
    assert.match(result.stderr, pattern);
  };
  await failing(/:asc or :desc/, 2, 'search', '--sort', 'foo:up');
  await failing(/10000/, 2, 'dead-letters', 'list', '--size', 'abc');
  await failing(/wildcards/, 2, 'search', '--index', 'NO SUCH');
  await failing(/ends \(now-1h\) before it begins \(now\)/, 1, 'search', '--from', 'now', '--to', 'now-1h');
  await failing(/knows no file .*other\.log/, 1, 'ledger', '--file', 'other.log');
  await failing(/^logmill: \S+ is a folder\n/, 1, 'up', folder, '--port', '0');
  const relative = await logmill('ledger', '--file', 'app.log', '--data', './data');
  assert.match(relative.stdout, /accounted for in 1 file\n$/);
  const found = await logmill('search', '--sort', 'log.offset:asc', '--data', './data');
  assert.match(found.stdout, new RegExp(`${LONG}\n.*last\n2 hits, 2 shown\n$`));
});
