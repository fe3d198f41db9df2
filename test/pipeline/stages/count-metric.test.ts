import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { systemClock } from '../../../src/model/clock.ts';
import type { Event } from '../../../src/model/event.ts';
import { runAlone } from '../../../src/pipeline/flow/run-alone.ts';
import { loadPipelines } from '../../../src/pipeline/pipelines.ts';
import type { Output } from '../../../src/pipeline/stage.ts';
import { chunkOf } from '../../../src/pipeline/testing.ts';
import { BINDING, fieldsOf } from '../documents.ts';
import { statefulOf, token } from '../stage-context.ts';

const START = Date.parse('2026-11-01T10:00:00Z');
const at = (seconds: number) => new Date(START + 1000 * seconds).toISOString();
const metricsOf = (outputs: readonly Output[]): Event[] =>
  outputs.map(({ result }) => result as Event).filter((event) => event['event.kind'] === 'metric');
const counts = (outputs: readonly Output[]) =>
  metricsOf(outputs).map((event) => [event['event.start'], event['k'], event['logmill.metric.count']]);

describe('metrics', () => {
  test('add up to what is counted with a plain loop, whatever the order, and every event is named once', () => {
    const occurrences = fc.array(
      fc.record({ k: fc.constantFrom('a', 'b', undefined), second: fc.nat(600), took: fc.option(fc.nat(9)) }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(occurrences, fc.boolean(), fc.nat(3), (all, keeps, flushes) => {
        const runner = statefulOf('count-metric', {
          name: 'm',
          by: ['k'],
          values: ['took'],
          events: keeps ? 'keep' : 'drop',
        });
        const records = all.map(() => token());
        const outputs = all.flatMap(({ k, second, took }, index) => {
          const event: Event = { '@timestamp': at(second), took };
          if (k !== undefined) event['k'] = k;
          const made = [...runner.push(event, records[index]!, 1000 * index)];
          if (flushes > 0 && index % 7 === 0) made.push(...runner.flush(1000 * index, flushes === 2));
          return made;
        });
        outputs.push(...runner.close());
        const settled = outputs.filter((output) => output.keeps !== true).flatMap(({ of }) => of);
        assert.equal(settled.length, all.length);
        assert.deepEqual(new Set(settled), new Set(records));
        assert.equal(outputs.length - metricsOf(outputs).length, keeps ? all.length : 0);
        assert.deepEqual(totals(metricsOf(outputs)), expected(all));
      }),
    );
  });

  test('come when the events say that their interval is over', () => {
    const runner = statefulOf('count-metric', { name: 'm', by: ['k'], late: '10s', events: 'drop' });
    const push = (second: number) => counts(runner.push({ '@timestamp': at(second), k: 'a' }, token(), 0));
    assert.deepEqual([push(0), push(59), push(61), push(58), push(119)].flat(), []);
    assert.deepEqual(push(121), [[at(0), 'a', 3]]);
  });

  test('come when the clock says so, where nothing follows', () => {
    const runner = statefulOf('count-metric', { name: 'm', by: ['k'], interval: '1m', late: '10s' });
    runner.push({ '@timestamp': at(5), k: 'a' }, token(), 0);
    assert.deepEqual(runner.flush(69_999, false), []);
    assert.deepEqual(counts(runner.flush(70_000, false)), [[at(0), 'a', 1]]);
    assert.deepEqual(runner.flush(70_001, true), []);
  });

  test('wait for the slower of two sources, but not for one that is silent', () => {
    const sources = [{}, {}];
    let current = sources[0]!;
    const runner = statefulOf('count-metric', { name: 'm', by: ['k'], events: 'drop' }, { source: () => current });
    const push = (source: number, second: number, now: number) => {
      current = sources[source]!;
      return counts(runner.push({ '@timestamp': at(second), k: 'a' }, token(), now));
    };
    assert.deepEqual([push(0, 0, 0), push(1, 300, 0), push(0, 1, 0), push(1, 400, 0)].flat(), []);
    assert.deepEqual(push(1, 500, 11_000), [
      [at(0), 'a', 2],
      [at(300), 'a', 1],
      [at(360), 'a', 1],
    ]);
  });
});

test('a pipeline writes them into its metrics stream, beside the events', async () => {
  const shipped = await loadPipelines();
  const use = { stage: 'count-metric', when: undefined };
  const stages = [
    { ...use, options: { name: 'lines', by: [], values: [], interval: '1m', late: '10s', events: 'keep' } },
  ];
  const set = shipped.with({ ...shipped.get('plain-text'), dataset: 'my.log', stages });
  const compiled = set.compile('plain-text', {
    ...BINDING,
    clock: { ...systemClock, now: () => START, after: () => () => {} },
  });
  const { documents } = await runAlone(compiled, chunkOf(['a', 'b'], 'plain-text'));
  assert.deepEqual(
    documents.map(({ index }) => index),
    ['logs-my.log-default', 'logs-my.log-default', 'metrics-my.log-default'],
  );
  assert.equal(new Set(documents.map(({ id }) => id)).size, 3);
  const metric = fieldsOf(documents[2]!);
  assert.equal(metric['logmill.metric.count'], 2);
  assert.equal(metric['event.dataset'], 'my.log');
  assert.equal(metric['message'], 'lines: 2');
});

test('two of them one after the other count the same events, not each other’s documents', async () => {
  const shipped = await loadPipelines();
  const use = (name: string, events: string) => ({
    stage: 'count-metric',
    when: undefined,
    options: { name, by: [], values: [], interval: '1m', late: '10s', events },
  });
  const stages = [use('first', 'keep'), use('second', 'drop')];
  const compiled = shipped.with({ ...shipped.get('plain-text'), stages }).compile('plain-text', {
    ...BINDING,
    clock: { ...systemClock, now: () => START, after: () => () => {} },
  });
  const { documents } = await runAlone(compiled, chunkOf(['a', 'b'], 'plain-text'));
  const found = documents.map(fieldsOf);
  assert.deepEqual(
    found.map((event) => [event['logmill.metric.name'], event['logmill.metric.count']]),
    [
      ['first', 2],
      ['second', 2],
    ],
  );
});

type Total = { count: number; sum: number };

function totals(metrics: readonly Event[]): Record<string, Total> {
  const all: Record<string, Total> = {};
  for (const metric of metrics) {
    const total = totalOf(all, `${metric['event.start']} ${metric['k']}`);
    total.count += Number(metric['logmill.metric.count']);
    total.sum += Number(metric['logmill.metric.values.took.sum'] ?? 0);
  }
  return all;
}

function expected(all: readonly { k: string | undefined; second: number; took: number | null }[]) {
  const made: Record<string, Total> = {};
  for (const { k, second, took } of all) {
    const total = totalOf(made, `${at(60 * Math.floor(second / 60))} ${k}`);
    total.count++;
    total.sum += took ?? 0;
  }
  return made;
}

function totalOf(all: Record<string, Total>, key: string): Total {
  all[key] ??= { count: 0, sum: 0 };
  return all[key];
}
