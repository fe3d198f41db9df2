import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { AgentOptions } from '../../src/agent/agent.ts';
import type { Parcel } from '../../src/agent/queue/intake.ts';
import { linesOf } from '../../src/agent/queue/received.ts';
import type { InputConfig } from '../../src/config/schema.ts';
import { type Clock, systemClock } from '../../src/model/clock.ts';
import { balances } from '../../src/model/ledger.ts';
import { eventually } from '../process/server.ts';
import { acknowledge, Rig } from './rig.ts';

const INPUT = {
  name: 'apps',
  http: { max_body: '1MB', request_timeout: '60s', wait: '30s' },
  start: 'beginning',
  encoding: 'utf-8',
  max_line_bytes: '1MB',
} as InputConfig;

describe('lines that senders hand over', () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig();
  });
  afterEach(async () => {
    await rig.stop().catch(() => {});
    rig.dispose();
  });

  function start(more: Partial<AgentOptions> = {}, input: Partial<InputConfig> = {}): void {
    rig.start([{ ...INPUT, ...input }], { dataFolder: rig.file('data'), clock: systemClock, ...more });
  }

  const parcel = (text: string, more: Partial<Parcel> = {}): Parcel => ({
    pipeline: 'json',
    lines: linesOf(Buffer.from(text), 1000),
    wait: 60_000,
    ...more,
  });

  /** A process that ends without a word: nothing is acknowledged any more, and nothing saved. */
  async function kill(): Promise<void> {
    await rig.stop();
    rmSync(rig.file('state'), { recursive: true, force: true });
  }

  const segments = () => readdirSync(rig.file('data/queue/apps'), { recursive: true }).map(String);

  test('are answered once the store has them, line by line and with their ids', async () => {
    start();
    const receipt = await rig.agent.receive('apps', parcel('{"a":1}\n\n{"b":2}\n', { sender: '10.0.0.7' }));
    assert.equal(receipt.state, 'settled');
    assert.deepEqual(
      receipt.state === 'settled' && receipt.verdicts.map(({ line, outcome, id }) => [line, outcome, id]),
      [
        [1, 'indexed', rig.ids()[0]],
        [3, 'indexed', rig.ids()[1]],
      ],
    );
    assert.deepEqual(rig.texts(), ['{"a":1}', '{"b":2}']);
    assert.equal(rig.lines[0]!.sender, '10.0.0.7');
    const [entry] = rig.agent.files();
    assert.deepEqual([entry!.path, entry!.pipeline, entry!.read.lines, entry!.unread], ['http:apps', 'json', 2, 0]);
    assert.ok(balances(entry!));
  });

  test('go to the pipelines that their parcels name, in the order they came', async () => {
    start();
    await Promise.all([
      rig.agent.receive('apps', parcel('a\nb')),
      rig.agent.receive('apps', parcel('c', { pipeline: 'pino' })),
      rig.agent.receive('apps', parcel('d')),
    ]);
    assert.deepEqual(rig.texts(), ['a', 'b', 'c', 'd']);
    assert.equal(rig.agent.files()[0]!.pipeline, 'json, pino');
  });

  test('are on disk when the store takes too long, and read again with the same ids after a crash', async () => {
    rig.acknowledging = false;
    start();
    const receipt = await rig.agent.receive('apps', parcel('a\nb', { wait: 20 }));
    assert.deepEqual(receipt, { state: 'queued' });
    await eventually('both are handed out', async () => rig.lines.length === 2);
    const ids = rig.ids();
    await kill();
    rig.chunks = [];
    rig.lines.length = 0;
    rig.acknowledging = true;
    start();
    await eventually('both are there again', async () => rig.lines.length === 2);
    assert.deepEqual(rig.ids(), ids);
    assert.deepEqual(
      rig.lines.map(({ isNew }) => isNew),
      [false, false],
      'the store may have them',
    );
    await rig.agent.receive('apps', parcel('c'));
    assert.equal(rig.lines[2]!.isNew, true);
  });

  test('leave no file behind once they are acknowledged and the agent has stopped', async () => {
    start();
    await rig.agent.receive('apps', parcel('a'));
    assert.equal(segments().length, 1);
    await rig.stop();
    assert.deepEqual(segments(), []);
    rig.lines.length = 0;
    start();
    await rig.agent.receive('apps', parcel('b'));
    assert.deepEqual(rig.texts(), ['b']);
    assert.equal(rig.agent.files()[0]!.read.lines, 2, 'the books go on');
  });

  test('that come again under the name of a batch keep their ids, and the store is asked for them', async () => {
    start();
    const sent = parcel('a\nb', { batch: 'k1' });
    const [first, again, other] = [
      await rig.agent.receive('apps', sent),
      await rig.agent.receive('apps', sent),
      await rig.agent.receive('apps', { ...sent, batch: 'k2' }),
    ];
    const idsOf = (receipt: typeof first) => (receipt.state === 'settled' ? receipt.verdicts.map(({ id }) => id) : []);
    assert.deepEqual(idsOf(again), idsOf(first));
    assert.equal(new Set([...idsOf(first), ...idsOf(other)]).size, 4);
  });

  test('find the queue full and are not taken; there is room again once others are acknowledged', async () => {
    rig.acknowledging = false;
    start({}, { queue: { max_bytes: '4KB', segment_bytes: '1KB' } });
    const large = parcel('x'.repeat(900), { wait: 1 });
    let taken = 0;
    for (; (await rig.agent.receive('apps', large)).state === 'queued'; taken++) assert.ok(taken < 10);
    assert.ok(taken >= 3);
    await eventually('all are handed out', async () => rig.lines.length === taken);
    rig.acknowledging = true;
    for (const chunk of rig.chunks.splice(0)) acknowledge(chunk);
    await eventually('there is room', async () => (await rig.agent.receive('apps', large)).state !== 'full');
    const refused = await rig.telemetry.refused.get();
    assert.ok(refused.values.some(({ labels, value }) => labels.reason === 'queue_full' && value > 0));
  });

  test('are read to the end of the queue by a single run, which takes nothing new', async () => {
    rig.acknowledging = false;
    start();
    await rig.agent.receive('apps', parcel('a\nb', { wait: 1 }));
    await rig.stop();
    rig.lines.length = 0;
    rig.acknowledging = true;
    await rig.once([INPUT], { dataFolder: rig.file('data'), clock: systemClock });
    assert.deepEqual(rig.texts(), ['a', 'b']);
  });

  test('that wait when the agent stops are told that they are on disk', async () => {
    const pauses: (() => void)[] = [];
    const clock: Clock = {
      ...systemClock,
      after: (ms, run) => {
        if (ms === 2000) pauses.push(run);
        return () => {};
      },
    };
    rig.acknowledging = false;
    start({ clock });
    const waiting = rig.agent.receive('apps', parcel('a'));
    await eventually('it is handed out', async () => rig.lines.length === 1);
    rig.agent.stopReceiving();
    assert.deepEqual(await rig.agent.receive('apps', parcel('b')), { state: 'full' });
    await eventually('the last moment', async () => pauses.length > 0);
    for (const over of pauses) over();
    assert.deepEqual(await waiting, { state: 'queued' });
  });

  test('that were lost with the queue are a gap of as many bytes as the checkpoint knew of', async () => {
    rig.acknowledging = false;
    start();
    await rig.agent.receive('apps', parcel('aaaa\nbbbb', { wait: 1 }));
    await rig.stop();
    rmSync(rig.file('data/queue'), { recursive: true });
    start();
    await eventually('the gap', async () => rig.agent.files()[0]?.gaps === 8);
    assert.deepEqual(rig.agent.status().gaps, [{ input: 'apps', path: 'http:apps', from: 0, to: 8 }]);
    assert.ok(rig.troubles().includes('bytes were lost before they were read'));
    rig.acknowledging = true;
    await rig.agent.receive('apps', parcel('c'));
    await rig.stop();
    start();
    await rig.agent.receive('apps', parcel('d'));
    assert.equal(rig.agent.files()[0]!.gaps, 8, 'counted once, and kept');
  });

  test('in a segment that was zeroed are a gap, and those around it are read', async () => {
    rig.acknowledging = false;
    start({}, { queue: { max_bytes: '1MB', segment_bytes: '1B' } });
    for (const text of ['aa', 'bbb', 'cc']) await rig.agent.receive('apps', parcel(text, { wait: 1 }));
    await rig.stop();
    const folder = rig.file('data/queue/apps');
    const damaged = path.join(folder, readdirSync(folder).sort()[1]!);
    writeFileSync(damaged, Buffer.alloc(readFileSync(damaged).length));
    rig.lines.length = 0;
    rig.acknowledging = true;
    start();
    await eventually('the others', async () => rig.lines.length === 2);
    assert.deepEqual(rig.texts(), ['aa', 'cc']);
    assert.equal(rig.agent.files()[0]!.gaps, 3);
  });

  test('over the limit or not in UTF-8 keep what tells them', async () => {
    start();
    const body = Buffer.concat([Buffer.from('x'.repeat(2000)), Buffer.from([10, 0x61, 0xff])]);
    await rig.agent.receive('apps', { ...parcel(''), lines: linesOf(body, 1000) });
    const [long, raw] = rig.lines;
    assert.deepEqual([long!.overlong!.length, long!.bytes, long!.text.length], [2000, 2000, 2000]);
    assert.deepEqual(raw!.raw, Buffer.from([0x61, 0xff]));
    assert.ok(rig.agent.files().every(balances));
  });
});
