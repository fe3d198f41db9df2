import type { Client } from '@elastic/elasticsearch';
import { type Logger, pino } from 'pino';
import type { Alert } from '../../src/model/alert.ts';
import { ALERTS_INDEX } from '../../src/model/indices.ts';
import { findAlerts } from '../../src/rules/alerts.ts';
import { createRuleEngine, type RuleEngineOptions } from '../../src/rules/engine.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { createTelemetry } from '../../src/telemetry.ts';
import { freshName } from './events.ts';

export const SILENT: Logger = pino({ level: process.env['TEST_LOG'] ?? 'silent' });

/** A grid time of every interval used in tests. */
export const T0 = Date.parse('2026-11-21T10:00:00Z');
export const MINUTE = 60_000;

/** An engine whose clock the test turns. */
export class Running {
  readonly namespace = freshName('t').replace('-', '');
  readonly telemetry = createTelemetry();
  readonly #client: Client;
  readonly #rules: readonly Rule[];
  readonly #options: Partial<RuleEngineOptions>;
  #now = T0;
  #engine: ReturnType<typeof createRuleEngine> | undefined;

  constructor(client: Client, rules: readonly Rule[], options: Partial<RuleEngineOptions> = {}) {
    this.#client = client;
    this.#rules = rules;
    this.#options = options;
  }

  get recorder() {
    return { client: this.#client, namespace: this.namespace, now: () => this.#now };
  }

  /** Turns the clock to `time` and evaluates what is due then. */
  async at(time: number): Promise<Alert[]> {
    this.#now = time;
    this.#engine ??= createRuleEngine({
      client: this.#client,
      rules: this.#rules,
      now: () => this.#now,
      log: SILENT,
      telemetry: this.telemetry,
      namespace: this.namespace,
      delay: 0,
      ...this.#options,
    });
    return await this.#engine.evaluateDue();
  }

  /** Evaluates once a minute, as a process that runs does. */
  async through(from: number, to: number): Promise<Alert[]> {
    const alerts: Alert[] = [];
    for (let time = from; time <= to; time += MINUTE) alerts.push(...(await this.at(time)));
    return alerts;
  }

  status() {
    return this.#engine?.status() ?? [];
  }

  /** The process is gone; the next call of `at` is another one. */
  async restart(): Promise<void> {
    await this.#engine?.close();
    this.#engine = undefined;
  }

  /** Alerts as kept in the store, oldest first. */
  async kept(): Promise<Alert[]> {
    await this.#client.indices.refresh({ index: ALERTS_INDEX, ignore_unavailable: true });
    const query = { terms: { 'rule.name': this.#rules.map(({ name }) => name) } };
    const { alerts } = await findAlerts(this.#client, query, 1000);
    return alerts.sort((one, other) => one.started_at.localeCompare(other.started_at));
  }

  /** The transitions in the stream, as `state at minute after T0`, in order. */
  async stream(): Promise<string[]> {
    const index = `logs-logmill.alert-${this.namespace}`;
    await this.#client.indices.refresh({ index, ignore_unavailable: true });
    const answer = await this.#client.search({
      index,
      ignore_unavailable: true,
      size: 1000,
      sort: [{ '@timestamp': 'asc' }],
    });
    return answer.hits.hits.map(({ _source }) => {
      const source = _source as { '@timestamp': string; logmill: { alert: { state: string } } };
      return `${source.logmill.alert.state} ${(Date.parse(source['@timestamp']) - T0) / MINUTE}`;
    });
  }
}

/** `state from–to` in minutes after T0, for short comparisons. */
export function brief(alert: Alert): string {
  const minutes = (time: string | undefined) => (time === undefined ? '' : (Date.parse(time) - T0) / MINUTE);
  return `${alert.state} ${minutes(alert.started_at)}–${minutes(alert.ended_at)}`;
}
