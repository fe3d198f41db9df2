import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { type Running, scratch, start, write } from './command.ts';
import { eventually, type Server, serverOf } from './server.ts';

/* Everything in one process, as people start it: real files, the real store, the real port. */

const CONFIG = `
data: ./data
http: { port: 0 }
store: { embedded: {} }
inputs:
  - { name: app, files: [./app.log], pipeline: plain-text }
  - { name: logmill, files: ["./data/logs/logmill.log*"], pipeline: pino, dataset: logmill.log, service: logmill }
rules: [rule.yaml]
`;
/** Fires at the first chance, so that logmill has something to write into its own log. */
const RULE = `
name: boom
kind: threshold
query: 'message: boom'
window: 1h
interval: 1s
when: '> 0'
summary: 'something went boom'
`;

async function stop(running: Running): Promise<void> {
  running.child.kill('SIGINT');
  const { code, stderr } = await running.ended;
  assert.deepEqual([code, stderr], [0, '']);
}

async function messages(server: Server): Promise<string[]> {
  const { hits } = await server.ask('search', { sort: 'log.offset:asc', size: '1000' });
  return hits.map(({ source }) => String(source['message']));
}

/** Appends a line and waits until it can be searched for. */
async function shipLine(server: Server, file: string, line: string): Promise<void> {
  appendFileSync(file, `${line}\n`);
  await eventually(`"${line}" is found`, async () => (await messages(server)).includes(line));
}

test('up reads, serves, stops at Ctrl-C and goes on where it stopped', async (t) => {
  const folder = scratch(t);
  const config = write(folder, 'logmill.yaml', CONFIG);
  write(folder, 'rule.yaml', RULE);
  const app = write(folder, 'app.log', 'one\ntwo\n');
  const ownLog = path.join(folder, 'data', 'logs', 'logmill.log');
  const running = start(t, ['up', '--config', config]);
  const server = await serverOf(running);

  await t.test('the banner says in ten lines or fewer what is read, how many lines are in, and where to look', () => {
    const banner = running.stdout;
    assert.ok(banner.trimEnd().split('\n').length <= 10, banner);
    assert.match(banner, /reading +2 files .*app\.log/);
    assert.match(banner, /lines in +[23] \(0 dead letters among them\)/);
    assert.match(banner, /page +http:\/\/127\.0\.0\.1:\d+\/$/m);
  });

  await t.test('the page answers at the address of the banner', async () => {
    const page = await fetch(server.url);
    assert.equal(page.status, 200);
    assert.match(page.headers.get('content-type') ?? '', /^text\/html/);
    assert.match(await page.text(), /<title>[^<]*logmill/i);
  });

  await t.test('a line that is appended is found while it runs', async () => {
    await shipLine(server, app, 'boom');
    assert.deepEqual(await messages(server), ['one', 'two', 'boom']);
  });

  await t.test('its own log is read like any other, and reading it writes nothing into it', async () => {
    const own = async () => (await server.ask('ledger')).files.find(({ path: file }) => file === ownLog);
    // The minute's line about the pipeline's health comes whether or not anything is read.
    const lines = () =>
      readFileSync(ownLog, 'utf8')
        .split('\n')
        .filter((line) => !line.includes('pipeline health'));
    await eventually('the alert is in the own log', async () => lines().some((line) => line.includes('"rule":"boom"')));
    const settled = () =>
      eventually('the own log is read to its end', async () => {
        const entry = await own();
        return entry !== undefined && entry.read.lines > 0 && entry.unread + entry.inFlight.bytes === 0;
      });
    await settled();
    const before = lines();
    // Two lines of another file that are read, shipped and found: each is a whole round of everything.
    for (const line of ['round 1', 'round 2']) await shipLine(server, app, line);
    await settled();
    assert.deepEqual(lines(), before);
    const { hits } = await server.ask('search', { index: 'logs-logmill.log-*', query: 'message: "notification sent"' });
    assert.ok(hits.length > 0, 'its lines can be searched for');
  });

  await t.test('Ctrl-C ends it with exit code 0, no stack, and the folder free', async () => {
    await stop(running);
    const locks = readdirSync(path.join(folder, 'data')).filter((name) => name.includes('lock'));
    assert.deepEqual(locks, []);
  });

  await t.test('the next start reads on from there: every line once, none sent twice', async (again) => {
    appendFileSync(app, 'while stopped\n');
    const second = start(again, ['up', '--config', config]);
    const restarted = await serverOf(second);
    await shipLine(restarted, app, 'after the start');
    const expected = ['one', 'two', 'boom', 'round 1', 'round 2', 'while stopped', 'after the start'];
    assert.deepEqual(await messages(restarted), expected);
    const { balanced, files } = await restarted.ask('ledger');
    const entry = files.find(({ path: file }) => file === app);
    assert.equal(balanced, true);
    assert.deepEqual([entry?.read.lines, entry?.tally.already_there.lines], [expected.length, 0]);
    await stop(second);
  });
});

test('up FILE tails that file without a configuration, its format found by its first lines', async (t) => {
  const folder = scratch(t);
  const line = (message: string) =>
    JSON.stringify({ level: 30, time: Date.now(), pid: 1, hostname: 'h', msg: message });
  const file = write(folder, 'app.log', `${line('first')}\n`);
  const running = start(t, ['up', 'app.log', '--data', './data', '--port', '0'], {}, folder);
  const server = await serverOf(running);
  assert.match(running.stdout, /reading +1 file through 1 pipeline: .*app\.log/);
  appendFileSync(file, `${line('second')}\n`);
  await eventually('the second line', async () => (await messages(server)).includes('second'));
  const { files } = await server.ask('ledger');
  assert.deepEqual(
    files.map((entry) => [entry.path, entry.pipeline]),
    [[file, 'pino']],
  );
  await stop(running);
  assert.ok(existsSync(path.join(folder, 'data', 'store')), 'the data folder counts from where the person stands');
});

test('up FILE with a name that is no file says so in one line and leaves nothing running', async (t) => {
  const running = start(t, ['up', 'missing.log', '--data', './data', '--port', '0'], {}, scratch(t));
  const { code, stderr } = await running.ended;
  assert.equal(code, 1);
  assert.match(stderr, /^logmill: no file .*missing\.log\n.*\n$/);
});

test('up --demo fills every panel: error groups, logins, probes, and alerts that fire at once', async (t) => {
  const running = start(t, ['up', '--demo', '--data', './data', '--port', '0'], {}, scratch(t));
  const server = await serverOf(running);
  const groups = await eventually('error groups', async () => {
    const answer = await server.ask('error-groups');
    return answer.groups.length >= 3 && answer;
  });
  assert.ok(groups.groups.every(({ services }) => services.length > 0));
  const security = await server.ask('security');
  assert.ok(security.logins.failed > 0 && security.logins.succeeded > 0 && security.probes > 0);
  for (const list of [security.failing_addresses, security.failing_users, security.probing_addresses])
    assert.ok(list.length > 0);

  const rulesOf = async (query: Readonly<Record<string, string>>) =>
    new Set((await server.ask('alerts', query)).alerts.map(({ rule }) => rule.name));
  await eventually('failed logins and the error rate fire', async () => {
    const firing = await rulesOf({ state: 'firing' });
    return firing.has('failed-logins') && firing.has('error-rate');
  });
  const everyRule = ['error-group-burst', 'error-rate', 'failed-logins', 'slow-responses', 'web-attack-probes'];
  await eventually('every shipped rule has something', async () =>
    everyRule.every(Set.prototype.has, await rulesOf({ size: '1000' })),
  );
  const { files } = await server.ask('ledger');
  assert.equal(files.length, 3);
  for (const { path: file, tally } of files)
    assert.ok(tally.dead_lettered.lines === 0 || /api/.test(file), `only the API tears a line: ${file}`);
  await stop(running);
});
