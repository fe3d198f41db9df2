import type { Command } from 'commander';
import { asking } from '../api/queries/read-store.ts';
import { parseRange } from '../api/queries/time-range.ts';
import { backtestRule } from '../rules/backtest.ts';
import { formatValue } from '../rules/condition.ts';
import { checkRules } from '../rules/load.ts';
import { printFaults } from './faults.ts';
import { expandGlobs } from './globs.ts';
import { type CommonOptions, reachStore, readConfig, withCommonOptions } from './session.ts';
import { counted, table } from './terminal.ts';

type Range = CommonOptions & { from: string; to: string };

export function define(command: Command): void {
  withCommonOptions(command.command('check'))
    .description('check rule files; without any, those of the configuration')
    .argument('[files...]', 'rule files')
    .addHelpText('after', '\nExamples:\n  $ logmill rules check\n  $ logmill rules check config/rules/error-rate.yaml')
    .action(check);
  withCommonOptions(command.command('test'))
    .description('what a rule would have found in the stored events; writes nothing and tells nobody')
    .argument('<file>', 'rule file')
    .option('--from <time>', 'earliest time: ISO 8601 or now-1h', 'now-1d')
    .option('--to <time>', 'time at which to end', 'now')
    .addHelpText('after', '\nExample:\n  $ logmill rules test config/rules/error-rate.yaml --from now-7d')
    .action(backtest);
}

async function check(files: readonly string[], options: CommonOptions): Promise<void> {
  const { rules, faults } = await checkRules(
    files.length > 0 ? files : await expandGlobs((await readConfig(options)).rules),
  );
  if (rules.length > 0) {
    const rows = table(rules, [
      { title: 'rule', value: ({ name }) => name },
      { title: 'kind', value: ({ kind }) => kind },
      { title: 'severity', value: ({ severity }) => severity },
      { title: 'every', value: ({ interval }) => `${interval / 1000} s`, align: 'right' },
    ]);
    process.stdout.write(`${rows}\n`);
  }
  printFaults(faults);
}

async function backtest(file: string, options: Range): Promise<void> {
  const { rules, faults } = await checkRules([file]);
  const [rule] = rules;
  if (rule === undefined) return printFaults(faults);
  const now = Date.now();
  const { from = 0, to = now } = parseRange(options, now);
  const { store, close } = await reachStore(await readConfig(options), 'rules test');
  try {
    const { alerts, transitions, leftOut } = await asking(store, () => backtestRule(rule, store.client, from, to));
    const ends = new Map(alerts.map(({ id, ended_at: ended }) => [id, ended]));
    // What people would have been told when it fired; in its last state an alert says only that all is well.
    const fired = transitions.filter(({ id, state }) => state === 'firing' && ends.has(id));
    const rows = table(fired, [
      { title: 'from', value: ({ started_at: started }) => started },
      { title: 'until', value: ({ id }) => ends.get(id) ?? 'still on' },
      { title: 'value', value: ({ value }) => formatValue(value, rule.quantity), align: 'right' },
      { title: 'summary', value: ({ summary }) => summary },
    ]);
    if (alerts.length > 0) process.stdout.write(`${rows}\n`);
    const rest = leftOut === 0 ? '' : `; ${counted(leftOut, 'group')} left out: there are too many`;
    const span = `${new Date(from).toISOString()} and ${new Date(to).toISOString()}`;
    process.stdout.write(`${counted(alerts.length, 'alert')} of ${rule.name} between ${span}${rest}\n`);
  } finally {
    await close();
  }
}
