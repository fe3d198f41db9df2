import type { Command } from 'commander';
import { checkRules } from '../rules/load.ts';
import { printFaults } from './faults.ts';
import { expandGlobs } from './globs.ts';
import { type CommonOptions, readConfig, withCommonOptions } from './session.ts';
import { table } from './terminal.ts';

export function define(command: Command): void {
  withCommonOptions(command.command('check'))
    .description('check rule files; without any, those of the configuration')
    .argument('[files...]', 'rule files')
    .addHelpText('after', '\nExamples:\n  $ logmill rules check\n  $ logmill rules check config/rules/error-rate.yaml')
    .action(check);
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
