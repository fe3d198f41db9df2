import type { Client } from '@elastic/elasticsearch';
import { errors } from '@elastic/elasticsearch';
import type { Version } from './groups.ts';
import { gridTimeAtOrBefore } from './schedule.ts';
import type { GroupState, GroupStates } from './state-machine.ts';

/** Plain index of cursors and other small state (contracts, "Indices"). */
export const STATE_INDEX = 'logmill-state';
const MOST_SNAPSHOTS = 60;

/** The group states that held at every grid time in [from, until]. */
type Snapshot = { readonly from: number; until: number; readonly groups: GroupStates };

/** What is kept of a rule between evaluations and restarts. Times are grid times in ms unless said otherwise. */
export type RuleState = {
  /** When the rule was first seen; it never looks further back. */
  readonly firstSeen: number;
  /** Clock time of the last look for late events. */
  scanned: number;
  /** Furthest grid time ever evaluated; beyond the cursor only while a stretch is evaluated again. */
  highest: number;
  /** Oldest first, never empty; the last one holds the present states, its `until` is the cursor. */
  readonly history: Snapshot[];
};

/** A rule seen for the first time. */
export function newRuleState(firstSeen: number, interval: number): RuleState {
  const start = gridTimeAtOrBefore(firstSeen, interval);
  const history = [{ from: start, until: start, groups: new Map() }];
  return { firstSeen, scanned: firstSeen, highest: start, history };
}

/** Last grid time that is evaluated. */
export function cursorOf({ history }: RuleState): number {
  return history.at(-1)!.until;
}

export function groupsOf({ history }: RuleState): GroupStates {
  return history.at(-1)!.groups;
}

/** Notes the states after a grid time. */
export function advanceState(state: RuleState, gridTime: number, groups: GroupStates): void {
  const last = state.history.at(-1)!;
  if (last.groups === groups) last.until = gridTime;
  else state.history.push({ from: gridTime, until: gridTime, groups });
  state.highest = Math.max(state.highest, gridTime);
}

/**
 * Goes back to before a grid time, so that it is evaluated again: to the nearest states still known.
 * @returns false when they do not reach so far; then it goes back as far as they do.
 */
export function rewindState(state: RuleState, gridTime: number, interval: number): boolean {
  const { history } = state;
  while (history.length > 1 && history.at(-1)!.from >= gridTime) history.pop();
  const last = history.at(-1)!;
  const reached = last.from < gridTime;
  last.until = Math.max(last.from, Math.min(last.until, gridTime - interval));
  return reached;
}

/** Forgets states nobody can go back to, and thins the old ones: from a hole, evaluation starts at the one before. */
export function pruneState({ history }: RuleState, forgetBefore: number): void {
  while (history.length > 1 && history[1]!.from <= forgetBefore) history.shift();
  if (history.length <= MOST_SNAPSHOTS) return;
  const kept = history.filter((_, at) => at % 2 === 0 || at > history.length / 2);
  history.splice(0, history.length, ...kept);
}

/** A state as it lies in the store, with what is needed to replace exactly that version. */
export type StoredState = { readonly state: RuleState; readonly version: Version | undefined };

type Stored = Omit<RuleState, 'history'> & {
  history: { from: number; until: number; groups: [string, GroupState][] }[];
};

/** Reads the state of a rule; undefined when there is none. Rejects when the store does not answer. */
export async function loadRuleState(client: Client, rule: string): Promise<StoredState | undefined> {
  try {
    const found = await client.get<{ data: string }>({ index: STATE_INDEX, id: `rule-${rule}` });
    const stored = JSON.parse(found._source!.data) as Stored;
    const history = stored.history.map((snapshot) => ({ ...snapshot, groups: new Map(snapshot.groups) }));
    const version = { if_seq_no: found._seq_no!, if_primary_term: found._primary_term! };
    return { state: { ...stored, history }, version };
  } catch (error) {
    if (error instanceof errors.ResponseError && error.statusCode === 404) return undefined;
    throw error;
  }
}

/**
 * Writes the state, but only over the version it came from.
 * @returns the new version; undefined when someone else has written in the meantime.
 */
export async function saveRuleState(
  client: Client,
  rule: { readonly name: string; readonly uuid: string },
  { state, version }: StoredState,
  now: number,
): Promise<Version | undefined> {
  const history = state.history.map((snapshot) => ({ ...snapshot, groups: [...snapshot.groups] }));
  const document = {
    '@timestamp': new Date(now).toISOString(),
    kind: 'rule',
    name: rule.name,
    uuid: rule.uuid,
    data: JSON.stringify({ ...state, history }),
  };
  const where = { index: STATE_INDEX, id: `rule-${rule.name}`, document };
  try {
    const written = await client.index({ ...where, ...(version ?? { op_type: 'create' as const }) });
    return { if_seq_no: written._seq_no!, if_primary_term: written._primary_term! };
  } catch (error) {
    if (error instanceof errors.ResponseError && error.statusCode === 409) return undefined;
    throw error;
  }
}
