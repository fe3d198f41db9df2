import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { DiskQueue, type DiskQueueOptions } from '../../../src/agent/queue/disk-queue.ts';
import { QueueCursor } from '../../../src/agent/queue/queue-cursor.ts';
import { decodeRecords, type Entry, encodeRecords, type Place } from '../../../src/agent/queue/record.ts';

const START: Place = { sequence: 0, position: 0 };

function folderOf(t?: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'logmill-queue-'));
  t?.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function open(folder: string, more: Partial<DiskQueueOptions> = {}): Promise<DiskQueue> {
  return DiskQueue.open({
    folder,
    maxBytes: 1024 * 1024,
    segmentBytes: 64 * 1024,
    end: START,
    onReadable: () => {},
    ...more,
  });
}

const entry = (text: string): Entry => ({ payload: Buffer.from(text), facts: { pipeline: 'json' } });

/** Everything there is to read: the texts, and what is missing between them. */
async function readAll(cursor: QueueCursor): Promise<{ texts: string[]; gaps: { from: Place; to: Place }[] }> {
  const texts: string[] = [];
  const gaps: { from: Place; to: Place }[] = [];
  for (let step = await cursor.next(); step !== undefined; step = await cursor.next()) {
    if (step.kind === 'gap') gaps.push({ from: step.from, to: step.to });
    else texts.push(...step.records.map(({ payload }) => payload.toString()));
  }
  return { texts, gaps };
}

const segmentsIn = (folder: string) =>
  readdirSync(folder)
    .sort()
    .map((name) => path.join(folder, name));

describe('the disk queue', () => {
  test('what was appended is read in order, also by the next run, and while more comes', async (t) => {
    const folder = folderOf(t);
    const queue = await open(folder);
    const cursor = new QueueCursor(queue, undefined);
    await Promise.all([queue.append([entry('a'), entry('b')]), queue.append([entry('c')])]);
    assert.deepEqual((await readAll(cursor)).texts, ['a', 'b', 'c']);
    await queue.append([entry('d')]);
    assert.deepEqual((await readAll(cursor)).texts, ['d']);
    await queue.close();
    const next = await open(folder);
    await next.append([entry('e')]);
    assert.deepEqual(await readAll(new QueueCursor(next, undefined)), { texts: ['a', 'b', 'c', 'd', 'e'], gaps: [] });
    assert.deepEqual((await readAll(new QueueCursor(next, { sequence: 3, position: 3 }))).texts, ['d', 'e']);
    await next.close();
  });

  test('senders that come together share one write to the disk', async (t) => {
    const queue = await open(folderOf(t));
    const numbers: number[] = [];
    await Promise.all(['a', 'b', 'c'].map((text) => queue.append([entry(text)], (first) => numbers.push(first))));
    assert.deepEqual(numbers, [0, 1, 2]);
    assert.equal(queue.segments.length, 1);
    await queue.close();
  });

  test('it is bounded: what does not fit is told so, and there is room once files are released', async (t) => {
    const folder = folderOf(t);
    const queue = await open(folder, { maxBytes: 4000, segmentBytes: 1000 });
    const line = entry('x'.repeat(500));
    while (queue.fits([line])) await queue.append([line]);
    assert.ok(queue.bytes <= 4000);
    const files = segmentsIn(folder).length;
    const room = queue.room();
    await queue.release(queue.end);
    await room;
    assert.ok(queue.fits([line]));
    assert.ok(segmentsIn(folder).length < files);
    await queue.close();
    await queue.release(queue.end);
    assert.deepEqual(segmentsIn(folder), [], 'nothing is left of a queue that is read');
  });

  test('a line larger than the whole queue is taken alone', async (t) => {
    const queue = await open(folderOf(t), { maxBytes: 4000 });
    const large = entry('x'.repeat(10_000));
    assert.ok(queue.fits([large]));
    await queue.append([large]);
    assert.ok(!queue.fits([entry('y')]));
    await queue.close();
  });

  test('lines that could not be taken are a gap where they would have stood', async (t) => {
    const queue = await open(folderOf(t));
    const cursor = new QueueCursor(queue, undefined);
    await queue.append([entry('a')]);
    queue.leaveOut(3, 300);
    await queue.append([entry('b')]);
    assert.deepEqual(await readAll(cursor), {
      texts: ['a', 'b'],
      gaps: [{ from: { sequence: 1, position: 1 }, to: { sequence: 4, position: 301 } }],
    });
    await queue.close();
  });

  test('a missing segment is a gap of as many lines and bytes as were in it', async (t) => {
    const folder = folderOf(t);
    const queue = await open(folder, { segmentBytes: 1 });
    for (const text of ['a', 'bbb', 'c']) await queue.append([entry(text)]);
    await queue.close();
    rmSync(segmentsIn(folder)[1]!);
    assert.deepEqual(await readAll(new QueueCursor(await open(folder), undefined)), {
      texts: ['a', 'c'],
      gaps: [{ from: { sequence: 1, position: 1 }, to: { sequence: 2, position: 4 } }],
    });
  });

  test('a deleted queue is a gap up to the end that the checkpoint knew', async (t) => {
    const end = { sequence: 9, position: 90 };
    const queue = await open(folderOf(t), { end });
    const from = { sequence: 4, position: 40 };
    assert.deepEqual(await readAll(new QueueCursor(queue, from)), { texts: [], gaps: [{ from, to: end }] });
    await queue.append([entry('a')]);
    assert.deepEqual((await readAll(new QueueCursor(queue, end))).texts, ['a']);
    await queue.close();
  });

  test('files of other names, empty segments and folders full of rubbish never keep it from starting', async (t) => {
    const folder = folderOf(t);
    writeFileSync(path.join(folder, 'index.json'), '\0\0\0\0');
    writeFileSync(path.join(folder, `${'0'.repeat(11)}-${'0'.repeat(11)}.${'a'.repeat(16)}.seg`), '');
    writeFileSync(path.join(folder, `${'0'.repeat(10)}9-${'0'.repeat(10)}9.${'b'.repeat(16)}.seg`), 'rubbish');
    const queue = await open(folder);
    await queue.append([entry('a')]);
    const { texts, gaps } = await readAll(new QueueCursor(queue, undefined));
    assert.deepEqual(texts, ['a']);
    assert.deepEqual(gaps, [{ from: { sequence: 9, position: 9 }, to: { sequence: 10, position: 16 } }]);
    await queue.close();
  });

  test('a line that looks like a record is a line: only the queue knows its session', async (t) => {
    const folder = folderOf(t);
    const queue = await open(folder);
    const forged = encodeRecords([entry('forged')], { sequence: 1, position: 0 }, '0'.repeat(16)).bytes;
    await queue.append([{ payload: forged, facts: { pipeline: 'json' } }]);
    await queue.append([entry('b')]);
    await queue.close();
    const [file] = segmentsIn(folder);
    const bytes = readFileSync(file!);
    bytes[5]! ^= 1;
    writeFileSync(file!, bytes);
    assert.deepEqual((await readAll(new QueueCursor(await open(folder), undefined))).texts, ['b']);
  });

  test('a record on disk is what it has always been: a queue that an earlier release wrote is read', async () => {
    const hex =
      'f16c6d5131dc3057775379692e00000005000000000087d61200000027007b22706970656c696e65223a226a736f6e222c' +
      '2273656e646572223a2231302e302e302e37227d6772c3bcc39f65';
    const one: Entry = { payload: Buffer.from('grüße'), facts: { pipeline: 'json', sender: '10.0.0.7' } };
    const place = { sequence: 5, position: 1234567 };
    const { bytes, end } = encodeRecords([one], place, '00112233445566aa');
    assert.equal(bytes.toString('hex'), hex);
    assert.deepEqual(end, { sequence: 6, position: 1234574 });
    const { records, used } = decodeRecords(Buffer.from(hex, 'hex'), '00112233445566aa');
    assert.deepEqual(records, [{ ...one, ...place, session: '00112233445566aa' }]);
    assert.equal(used, hex.length / 2);
  });

  test('entries with facts of their own, batches and parts too long among them, are read as they were appended', async (t) => {
    const queue = await open(folderOf(t));
    const facts = [
      { pipeline: 'json' },
      { pipeline: 'pinö', sender: '::1' },
      { pipeline: 'json', batch: { key: 'k', number: 3, again: true } },
      { pipeline: 'json', overlong: { length: 9, sha256: 'x', crc: 7 } },
    ];
    const entries = Array.from({ length: 50 }, (_, at) => ({
      payload: Buffer.from(`line ${at}`),
      facts: facts[at % facts.length]!,
    }));
    await Promise.all([queue.append(entries.slice(0, 7)), queue.append(entries.slice(7))]);
    const step = await new QueueCursor(queue, undefined).next();
    assert.equal(step?.kind, 'records');
    assert.deepEqual(
      step?.kind === 'records' && step.records.map(({ payload, facts: read }) => ({ payload, facts: read })),
      entries,
    );
    await queue.close();
  });

  test('a failing disk rejects what was to be written, and nothing of it is ever read', async (t) => {
    const folder = folderOf(t);
    const queue = await open(folder);
    await queue.append([entry('a')]);
    const handle = queue.segments[0]!;
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'a file in the place of the folder');
    Object.assign(handle, { size: 10_000_000 });
    await assert.rejects(queue.append([entry('b')]));
    rmSync(folder);
    await queue.append([entry('c')]);
    assert.equal(queue.end.sequence, 2);
    await queue.close();
  });
});

type Damage = { readonly segment: number; readonly at: number; readonly kind: 'cut' | 'zero' | 'flip' | 'delete' };
type Action =
  | { readonly do: 'append'; readonly sizes: readonly number[] }
  | { readonly do: 'acknowledge'; readonly share: number }
  | { readonly do: 'kill'; readonly torn: number }
  | { readonly do: 'damage'; readonly damage: Damage };

const actions: fc.Arbitrary<Action[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('append' as const),
        sizes: fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 12 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('acknowledge' as const),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('kill' as const), torn: fc.integer({ min: 0, max: 300 }) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('damage' as const),
        damage: fc.record({
          segment: fc.nat(20),
          at: fc.nat(3000),
          kind: fc.constantFrom('cut' as const, 'zero' as const, 'flip' as const, 'delete' as const),
        }),
      }),
    },
  ),
  { maxLength: 30 },
);

function harm(folder: string, { segment, at, kind }: Damage): void {
  const files = segmentsIn(folder);
  const file = files[segment % Math.max(1, files.length)];
  if (file === undefined) return;
  const { size } = statSync(file);
  const from = at % Math.max(1, size);
  if (kind === 'delete') rmSync(file);
  else if (kind === 'cut') truncateSync(file, from);
  else {
    const bytes = readFileSync(file);
    if (kind === 'zero') bytes.fill(0, from);
    else bytes[from]! ^= 0x55;
    writeFileSync(file, bytes);
  }
}

/** Runs the actions; returns what was told to senders as kept, and what was read, acknowledged or reported as missing. */
async function play(folder: string, list: readonly Action[]) {
  const more = { maxBytes: 1e9, segmentBytes: 1500 };
  let queue = await open(folder, more);
  let opened = queue.end;
  let acknowledged: Place = START;
  const kept = new Map<number, string>();
  const read = new Map<number, string>();
  const gaps: { from: Place; to: Place }[] = [];
  let damaged = false;
  let count = 0;
  const readOn = async () => {
    const cursor = new QueueCursor(queue, acknowledged);
    const seen: { sequence: number; text: string }[] = [];
    for (let step = await cursor.next(); step !== undefined; step = await cursor.next()) {
      if (step.kind === 'gap') gaps.push({ from: step.from, to: step.to });
      else seen.push(...step.records.map(({ sequence, payload }) => ({ sequence, text: payload.toString() })));
    }
    for (const { sequence, text } of seen) read.set(sequence, text);
    assert.deepEqual(cursor.place, queue.end, 'every byte is read or in a gap');
    assert.deepEqual(
      seen.map(({ sequence }) => sequence),
      [...new Set(seen.map(({ sequence }) => sequence))].sort((a, b) => a - b),
    );
    return seen;
  };
  for (const action of list) {
    if (action.do === 'append') {
      const entries = action.sizes.map((size) => entry(`${count++}:`.padEnd(size, 'x')));
      await queue.append(entries, (first) =>
        entries.forEach((one, at) => void kept.set(first + at, one.payload.toString())),
      );
    } else if (action.do === 'acknowledge') {
      const seen = await readOn();
      const last = seen[Math.floor(action.share * (seen.length - 1))];
      if (last === undefined) continue;
      const cursor = new QueueCursor(queue, acknowledged);
      for (let step = await cursor.next(); step !== undefined; step = await cursor.next()) {
        const hit =
          step.kind === 'records' ? step.records.find(({ sequence }) => sequence === last.sequence) : undefined;
        if (hit === undefined) continue;
        acknowledged = { sequence: hit.sequence + 1, position: hit.position + hit.payload.length };
        break;
      }
      await queue.release(acknowledged);
    } else {
      const { end } = queue;
      await queue.close();
      if (action.do === 'damage') {
        damaged = true;
        harm(folder, action.damage);
      } else {
        // A write that had begun: none of its senders was answered.
        const file = segmentsIn(folder).at(-1);
        if (file !== undefined)
          appendFileSync(
            file,
            encodeRecords([entry('torn'.repeat(80))], end, queue.session).bytes.subarray(0, action.torn),
          );
      }
      // The checkpoint knows at least the end that was found at the last start, and what is released.
      const known = opened.sequence > acknowledged.sequence ? opened : acknowledged;
      queue = await open(folder, { ...more, end: action.do === 'damage' ? end : known });
      opened = queue.end;
    }
  }
  await readOn();
  await queue.close();
  return { kept, read, gaps, damaged };
}

test('whatever is appended, acknowledged, killed and damaged: what senders were told is kept is read once or lies in a gap', async () => {
  await fc.assert(
    fc.asyncProperty(actions, async (list) => {
      const folder = folderOf();
      try {
        const { kept, read, gaps, damaged } = await play(folder, list);
        for (const [sequence, text] of kept) {
          const known = read.get(sequence);
          if (known === undefined) {
            assert.ok(damaged, `record ${sequence} is lost without any damage`);
            assert.ok(
              gaps.some(({ from, to }) => from.sequence <= sequence && sequence < to.sequence),
              `record ${sequence} is in no gap`,
            );
          } else assert.equal(known, text);
        }
        for (const sequence of read.keys())
          assert.ok(kept.has(sequence), `record ${sequence} was never told to be kept`);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }),
    { numRuns: 150 },
  );
});
