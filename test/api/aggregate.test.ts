import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import type { AggregateAnswer, Metric, Step } from '../../src/api/contract/aggregate.ts';
import type { Fault } from '../../src/api/contract/fault.ts';
import { type Asked, groupsOf, inStep, measure, requestOf, requests, selected, stepFault } from './plain-loop.ts';
import type { Document } from './seed.ts';
import { fieldOf, WORLDS, type World } from './worlds.ts';

for (const kind of WORLDS) {
  describe(`aggregating over ${kind.name}`, { skip: kind.skip }, () => {
    let world: World;
    before(async () => {
      world = await kind.open();
    });
    after(() => world.close());
    const refusal = async (payload: object) => {
      const { status, body } = await world.ask<Fault>('POST', '/api/v1/aggregate', { payload });
      assert.equal(status, 400, JSON.stringify(body));
      return body.error;
    };

    it('gives the numbers of a plain loop for any metric, split, interval, filter and range', async () => {
      await fc.assert(
        fc.asyncProperty(requests, async (asked) => {
          const payload = requestOf(asked, world.index);
          const { status, body } = await world.ask<AggregateAnswer>('POST', '/api/v1/aggregate', { payload });
          assert.equal(status, 200, JSON.stringify(body));
          compare(body, selected(world.events, asked), asked);
        }),
        { numRuns: 120 },
      );
    });

    it('counts without a metric, a split or an interval', async () => {
      const { body } = await world.ask('POST', '/api/v1/aggregate', { payload: { index: world.index } });
      assert.deepEqual(body, { count: world.events.length, value: world.events.length, interval_ms: null });
    });

    it('gives an empty step instead of nothing where there are no events at all', async () => {
      const payload = { index: 'logs-no.such-stream', interval: '1m', split: { field: 'service.name' } };
      const { body } = await world.ask<AggregateAnswer>('POST', '/api/v1/aggregate', { payload });
      assert.deepEqual(body, { count: 0, value: 0, interval_ms: 60_000, groups: [], other: 0 });
      const series = await world.ask<AggregateAnswer>('POST', '/api/v1/aggregate', {
        payload: { index: 'logs-no.such-stream', interval: '1m', metric: { kind: 'max', field: 'log.offset' } },
      });
      assert.deepEqual(series.body.series, [{ time: '2026-11-21T10:00:00.000Z', count: 0, value: null }]);
    });

    it('refuses steps too small for the range, or for so many groups, and names how many there may be', async () => {
      const range = { index: world.index, from: '2026-11-01', to: '2026-11-21' };
      const fine = await refusal({ ...range, interval: '1s' });
      assert.deepEqual([fine.code, fine.where?.key], ['INTERVAL_TOO_SMALL', 'interval']);
      assert.match(fine.message, /5000/);
      const groups = await refusal({ ...range, interval: '1h', split: { field: 'service.name', size: 1000 } });
      assert.deepEqual([groups.code, groups.where?.key], ['INTERVAL_TOO_SMALL', 'interval']);
      assert.match(groups.message, /480 pieces, more than 65/);
      assert.equal((await refusal({ ...range, interval: '99999999w' })).where?.key, 'interval');
    });

    it('names the key that is wrong, and only what its metric knows', async () => {
      const cases: readonly [object, string, RegExp][] = [
        [{ metric: { kind: 'percentile', field: 'x' } }, 'metric', /percent/],
        [{ metric: { kind: 'p95', field: 'x' } }, 'metric', /kind/],
        [{ metric: { kind: 'avg' } }, 'metric', /field/],
        [{ metric: { kind: 'avg', field: 'x', percent: 5 } }, 'metric.percent', /no known key/],
        [{ split: { field: 'x', size: 1001 } }, 'split.size', /<= 1000/],
        [{ interval: '5 minutes' }, 'interval', /is not valid; it is the width of the time steps \(1m, 1h/],
        [{ queri: 'x' }, 'queri', /no known key here; known are query, from, to, index, /],
        [{ index: 'LOGS' }, 'index', /streams and indices/],
      ];
      for (const [payload, key, message] of cases) {
        const error = await refusal(payload);
        assert.deepEqual([error.code, error.where?.key], ['REQUEST_INVALID', key]);
        assert.match(error.message, message);
      }
    });

    it('says which field cannot be measured', async () => {
      const error = await refusal({ index: world.index, metric: { kind: 'avg', field: 'service.name' } });
      assert.equal(error.code, 'STORE_REFUSED');
      assert.match(error.message, /service\.name/);
    });
  });
}

function compare(answer: AggregateAnswer, events: readonly Document[], asked: Asked): void {
  const { metric, split, interval } = asked;
  assert.equal(answer.count, events.length);
  assertValue(answer.value, events, metric);
  assert.equal(answer.interval_ms === null, interval === undefined);
  if (split === undefined) {
    assert.equal(answer.groups, undefined);
    compareSeries(answer.series, answer, events, asked);
    return;
  }
  const groups = groupsOf(events, split.field);
  const kept = groups.slice(0, split.size);
  // Among groups of one size the first by key are kept; keys that are numbers or addresses order by value.
  assert.deepEqual(
    answer.groups!.map(({ count }) => count),
    kept.map(([, members]) => members.length),
  );
  assert.equal(
    answer.other,
    groups.slice(split.size).reduce((sum, [, members]) => sum + members.length, 0),
  );
  for (const group of answer.groups!) {
    const members: Document[] = events.filter((event) => String(fieldOf(event, split.field)) === group.key);
    assert.equal(group.count, members.length);
    assertValue(group.value, members, metric);
    compareSeries(group.series, answer, members, asked);
  }
}

function compareSeries(
  series: Step[] | undefined,
  answer: AggregateAnswer,
  events: readonly Document[],
  asked: Asked,
): void {
  assert.equal(series === undefined, asked.interval === undefined);
  if (series === undefined) return;
  assert.equal(stepFault(series, answer, asked), undefined);
  for (const step of series) {
    const members = inStep(events, step, answer.interval_ms!);
    assert.equal(step.count, members.length);
    assertValue(step.value, members, asked.metric);
  }
  assert.equal(
    series.reduce((sum, { count }) => sum + count, 0),
    events.length,
  );
}

function assertValue(value: number | null, events: readonly Document[], metric: Metric | undefined): void {
  const wanted = measure(events, metric);
  if (wanted === null || value === null) assert.equal(value, wanted);
  else assert.ok(value >= wanted[0] && value <= wanted[1], `${value} is in ${wanted.join('..')}`);
}
