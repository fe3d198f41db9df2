import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { backtestRule } from '../../src/rules/backtest.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { freshStream, ruleOf, store, type TestEvent } from './events.ts';
import { homes } from './homes.ts';
import { brief, MINUTE, Running, T0 } from './running.ts';

const MINUTES = 25;

/** Events that arrive up to ten minutes late, or not late at all. */
const anyEvent = fc.record({
  at: fc.integer({ min: T0 + 1, max: T0 + 15 * MINUTE }),
  late: fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 10 * MINUTE }) },
  ),
  level: fc.constantFrom('error', 'info'),
  service: fc.constantFrom('shop', 'search'),
});
const anyScenario = fc.record({
  events: fc.array(anyEvent, { minLength: 5, maxLength: 60 }),
  /** Minutes at which nobody evaluates: the process is down, and another one afterwards. */
  down: fc.uniqueArray(fc.integer({ min: 1, max: MINUTES - 3 }), { maxLength: 8 }),
});

const RULES = [
  { kind: 'threshold', query: 'log.level: error', group_by: ['service.name'], window: '3m', when: '>= 3', for: '1m' },
  {
    kind: 'ratio',
    match: 'log.level: error',
    window: '2m',
    when: '> 50%',
    recover_when: '< 30%',
    keep_firing_for: '2m',
  },
];

async function live(
  rule: Rule,
  engine: Running,
  index: string,
  scenario: { events: TestEvent[]; down: number[] },
  client: Parameters<typeof store>[0],
) {
  await engine.at(T0);
  let from = T0;
  for (let minute = 1; minute <= MINUTES; minute++) {
    const now = T0 + minute * MINUTE;
    const begin = from;
    await store(
      client,
      index,
      scenario.events.filter(({ arrives = 0 }) => arrives > begin && arrives <= now),
    );
    from = now;
    if (scenario.down.includes(minute)) await engine.restart();
    else await engine.at(now);
  }
  const kept = await engine.kept();
  return kept
    .filter(({ summary }) => !summary.startsWith('withdrawn'))
    .filter(({ rule: { name } }) => name === rule.name);
}

for (const home of homes()) {
  describe(`a live run with late events and restarts on ${home.name}`, async () => {
    const { client, close } = await home.open();
    after(close);
    for (const keys of RULES) {
      it(`ends with the alerts that a backtest over all events finds: ${keys.kind}`, async () => {
        await fc.assert(
          fc.asyncProperty(anyScenario, async ({ events, down }) => {
            const index = freshStream();
            const rule = ruleOf({ ...keys, index, interval: '1m' });
            const arriving = events.map(({ at, late, level, service }) => ({
              at,
              arrives: at + late,
              fields: { 'log.level': level, 'service.name': service },
            }));
            const engine = new Running(client, [rule]);
            const alerts = await live(rule, engine, index, { events: arriving, down }, client);
            const tested = await backtestRule(rule, client, T0, T0 + MINUTES * MINUTE);
            const lines = (found: typeof alerts) => found.map((alert) => `${alert.id} ${brief(alert)}`).sort();
            assert.deepEqual(lines(alerts), lines([...tested.alerts]));
          }),
          { numRuns: home.name === 'Elasticsearch' ? 1 : 8 },
        );
      });
    }
  });
}
