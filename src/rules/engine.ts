import type { Client } from '@elastic/elasticsearch';
import type { Logger } from 'pino';
import type { Alert } from '../model/alert.ts';
import { ALERTS_INDEX } from '../model/indices.ts';
import { failureFields } from '../store/client.ts';
import type { Telemetry } from '../telemetry.ts';
import { findAlerts, type Recorder } from './alerts.ts';
import { every } from './groups.ts';
import { orphanQuery, resolveOrphan } from './orphans.ts';
import type { Rule } from './rule.ts';
import { RuleRunner, type RuleStatus } from './rule-runner.ts';

export type RuleEngineOptions = {
  readonly client: Client;
  readonly rules: readonly Rule[];
  /** Clock, ms since the epoch. */
  readonly now: () => number;
  readonly log: Logger;
  readonly telemetry: Telemetry;
  /** Last part of the name of the alert stream; `default` when left out. */
  readonly namespace?: string;
  /** How far before its first sight a rule starts, ms: 0, but for demo traffic that has a past. */
  readonly history?: number;
  /** How long events may take to arrive before a grid time is evaluated, ms; later ones lead to a second evaluation. */
  readonly delay?: number;
};

export type RuleEngine = {
  /**
   * Evaluates every grid time that is due and returns what people should be told, oldest first. Costs nothing when
   * nothing is due; a call while another is under way returns nothing. Never rejects: a rule that cannot be evaluated
   * is a state of its own.
   */
  evaluateDue(): Promise<Alert[]>;
  status(): RuleStatus[];
  /** Lets the evaluation under way come to a stop; its state is kept. */
  close(): Promise<void>;
};

const DELAY_MS = 2000;
/** Alerts that ended longer ago are recorded, but nobody is told. */
export const STALE_MS = 3_600_000;

/** The rules at work. Everything it knows lies in the store: a second process, or this one restarted, goes on exactly there. */
export function createRuleEngine(options: RuleEngineOptions): RuleEngine {
  const { client, now, log } = options;
  const recorder: Recorder = { client, namespace: options.namespace ?? 'default', now };
  const settings = { ...options, recorder, history: options.history ?? 0, delay: options.delay ?? DELAY_MS };
  const runners = options.rules.map((rule) => new RuleRunner(rule, settings));
  const closing = new AbortController();
  let caughtUp = false;
  let running: Promise<Alert[]> | undefined;

  /** After a start: what is open or has just ended, in case the last process stopped before it had told anybody. */
  async function recentAlerts(): Promise<Alert[]> {
    const recent = { range: { '@timestamp': { gt: new Date(now() - STALE_MS).toISOString() } } };
    const open = { terms: { 'logmill.alert.state': ['firing', 'no_data', 'error'] } };
    const query = every(
      { bool: { should: [recent, open] } },
      { term: { 'logmill.alert.status': 'open' } },
      { term: { 'data_stream.namespace': recorder.namespace } },
    );
    const { alerts } = await findAlerts(client, query, 1000);
    return alerts.filter((alert) => !isStale(alert, now())).reverse();
  }

  async function catchUp(): Promise<Alert[]> {
    await client.indices.refresh({ index: ALERTS_INDEX, ignore_unavailable: true });
    const alerts = await recentAlerts();
    const names = options.rules.map(({ name }) => name);
    const { alerts: orphans } = await findAlerts(client, orphanQuery(recorder.namespace, names), 1000);
    for (const orphan of orphans) alerts.push(...(await resolveOrphan(recorder, orphan)));
    caughtUp = true;
    return alerts;
  }

  async function run(): Promise<Alert[]> {
    const due = runners.filter((runner) => runner.isDue());
    if (due.length === 0 && caughtUp) return [];
    const alerts: Alert[] = [];
    if (!caughtUp) {
      try {
        alerts.push(...(await catchUp()));
      } catch (error) {
        log.warn(failureFields(error), 'cannot read the alerts kept in the store yet');
      }
    }
    const refreshed = new Set<string>();
    for (const runner of due) {
      if (closing.signal.aborted) break;
      alerts.push(...(await runner.evaluate(refreshed, closing.signal)));
    }
    return newestOfEach(alerts).filter((alert) => !isStale(alert, now()));
  }

  return {
    async evaluateDue() {
      if (running !== undefined || closing.signal.aborted) return [];
      running = run();
      try {
        return await running;
      } finally {
        running = undefined;
      }
    },
    status: () => runners.map((runner) => runner.status()),
    async close() {
      closing.abort();
      await running?.catch(() => undefined);
    },
  };
}

/** Only the latest state of an alert is news, in the order of the first mention. */
function newestOfEach(alerts: readonly Alert[]): Alert[] {
  return [...new Map(alerts.map((alert) => [alert.id, alert])).values()];
}

function isStale(alert: Alert, now: number): boolean {
  return alert.ended_at !== undefined && Date.parse(alert.ended_at) < now - STALE_MS;
}
