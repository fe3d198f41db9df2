import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Settlement } from '../../../src/delivery/settle.ts';
import type { Line, Processed } from '../../../src/model/line.ts';
import { Dropped, Rejected } from '../../../src/model/rejected.ts';
import { statefulOf } from '../stage-context.ts';
import { batch, countEach, FlowRig, joinEach, map, stateful, tallyOf } from './flow-rig.ts';

const settlementOf = (processed: Processed) => new Settlement(processed, () => {});
const textsOf = (lines: readonly Line[] | undefined) => lines?.map(({ text }) => text);
const byKey = map((event) => ({ ...event, id: String(event['message'])[0]! }));

describe('a document that the store may have with fewer records', () => {
  test('of an event that waited for more lines is known by its line, though stages held it back', async () => {
    const rig = new FlowRig([batch(async (events) => events)]);
    const rest: Line = { text: 'rest', offset: 2, bytes: 5, fileKey: 'k', crc: 1 };
    await rig.push(['first'], 'a', (line) => ({ ...line, waited: 1, after: (records) => (records < 2 ? [rest] : []) }));
    await rig.rest();
    const settlement = settlementOf(rig.emitted[0]!);
    assert.deepEqual(textsOf(settlement.afterOf(0)?.(1)), ['rest']);
  });

  test('of several lines that a stage let go, though more might have come, says how many these were', async () => {
    const rig = new FlowRig([byKey, stateful(statefulOf('join-events', { by: ['id'], until: 'message: *end' }))]);
    await rig.push(['a1', 'b1', 'a2', 'b-end', 'a3']);
    await rig.flow.close();
    const [ended, waited] = rig.emitted.flatMap((processed) => ({ processed, settlement: settlementOf(processed) }));
    assert.deepEqual(rig.lines, [undefined, 3]);
    assert.equal(ended!.settlement.afterOf(0), undefined);
    assert.deepEqual(textsOf(waited!.settlement.afterOf(0)?.(1)), ['a2', 'a3']);
    assert.deepEqual(textsOf(waited!.settlement.afterOf(0)?.(3)), []);
    assert.equal(waited!.settlement.lineAt(0).text, 'a1\na2\na3');
  });
});

describe('what becomes of lines that are together', () => {
  test('is one dead letter that holds them all, where a later stage rejects them', async () => {
    const rig = new FlowRig([joinEach(2), map(() => new Rejected('invalid', 'no'))]);
    await rig.push(['a', 'b']);
    const [{ chunk, rejected } = { chunk: undefined, rejected: [] }] = rig.emitted;
    assert.equal(rejected.length, 1);
    const letter = chunk!.again!(0);
    assert.deepEqual([letter.text, textsOf(letter.of)], ['a\nb', ['a', 'b']]);
    rig.settle();
    const { tally } = rig.acknowledged[0]!;
    assert.deepEqual(tally, tallyOf({ dead_lettered: { lines: 1, bytes: 2 }, merged: { lines: 1, bytes: 2 } }));
  });

  test('is a dead letter for each, where one would be too large', async () => {
    const rig = new FlowRig([joinEach(2), map(() => new Rejected('invalid', 'no'))]);
    await rig.push(['a'.repeat(200_000), 'b'.repeat(200_000)]);
    assert.equal(rig.emitted[0]!.rejected.length, 2);
  });

  test('is dropped line by line', async () => {
    const rig = new FlowRig([joinEach(2), map(() => new Dropped('rule'))]);
    await rig.push(['a', 'b']);
    assert.equal(rig.emitted[0]!.dropped.length, 2);
  });

  test('does not depend on a document that is only about them', async () => {
    const isCount = map((event) => (event['count'] === undefined ? event : new Rejected('invalid', 'no')));
    const rig = new FlowRig([countEach(3), isCount]);
    await rig.push(['a', 'b', 'c']);
    const [{ rejected, documents } = { rejected: [], documents: [] }] = rig.emitted;
    assert.deepEqual([documents.length, rejected.length], [3, 1]);
    rig.settle();
    const { tally } = rig.acknowledged[0]!;
    assert.deepEqual(tally, tallyOf({ dead_lettered: { lines: 1, bytes: 2 }, indexed: { lines: 2, bytes: 4 } }));
  });

  test('stays what it is about them through a stage with a memory', async () => {
    const through = stateful({
      push: (event, record) => [{ result: event, of: [record] }],
      flush: () => [],
      close: () => [],
    });
    const rig = new FlowRig([countEach(3), through]);
    await rig.push(['a', 'b', 'c']);
    assert.equal(
      rig.emitted[0]!.chunk.lines.reduce((sum, { bytes }) => sum + bytes, 0),
      6,
    );
  });

  test('comes out at once when it comes after the end', async () => {
    const rig = new FlowRig([joinEach(5)]);
    await rig.push(['a']);
    await rig.flow.close();
    await rig.push(['b']);
    assert.equal(rig.documents().length, 2);
  });
});
