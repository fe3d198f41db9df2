import type { Config } from '../config/schema.ts';
import { checkNotify, type NotifyConfig, PRINT_ONLY } from '../notify/load.ts';
import { createNotifier, type NotifierOptions } from '../notify/notifier.ts';
import { createRuleEngine } from '../rules/engine.ts';
import { checkRules } from '../rules/load.ts';
import { alertUrl } from '../ui/links.ts';
import { expandGlobs } from './globs.ts';
import type { ServiceOptions } from './service.ts';

/** Demo traffic has a past, which its rules look at as well. */
const DEMO_HISTORY_MS = 30 * 60_000;

/** Rules at work and people told. */
export type Watching = {
  /** Number of rules. */
  readonly rules: number;
  /** Evaluates what is due and sends what follows from it. Never rejects. */
  evaluate(): Promise<void>;
  close(): Promise<void>;
};

/**
 * Rules and notifications as their files say now.
 * @throws LogmillError the first fault in them.
 */
export async function readWatching(config: Pick<Config, 'rules' | 'notify'>) {
  const { rules, faults } = await checkRules(await expandGlobs(config.rules));
  if (faults[0] !== undefined) throw faults[0];
  return { rules, notify: await notifyConfig(config.notify) };
}

/**
 * Loads the rules and connects them with the notifier.
 * @throws LogmillError the first fault in a rule or notification file.
 */
export async function startWatching(
  options: Pick<ServiceOptions, 'config' | 'store' | 'telemetry' | 'log' | 'demo' | 'print'>,
): Promise<Watching> {
  const { config, store, telemetry } = options;
  const { client } = store;
  const { rules, notify } = await readWatching(config);
  const now = () => Date.now();
  // What ended before the demo began is made-up past: it is on the page, and no news to anybody.
  const newsSince = options.demo ? new Date(now()).toISOString() : '';
  const notifier = createNotifier({
    client,
    config: notify,
    now,
    telemetry,
    log: options.log.child({ part: 'notify' }),
    print: options.print,
    ...linksTo(config.http.public_url),
  });
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
    evaluate: async () => {
      const alerts = await engine.evaluateDue();
      // A channel may be tried again for minutes; rules do not wait for it.
      void notifier.notify(alerts.filter(({ ended_at: ended }) => ended === undefined || ended >= newsSince));
    },
    close: async () => {
      await engine.close();
      await notifier.close();
    },
  };
}

/** Without a notification file alerts are printed. */
async function notifyConfig(file: string | undefined): Promise<NotifyConfig> {
  if (file === undefined) return PRINT_ONLY;
  const { config, faults } = await checkNotify(file);
  if (config === undefined) throw faults[0];
  return config;
}

/** Links into the page at its public address. */
function linksTo(address: string | undefined): Pick<NotifierOptions, 'linksOf'> {
  if (address === undefined) return {};
  const page = address.replace(/\/*$/, '');
  return { linksOf: (alert) => ({ page: `${page}/`, alert: page + alertUrl(alert) }) };
}
