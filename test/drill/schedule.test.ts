import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { checkYamlText } from '../../src/config/yaml-file.ts';
import { generateSchedule } from '../../src/drill/generate.ts';
import { Step as AnyStep, Schedule, type Step, StoreFault } from '../../src/drill/schedule.ts';
import { shrink } from '../../src/drill/shrink.ts';

const seeds = fc.integer({ min: 0, max: 2 ** 31 });

describe('schedules of the drill', () => {
  test('a seed always gives the same schedule, and it is read back as it was printed', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const schedule = generateSchedule(seed);
        assert.deepEqual(generateSchedule(seed), schedule);
        const { value } = checkYamlText(JSON.stringify(schedule), 'schedule.json', Schedule, { environment: false });
        assert.deepEqual(value, schedule);
      }),
    );
  });

  test('a thousand seeds have every kind of step, every fault of the store and every damage to the state', () => {
    const steps = Array.from({ length: 1000 }, (_, seed) => generateSchedule(seed)).flatMap((one) => one.steps);
    const kinds = new Set(steps.map((step) => step.do));
    assert.equal(kinds.size, AnyStep.anyOf.length);
    const faults = (name: Step['do']) =>
      new Set(steps.flatMap((step) => (step.do === name && 'fault' in step ? step.fault : [])));
    assert.equal(faults('store').size, StoreFault.enum.length);
    assert.equal(faults('state').size, 4);
  });

  test('a schedule that fails is shrunk to the steps that it fails by', async () => {
    const schedule = generateSchedule(1);
    const steps: Step[] = [...schedule.steps, { do: 'roll over' }, { do: 'pause', ms: 7 }, { do: 'kill store' }];
    const fails = async ({ steps: left }: Schedule) =>
      left.some((step) => step.do === 'roll over') && left.some((step) => step.do === 'kill store');
    const smaller = await shrink({ ...schedule, steps }, fails);
    assert.deepEqual(
      smaller.steps.filter((step) => step.do !== 'roll over').map((step) => step.do),
      ['kill store'],
    );
    assert.ok(smaller.steps.length <= 3);
  });
});
