import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { run, scratch, write } from './command.ts';

const LINES = '{"level":50,"msg":"charge failed","orderId":7}\n{"level":30,"msg":"up"}\nno json\n';

function sample(t: TestContext): { folder: string; log: string } {
  const folder = scratch(t);
  return { folder, log: write(folder, 'app.log', LINES) };
}

/** A pipeline like pino, with another field. */
const OWN = `name: own
summary: pino with a team
dataset: pino
stages:
  - parse-json: { mode: pino }
  - set: { fields: { labels.team: shop }, when: 'log.level: error' }
`;

describe('logmill pipeline', () => {
  test('run --explain says what every stage did to every line', async (t) => {
    const { log } = sample(t);
    const { stdout, code } = await run(t, ['pipeline', 'run', 'pino', log, '--explain']);
    assert.equal(code, 0);
    const [first = '', , third = ''] = stdout.split('\n\n');
    assert.match(first, /^0: \{"level":50/);
    assert.match(first, /1 parse-json\n[^→]*~ message: .* → "charge failed"/);
    assert.match(first, /\+ log\.level: "error"/);
    assert.match(first, /→ logs-pino-default \S{16}-/);
    assert.match(third, /1 parse-json: rejected: unparsable/);
    assert.match(third, /→ dead letter/);
  });

  test('run --explain shows no secret, whichever stage had it in hands', async (t) => {
    const line = '{"level":30,"msg":"x","url":"/?token=hunter22","req":{"headers":{"cookie":"sid=hunter23"}}}\n';
    const log = write(scratch(t), 'app.log', line);
    const { stdout } = await run(t, ['pipeline', 'run', 'pino', log, '--explain']);
    assert.doesNotMatch(stdout, /hunter2/);
    assert.match(stdout, /~ message: .*cookie.*\[REDACTED\].* → "x"/);
  });

  test('what cannot be read, written or used is said in one line', async (t) => {
    const { folder, log } = sample(t);
    const said = async (...args: string[]) => {
      const { code, stderr } = await run(t, ['pipeline', ...args]);
      assert.notEqual(code, 0);
      assert.doesNotMatch(stderr, /^ {4}at /m);
      return stderr;
    };
    assert.match(
      await said('run', 'pino', log, '--rejected', path.join(folder, 'no/x')),
      /cannot write \S+: no such file/,
    );
    assert.match(await said('run', 'pino', log, '--timezone', 'Foo/Bar'), /must be a time zone/);
    assert.match(await said('diff', 'pino', path.join(folder, 'gone.yaml'), log), /no file \S+gone\.yaml/);
    assert.match(await said('bench', 'pino', write(folder, 'empty.log', '')), /empty\.log has no lines/);
    assert.match(await said('run', 'pino', write(folder, 'nul.log', '\0\0\0\0')), /nul\.log is no text/);
    write(folder, 'app.log.golden.ndjson', '{"offset":0}\n');
    assert.match(await said('golden', 'pino', log), /app\.log\.golden\.ndjson:1: \S+ is not what was kept/);
  });

  test('a file named by its path is read line by line also where it is no text', async (t) => {
    const bytes = Array.from({ length: 40 }, (_, at) => `${'\u0001\u0002\u0003'.repeat(20)}${at}`);
    const log = write(scratch(t), 'any.log', `${bytes.join('\n')}\n`);
    const { stdout } = await run(t, ['pipeline', 'run', 'plain-text', log]);
    assert.equal(stdout.trim().split('\n').length, 40);
  });

  test('golden keeps what is made of a file, and fails with the fields that differ', async (t) => {
    const { log } = sample(t);
    const kept = `${log}.golden.ndjson`;
    const missing = await run(t, ['pipeline', 'golden', 'pino', log]);
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /golden\.ndjson/);
    assert.equal((await run(t, ['pipeline', 'golden', 'pino', log, '--update'])).code, 0);
    assert.equal(readFileSync(kept, 'utf8').trim().split('\n').length, 3);
    const same = await run(t, ['pipeline', 'golden', 'pino', log]);
    assert.deepEqual([same.code, same.stdout], [0, '3 lines, 0 not as kept\n']);
    write(path.dirname(kept), path.basename(kept), readFileSync(kept, 'utf8').replace('charge failed"', 'paid"'));
    const other = await run(t, ['pipeline', 'golden', 'pino', log]);
    assert.equal(other.code, 1);
    assert.match(other.stdout, /~ message: "paid" → "charge failed"/);
  });

  test('diff shows which documents change, field by field', async (t) => {
    const { folder, log } = sample(t);
    const own = write(folder, 'own.yaml', OWN);
    const { stdout } = await run(t, ['pipeline', 'diff', 'pino', own, log]);
    assert.match(stdout, /^0: .*\n(?:.*\n)* {4}\+ labels\.team: "shop"/);
    assert.match(stdout, /labels\.team \(1\)/);
    const { stdout: none } = await run(t, ['pipeline', 'diff', 'pino', 'pino', log]);
    assert.equal(none, '3 lines, 0 changed\n');
    write(folder, 'logmill.yaml', 'http: { port: 0 }\n');
    const newer = write(folder, 'newer.yaml', OWN.replace('shop', 'cart'));
    const { stdout: two } = await run(t, ['pipeline', 'diff', own, newer, log]);
    assert.match(two, /~ labels\.team: "shop" → "cart"/);
    const missing = await run(t, ['pipeline', 'diff', own, path.join(folder, 'gone.yaml'), log]);
    assert.deepEqual([missing.code, /gone\.yaml/.test(missing.stderr)], [1, true]);
  });

  test('bench gives lines a second, by stage', async (t) => {
    const { log } = sample(t);
    const args = ['pipeline', 'bench', 'pino', log, '--seconds', '1'];
    const { stdout } = await run(t, [...args, '--json']);
    const figures = JSON.parse(stdout) as { lines: number; linesPerSecond: number; stages: { stage: string }[] };
    assert.equal(figures.lines, 3);
    assert.ok(figures.linesPerSecond > 0);
    assert.equal(figures.stages[0]?.stage, '1 parse-json');
    assert.match((await run(t, args)).stdout, /^stage +µs per line +share +lines\/s alone\n1 parse-json/);
  });
});
