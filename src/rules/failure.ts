import { type Alert, failureId } from '../model/alert.ts';
import { ALERTS_INDEX } from '../model/indices.ts';
import { storeFailure } from '../store/client.ts';
import { findAlerts, type Recorder } from './alerts.ts';
import { every } from './groups.ts';
import { appendTransitions, settleAlert } from './record.ts';
import type { Rule } from './rule.ts';

/** A store that restarts is no news; a rule that fails for longer is an alert of its own. */
const ANNOUNCE_AFTER_MS = 60_000;
const LONGEST_WAIT_MS = 30_000;

type Settings = { readonly recorder: Recorder; readonly now: () => number };

/** That a rule cannot be evaluated. By the clock, not by event time; the grid times missed are made up for afterwards. */
export class Failure {
  readonly #rule: Rule;
  readonly #settings: Settings;
  #since: number | undefined;
  #nextTry = 0;
  #announced = false;
  #lookedBack = false;
  #message: string | undefined;

  constructor(rule: Rule, settings: Settings) {
    this.#rule = rule;
    this.#settings = settings;
  }

  get message(): string | undefined {
    return this.#message;
  }

  /** Whether it is time to try (again). */
  mayTry(now: number): boolean {
    return now >= this.#nextTry;
  }

  /** Evaluation failed. Returns the alert, once, when that has gone on for a while. */
  async note(error: unknown, now: number): Promise<Alert[]> {
    this.#since ??= now;
    this.#message = storeFailure(error)?.reason ?? (error instanceof Error ? error.message : String(error));
    this.#nextTry = now + Math.min(this.#rule.interval, LONGEST_WAIT_MS);
    if (this.#announced || now - this.#since < ANNOUNCE_AFTER_MS) return [];
    this.#announced = true;
    const alert = this.#alert(this.#since, now, 'error', `rule cannot be evaluated: ${this.#message}`);
    return [(await this.#record(alert)) ?? alert];
  }

  /** Evaluation works. Returns the ends of alerts about failures, also of those an earlier process left behind. */
  async over(): Promise<Alert[]> {
    if (this.#since === undefined && this.#lookedBack) return [];
    const ends: Alert[] = [];
    if (this.#announced || !this.#lookedBack) {
      const { client } = this.#settings.recorder;
      const open = every({ term: { 'rule.name': this.#rule.name } }, { term: { 'logmill.alert.state': 'error' } });
      await client.indices.refresh({ index: ALERTS_INDEX, ignore_unavailable: true });
      const { alerts } = await findAlerts(client, open, 10);
      const starts = new Set(alerts.map((alert) => Date.parse(alert.started_at)));
      if (this.#announced && this.#since !== undefined) starts.add(this.#since);
      for (const since of starts) {
        const ended = this.#alert(since, this.#settings.now(), 'resolved', 'rule can be evaluated again');
        ends.push((await this.#record(ended)) ?? ended);
      }
    }
    this.#lookedBack = true;
    this.#since = undefined;
    this.#announced = false;
    this.#message = undefined;
    this.#nextTry = 0;
    return ends;
  }

  #alert(since: number, now: number, state: 'error' | 'resolved', text: string): Alert {
    const rule = this.#rule;
    const span = { start: new Date(since).toISOString(), end: new Date(now).toISOString() };
    return {
      id: failureId(rule.name, since),
      rule: { name: rule.name, uuid: rule.uuid },
      severity: 'error',
      group: {},
      state,
      status: 'open',
      summary: `${rule.name}: ${text}`,
      value: null,
      threshold: rule.when.text,
      window: span,
      started_at: span.start,
      updated_at: span.end,
      ...(state === 'resolved' ? { ended_at: span.end } : {}),
      evidence: [],
    };
  }

  /** Kept where possible: often it is the store itself that fails. */
  async #record(alert: Alert): Promise<Alert | undefined> {
    try {
      await appendTransitions(this.#settings.recorder, [alert]);
      return await settleAlert(this.#settings.recorder, { alert, fired: true });
    } catch {
      return undefined;
    }
  }
}
