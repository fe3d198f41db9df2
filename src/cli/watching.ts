import type { AlertBook } from '../api/options.ts';
import { createNotifier } from '../notify/notifier.ts';
import { acknowledgeAlert, dismissAlert, listAlerts, readAlert, resolveAlert } from '../rules/alerts.ts';
import { createRuleEngine } from '../rules/engine.ts';
import { checkRules } from '../rules/load.ts';
import { expandGlobs } from './globs.ts';
import type { ServiceOptions } from './service.ts';

/** Demo traffic has a past, which its rules look at as well. */
const DEMO_HISTORY_MS = 30 * 60_000;

/** Rules at work and people told. */
export type Watching = {
  /** Number of rules. */
  readonly rules: number;
  readonly alerts: AlertBook;
  /** Evaluates what is due and sends what follows from it. Never rejects. */
  evaluate(): Promise<void>;
  close(): Promise<void>;
};

/**
 * Loads the rules and connects them with the notifier.
 * @throws LogmillError the first fault in a rule or notification file.
 */
export async function startWatching(options: Pick<ServiceOptions, 'config' | 'store' | 'telemetry' | 'log' | 'demo'>): Promise<Watching> {
  const { config, store, telemetry } = options;
  const { client } = store;
  const { rules, faults } = await checkRules(await expandGlobs(config.rules));
  if (faults[0] !== undefined) throw faults[0];
  const now = () => Date.now();
  const notifier = await createNotifier({ client, file: config.notify, now, telemetry, log: options.log.child({ part: 'notify' }) });
  const engine = createRuleEngine({
    client,
    rules,
    now,
    telemetry,
    log: options.log.child({ part: 'rules' }),
    namespace: config.namespace,
    history: options.demo ? DEMO_HISTORY_MS : 0,
  });
  return {
    rules: rules.length,
    alerts: {
      list: (request) => listAlerts(client, request),
      get: async (id) => (await readAlert(client, id))?.alert,
      act: async (id, action, said) => {
        if ((await readAlert(client, id)) === undefined) return undefined;
        const act = { acknowledge: acknowledgeAlert, resolve: resolveAlert, dismiss: dismissAlert }[action];
        return await act(client, id, now(), said);
      },
    },
    evaluate: async () => notifier.notify(await engine.evaluateDue()),
    close: async () => {
      await engine.close();
      await notifier.close();
    },
  };
}
