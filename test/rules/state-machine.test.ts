import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  type GroupState,
  type GroupStates,
  groupKey,
  type Machine,
  type Observation,
  step,
  type Transition,
} from '../../src/rules/state-machine.ts';

const machine = (changes: Partial<Machine> = {}): Machine => ({
  for: 0,
  keepFiringFor: 0,
  window: 10,
  grouped: false,
  noData: 'ok',
  absent: undefined,
  largest: 100,
  met: (value) => value > 5,
  recovered: (value) => value <= 5,
  ...changes,
});

/** Values at the grid times 1, 2, 3 …; undefined for no data. */
function run(rule: Machine, values: readonly (number | undefined)[]): string[] {
  let states: GroupStates = new Map();
  const seen: string[] = [];
  for (const [at, value] of values.entries()) {
    const observations = value === undefined ? [] : [observation({}, value)];
    const next = step(rule, states, at + 1, observations);
    states = next.states;
    seen.push(...next.transitions.map(({ to, startedAt }) => `${at + 1}: ${to} since ${startedAt}`));
  }
  return seen;
}

function observation(group: Record<string, string>, value: number): Observation {
  return { group, value, window: { start: 0, end: 0 } };
}

describe('a rule without for', () => {
  it('fires at once and resolves at once', () => {
    assert.deepEqual(run(machine(), [1, 9, 9, 1]), ['2: firing since 2', '4: resolved since 2']);
  });
});

describe('for', () => {
  it('fires only when the condition held at every evaluation of the whole time', () => {
    assert.deepEqual(run(machine({ for: 2 }), [9, 9, 1, 9, 9, 9]), [
      '1: pending since 1',
      '3: inactive since 1',
      '4: pending since 4',
      '6: firing since 4',
    ]);
  });
});

describe('keep_firing_for', () => {
  it('bridges short pauses and ends that long after the condition was last true', () => {
    assert.deepEqual(run(machine({ keepFiringFor: 2 }), [9, 1, 9, 1, 1]), ['1: firing since 1', '5: resolved since 1']);
  });
});

describe('recover_when', () => {
  it('keeps firing between the two bounds and does not fire there anew', () => {
    const hysteresis = machine({ recovered: (value) => value < 3 });
    assert.deepEqual(run(hysteresis, [4, 9, 4, 4, 2, 4]), ['2: firing since 2', '5: resolved since 2']);
  });
});

describe('no data', () => {
  it('ends an alert by default', () => {
    assert.deepEqual(run(machine(), [9, undefined]), ['1: firing since 1', '2: resolved since 1']);
  });

  it('changes nothing with keep', () => {
    assert.deepEqual(run(machine({ noData: 'keep' }), [9, undefined, 9, 1]), [
      '1: firing since 1',
      '4: resolved since 1',
    ]);
  });

  it('is a state of its own with alert, and firing goes on afterwards under the same start', () => {
    assert.deepEqual(run(machine({ noData: 'alert' }), [undefined, 1, 9, undefined, 9, 1]), [
      '1: no_data since 1',
      '2: resolved since 1',
      '3: firing since 3',
      '4: no_data since 3',
      '5: firing since 3',
      '6: resolved since 3',
    ]);
  });

  it('is a value where a kind says so: nothing counts as zero', () => {
    assert.deepEqual(run(machine({ absent: 0, noData: 'alert' }), [9, undefined]), [
      '1: firing since 1',
      '2: resolved since 1',
    ]);
  });
});

describe('too many groups', () => {
  it('leave the ones already there alone and are counted', () => {
    const rule = machine({ grouped: true, largest: 2 });
    const groups = ['a', 'b', 'c', 'd'].map((name) => observation({ name }, 9));
    const first = step(rule, new Map(), 1, groups);
    assert.deepEqual([first.states.size, first.leftOut], [2, 2]);
    assert.deepEqual(step(rule, first.states, 2, groups).transitions, []);
  });
});

const anyMachine = fc
  .record({
    for: fc.integer({ min: 0, max: 4 }),
    keepFiringFor: fc.integer({ min: 0, max: 4 }),
    noData: fc.constantFrom('ok' as const, 'keep' as const, 'alert' as const),
    absent: fc.constantFrom(undefined, 0),
    grouped: fc.boolean(),
    low: fc.integer({ min: 2, max: 5 }),
  })
  .map(({ low, ...rest }) => machine({ ...rest, recovered: (value) => value < low }));
const anyGroup = fc.constantFrom('a', 'b', 'c');
const anyHistory = fc.array(fc.dictionary(anyGroup, fc.integer({ min: 0, max: 9 }), { maxKeys: 3 }), { maxLength: 40 });

type History = readonly Record<string, number>[];

function observationsAt(rule: Machine, history: History, at: number): Observation[] {
  const found = Object.entries(history[at]!);
  if (!rule.grouped) return found.slice(0, 1).map(([, value]) => observation({}, value));
  return found.map(([name, value]) => observation({ name }, value));
}

/** All grid times, the states going through JSON after each of `stops`, as over a restart. */
function replay(rule: Machine, history: History, stops: ReadonlySet<number>): Transition[] {
  let states: GroupStates = new Map();
  const transitions: Transition[] = [];
  for (const at of history.keys()) {
    const next = step(rule, states, at + 1, observationsAt(rule, history, at));
    transitions.push(...next.transitions);
    states = stops.has(at)
      ? new Map(JSON.parse(JSON.stringify([...next.states])) as [string, GroupState][])
      : next.states;
  }
  return transitions;
}

describe('the state machine', () => {
  it('gives the same transitions in one go and with restarts anywhere between', () => {
    fc.assert(
      fc.property(anyMachine, anyHistory, fc.array(fc.nat(40)), (rule, history, stops) => {
        assert.deepEqual(replay(rule, history, new Set(stops)), replay(rule, history, new Set()));
      }),
    );
  });

  it('does not depend on the order of groups', () => {
    fc.assert(
      fc.property(anyMachine, anyHistory, (rule, history) => {
        const turned = history.map((moment) => Object.fromEntries(Object.entries(moment).reverse()));
        const grouped = { ...rule, grouped: true };
        assert.deepEqual(replay(grouped, turned, new Set()), replay(grouped, history, new Set()));
      }),
    );
  });

  it('moves every group along a chain: each transition begins where the last one ended', () => {
    fc.assert(
      fc.property(anyMachine, anyHistory, (rule, history) => {
        const last = new Map<string, string>();
        for (const { key, from, to } of replay(rule, history, new Set())) {
          assert.equal(from, last.get(key) ?? 'inactive');
          last.set(key, to === 'resolved' ? 'inactive' : to);
        }
      }),
    );
  });

  it('fires only after the condition held for as long as `for` asks', () => {
    fc.assert(
      fc.property(anyMachine, anyHistory, (rule, history) => {
        const strict = { ...rule, grouped: true, noData: 'ok' as const, absent: undefined };
        for (const { to, at, startedAt, key } of replay(strict, history, new Set())) {
          if (to !== 'firing') continue;
          assert.ok(at - startedAt >= strict.for);
          for (let time = startedAt; time <= at; time++) {
            const seen = observationsAt(strict, history, time - 1).find(({ group }) => groupKey(group) === key);
            assert.ok(seen !== undefined && strict.met(seen.value));
          }
        }
      }),
    );
  });
});
