import type { Client } from '@elastic/elasticsearch';
import type { Logger } from 'pino';
import type { Alert } from '../model/alert.ts';
import { failureFields } from '../store/client.ts';
import type { Telemetry } from '../telemetry.ts';
import { type Activity, bucketWidth, OVERLAP_MS, oldestArrival, readActivity, SeenActivity } from './activity.ts';
import type { Recorder } from './alerts.ts';
import { evaluate } from './evaluate.ts';
import { Failure } from './failure.ts';
import { LENIENT } from './groups.ts';
import { reconcile } from './reconcile.ts';
import { alertOf, appendTransitions, findEvidence, outcomesOf, settleAlert } from './record.ts';
import type { Reading, Rule } from './rule.ts';
import {
  advanceState,
  cursorOf,
  groupsOf,
  loadRuleState,
  newRuleState,
  pruneState,
  type RuleState,
  rewindState,
  type StoredState,
  saveRuleState,
} from './rule-state.ts';
import { gridTimeAtOrBefore, planGrid } from './schedule.ts';

export type RunnerSettings = {
  readonly client: Client;
  readonly recorder: Recorder;
  readonly now: () => number;
  readonly log: Logger;
  readonly telemetry: Telemetry;
  readonly history: number;
  readonly delay: number;
};

export type RuleStatus = {
  readonly rule: string;
  readonly kind: string;
  /** ISO 8601 time up to which it is evaluated; undefined before the first evaluation. */
  readonly evaluated: string | undefined;
  readonly pending: number;
  readonly firing: number;
  /** Why it cannot be evaluated at the moment. */
  readonly error: string | undefined;
};

/** Missed grid times and late events further back are left to backtests. */
export const CATCH_UP_MS = 86_400_000;
/** Grid times between two writes of the state. */
const MOST_AT_ONCE = 120;

/** One rule over time. Its state is read from the store once and again whenever another process has written it. */
export class RuleRunner {
  readonly #rule: Rule;
  readonly #settings: RunnerSettings;
  readonly #reading: Reading;
  readonly #failure: Failure;
  #seen = new SeenActivity();
  #stored: StoredState | undefined;

  constructor(rule: Rule, settings: RunnerSettings) {
    this.#rule = rule;
    this.#settings = settings;
    this.#failure = new Failure(rule, settings);
    this.#reading = { client: settings.client, leftOut: (groups) => this.#leaveOut('groups', groups) };
  }

  /** Whether a grid time is due; reads nothing. */
  isDue(): boolean {
    const now = this.#settings.now();
    if (!this.#failure.mayTry(now)) return false;
    if (this.#stored === undefined) return true;
    return gridTimeAtOrBefore(now - this.#settings.delay, this.#rule.interval) > cursorOf(this.#stored.state);
  }

  /** Evaluates what is due and records it. Returns the alerts that changed. Never rejects. */
  async evaluate(refreshed: Set<string>, signal: AbortSignal): Promise<Alert[]> {
    const { telemetry, now, log } = this.#settings;
    const end = telemetry.ruleSeconds.startTimer({ rule: this.#rule.name });
    try {
      const alerts: Alert[] = [];
      this.#stored ??= await this.#load();
      while (this.isDue() && !signal.aborted) alerts.push(...(await this.#evaluateStretch(refreshed)));
      alerts.push(...(await this.#failure.over()));
      this.#countFiring();
      return alerts;
    } catch (error) {
      telemetry.ruleErrors.inc({ rule: this.#rule.name });
      log.warn({ ...failureFields(error), rule: this.#rule.name }, 'rule could not be evaluated; it is tried again');
      this.#stored = undefined;
      return await this.#failure.note(error, now());
    } finally {
      end();
    }
  }

  status(): RuleStatus {
    const phases = this.#stored === undefined ? [] : [...groupsOf(this.#stored.state).values()];
    return {
      rule: this.#rule.name,
      kind: this.#rule.kind,
      evaluated: this.#stored === undefined ? undefined : new Date(cursorOf(this.#stored.state)).toISOString(),
      pending: phases.filter(({ phase }) => phase === 'pending').length,
      firing: phases.filter(({ phase }) => phase === 'firing').length,
      error: this.#failure.message,
    };
  }

  /** The state kept in the store. A rule seen for the first time is written at once: from then on nothing is missed. */
  async #load(): Promise<StoredState> {
    const { client, now, history } = this.#settings;
    for (;;) {
      const found = await loadRuleState(client, this.#rule.name);
      if (found !== undefined) return found;
      const state = newRuleState(now() - history, this.#rule.interval);
      const version = await saveRuleState(client, this.#rule, { state, version: undefined }, now());
      if (version !== undefined) return { state, version };
    }
  }

  /** One stretch of grid times: look for late events, evaluate, record, and only then move the cursor. */
  async #evaluateStretch(refreshed: Set<string>): Promise<Alert[]> {
    const { client, now, delay } = this.#settings;
    const rule = this.#rule;
    const state = this.#stored!.state;
    const started = now();
    if (!refreshed.has(rule.index)) {
      await client.indices.refresh({ index: rule.index, ...LENIENT });
      refreshed.add(rule.index);
    }
    const activity = await this.#lookBack(state, started, gridTimeAtOrBefore(started - delay, rule.interval));
    const plan = planGrid(cursorOf(state), started - delay, rule.interval, CATCH_UP_MS, MOST_AT_ONCE);
    if (plan.leftOut !== undefined) this.#leaveOut('grid_times', plan.leftOut.count, plan.leftOut);
    const { after, until } = plan;
    const again = after < state.highest;
    const stretch = { after, until, floor: state.firstSeen, activity };
    const found: Alert[] = [];
    for await (const { gridTime, states, transitions } of evaluate(rule, this.#reading, groupsOf(state), stretch)) {
      for (const transition of transitions) {
        found.push(alertOf(rule, transition, await findEvidence(client, rule, transition)));
      }
      advanceState(state, gridTime, states);
    }
    const news = await this.#record(found, again ? { after, until } : undefined);
    state.scanned = started;
    pruneState(state, started - CATCH_UP_MS);
    await this.#save(started);
    return news;
  }

  /** Finds late events and goes back to before them. Returns what happened from there on until the newest grid time. */
  async #lookBack(state: RuleState, now: number, newest: number): Promise<Activity> {
    const rule = this.#rule;
    const cursor = cursorOf(state);
    const oldest = Math.max(state.firstSeen, now - CATCH_UP_MS);
    const ingestedAfter = state.scanned - OVERLAP_MS;
    const arrival = await oldestArrival(rule, this.#reading, { after: oldest, until: cursor, ingestedAfter });
    const horizon = Math.max(oldest, Math.min(arrival ?? cursor, cursor - OVERLAP_MS));
    const width = bucketWidth(rule);
    const from = gridTimeAtOrBefore(horizon, width) - rule.observer.lookBack - width;
    const activity = await readActivity(rule, this.#reading, from, newest);
    const changed = this.#seen.firstChange(activity, horizon, cursor, { newest, forgetBefore: now - CATCH_UP_MS });
    if (changed !== undefined && !rewindState(state, changed + rule.interval, rule.interval)) {
      this.#leaveOut('late_events', 1, { before: cursorOf(state) });
    }
    if (cursorOf(state) - rule.observer.lookBack >= activity.from) return activity;
    return await readActivity(rule, this.#reading, cursorOf(state) - rule.observer.lookBack, newest);
  }

  /** Stream first, then the alerts: a crash in between is made good by evaluating again. */
  async #record(found: readonly Alert[], again: { after: number; until: number } | undefined): Promise<Alert[]> {
    const { recorder } = this.#settings;
    await appendTransitions(recorder, found);
    const outcomes = outcomesOf(found);
    const groups = groupsOf(this.#stored!.state);
    const second =
      again === undefined ? undefined : await reconcile(recorder, this.#rule, { ...again, outcomes, groups });
    const news: Alert[] = [];
    for (const { alert, fired } of outcomes.values()) {
      const replaced = second?.replacements.get(alert.id);
      const { status, note, by } = replaced ?? alert;
      const written = await settleAlert(recorder, { alert: { ...alert, status, note, by }, fired });
      if (written !== undefined && written.state !== replaced?.state) news.push(written);
    }
    const replaced = new Set([...(second?.replacements.values() ?? [])].map(({ id }) => id));
    news.push(...(second?.changed ?? []).filter(({ id }) => !replaced.has(id)));
    return news.filter(({ status }) => status === 'open' || status === 'acknowledged');
  }

  /** Another process that has written in the meantime wins: its state is read again next time. */
  async #save(now: number): Promise<void> {
    const { client, log } = this.#settings;
    const { state } = this.#stored!;
    const version = await saveRuleState(client, this.#rule, this.#stored!, now);
    if (version === undefined) {
      log.warn({ rule: this.#rule.name }, 'another process evaluates this rule too; going on from its state');
      this.#stored = await this.#load();
      this.#seen = new SeenActivity();
    } else this.#stored = { state, version };
  }

  #countFiring(): void {
    const labels = { rule: this.#rule.name, severity: this.#rule.severity };
    this.#settings.telemetry.alertsFiring.set(labels, this.status().firing);
  }

  #leaveOut(what: 'groups' | 'grid_times' | 'late_events', count: number, detail: object = {}): void {
    this.#settings.telemetry.ruleLeftOut.inc({ rule: this.#rule.name, what }, count);
    this.#settings.log.warn({ rule: this.#rule.name, what, count, ...detail }, 'rule left something out');
  }
}
