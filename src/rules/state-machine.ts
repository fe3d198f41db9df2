import type { AlertState } from '../model/alert.ts';

/** Values of the `group_by` fields; a field that an event lacks is the empty text. */
export type Group = Readonly<Record<string, string>>;

/** Times in ms since the epoch; events in (start, end]. */
export type Span = { readonly start: number; readonly end: number };

/** What a kind saw of one group at a grid time. */
export type Observation = { readonly group: Group; readonly value: number; readonly window: Span };

/** What is remembered of a group that is not inactive. Small and plain: it is stored. */
export type GroupState = {
  readonly group: Group;
  readonly phase: 'pending' | 'firing' | 'no_data';
  /** Grid time at which the condition became true; part of the alert's identity. */
  readonly since: number;
  /** It was firing before the data stopped. */
  readonly fired?: true;
  /** Grid time at which the condition was last true; only kept for `keep_firing_for`. */
  readonly lastMet?: number;
};

export type GroupStates = ReadonlyMap<string, GroupState>;

export type Transition = {
  readonly at: number;
  readonly key: string;
  readonly group: Group;
  readonly from: AlertState;
  readonly to: AlertState;
  readonly startedAt: number;
  readonly value: number | null;
  readonly window: Span;
};

/** What of a rule decides its states. */
export type Machine = {
  /** ms the condition must hold before it fires; 0 fires at once. */
  readonly for: number;
  /** ms it goes on firing after the condition was last true. */
  readonly keepFiringFor: number;
  readonly window: number;
  readonly grouped: boolean;
  /** What no data means: the condition is false, nothing changes, or a state of its own. */
  readonly noData: 'ok' | 'keep' | 'alert';
  /** Value of a group without events; undefined where that is no data. */
  readonly absent: number | undefined;
  /** Most groups remembered at once. */
  readonly largest: number;
  met(value: number): boolean;
  /** Whether the value is good again; with hysteresis not simply the opposite of `met`. */
  recovered(value: number): boolean;
};

export type Step = {
  /** The same map as before when nothing changed. */
  readonly states: GroupStates;
  readonly transitions: readonly Transition[];
  /** Groups that met the condition but had no room. */
  readonly leftOut: number;
};

type Verdict = 'met' | 'between' | 'clear' | 'unknown' | 'no_data';

/** Key of the only group of a rule without `group_by`. */
export const UNGROUPED = '[]';

/** The key of a group: its values in the order of `group_by`. */
export function groupKey(group: Group): string {
  return JSON.stringify(Object.values(group));
}

/** One grid time: pure, so that a live run, a catch-up and a backtest over the same events give the same transitions. */
export function step(
  machine: Machine,
  states: GroupStates,
  gridTime: number,
  observations: readonly Observation[],
): Step {
  const observed = new Map(observations.map((observation) => [groupKey(observation.group), observation]));
  const keys = new Set([...states.keys(), ...observed.keys()]);
  if (!machine.grouped) keys.add(UNGROUPED);
  const next = new Map(states);
  const transitions: Transition[] = [];
  let changed = false;
  let leftOut = 0;
  for (const key of [...keys].sort()) {
    const observation = observed.get(key);
    const before = states.get(key);
    const verdict = judge(machine, observation);
    const after = advance(machine, before, verdict, gridTime, observation?.group ?? before?.group ?? {});
    if (after === before) continue;
    if (before === undefined && next.size >= machine.largest) {
      leftOut += 1;
      continue;
    }
    changed = true;
    if (after === undefined) next.delete(key);
    else next.set(key, after);
    transitions.push(...transitionsOf(machine, key, before, after, gridTime, observation));
  }
  return { states: changed ? next : states, transitions, leftOut };
}

function judge(machine: Machine, observation: Observation | undefined): Verdict {
  const value = observation?.value ?? machine.absent;
  if (value === undefined) return ({ ok: 'clear', keep: 'unknown', alert: 'no_data' } as const)[machine.noData];
  if (machine.met(value)) return 'met';
  return machine.recovered(value) ? 'clear' : 'between';
}

function advance(
  machine: Machine,
  before: GroupState | undefined,
  verdict: Verdict,
  gridTime: number,
  group: Group,
): GroupState | undefined {
  if (verdict === 'unknown') return before;
  const mark = machine.keepFiringFor > 0 ? { lastMet: gridTime } : {};
  if (before === undefined) {
    if (verdict === 'met') return { group, phase: machine.for === 0 ? 'firing' : 'pending', since: gridTime, ...mark };
    return verdict === 'no_data' && !machine.grouped ? { group, phase: 'no_data', since: gridTime } : undefined;
  }
  if (verdict === 'no_data') {
    if (before.phase === 'no_data') return before;
    return { ...before, phase: 'no_data', ...(before.phase === 'firing' ? { fired: true as const } : {}) };
  }
  if (before.phase === 'pending') return advancePending(machine, before, verdict, gridTime, mark);
  if (before.phase === 'no_data') return advanceNoData(machine, before, verdict, gridTime, mark);
  if (verdict === 'met') return machine.keepFiringFor > 0 ? { ...before, ...mark } : before;
  if (verdict === 'between') return before;
  return gridTime - (before.lastMet ?? before.since) < machine.keepFiringFor ? before : undefined;
}

function advancePending(
  machine: Machine,
  before: GroupState,
  verdict: Verdict,
  gridTime: number,
  mark: { lastMet?: number },
): GroupState | undefined {
  if (verdict !== 'met') return undefined;
  return gridTime - before.since >= machine.for ? { ...before, phase: 'firing', ...mark } : before;
}

function advanceNoData(
  machine: Machine,
  before: GroupState,
  verdict: Verdict,
  gridTime: number,
  mark: { lastMet?: number },
): GroupState | undefined {
  if (verdict !== 'met') return undefined;
  const { fired, ...rest } = before;
  if (fired === true || machine.for === 0) return { ...rest, phase: 'firing', ...mark };
  return { group: before.group, phase: 'pending', since: gridTime, ...mark };
}

function transitionsOf(
  machine: Machine,
  key: string,
  before: GroupState | undefined,
  after: GroupState | undefined,
  at: number,
  observation: Observation | undefined,
): Transition[] {
  const window = observation?.window ?? { start: at - machine.window, end: at };
  const seen = { at, key, value: observation?.value ?? machine.absent ?? null, window };
  const group = (after ?? before)?.group ?? {};
  const move = (from: AlertState, to: AlertState, startedAt: number): Transition => ({
    ...seen,
    group,
    from,
    to,
    startedAt,
  });
  if (before !== undefined && after !== undefined && before.since !== after.since) {
    return [move(before.phase, 'resolved', before.since), move('inactive', after.phase, after.since)];
  }
  if (after !== undefined) {
    return before?.phase === after.phase ? [] : [move(before?.phase ?? 'inactive', after.phase, after.since)];
  }
  if (before === undefined) return [];
  return [move(before.phase, before.phase === 'pending' ? 'inactive' : 'resolved', before.since)];
}
