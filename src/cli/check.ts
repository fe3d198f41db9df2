import path from 'node:path';
import type { Command } from 'commander';
import { checkConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import type { Checked } from '../config/yaml-file.ts';
import { checkDashboards } from '../dashboards/load.ts';
import type { LogmillError } from '../errors.ts';
import { checkNotify } from '../notify/load.ts';
import { checkPipelines } from '../pipeline/pipelines.ts';
import { checkRules } from '../rules/load.ts';
import { printFaults } from './faults.ts';
import { expandGlobs } from './globs.ts';
import { pipelineFolders, SHIPPED_DASHBOARDS, unknownPipelines } from './runtime.ts';
import { type CommonOptions, configFile, withCommonOptions } from './session.ts';
import { paint } from './terminal.ts';

export function define(command: Command): void {
  withCommonOptions(command)
    .addHelpText('after', '\nExamples:\n  $ logmill check\n  $ logmill check --config /etc/logmill/logmill.yaml')
    .action(check);
}

/** Looks at everything a start would, and starts nothing. Every fault is named, not only the first. */
async function check(options: CommonOptions): Promise<void> {
  const file = configFile(options);
  const { value: config, faults, locate } = await checkConfig(file);
  say(`configuration ${file}`, faults);
  printFaults(faults);
  // Pipelines, rules and dashboards are looked at even when the configuration that names them is wrong elsewhere.
  for (const part of await checkParts(config, path.dirname(file), locate)) {
    say(part.title, part.faults);
    printFaults(part.faults);
  }
}

type Part = { readonly title: string; readonly faults: readonly LogmillError[] };

async function checkParts(
  config: Config | undefined,
  folder: string,
  locate: Checked<Config>['locate'],
): Promise<Part[]> {
  const dashboards = await checkDashboards(SHIPPED_DASHBOARDS);
  const parts: Part[] = [{ title: 'dashboards', faults: dashboards.faults }];
  const { pipelines, faults } = await checkPipelines(
    pipelineFolders(config ?? { pipelines: [path.join(folder, 'pipelines')] }),
  );
  parts.unshift({
    title: `${pipelines.definitions.length} pipelines`,
    faults: [...faults, ...unknownPipelines(config?.inputs ?? [], pipelines, locate)],
  });
  if (config === undefined) return parts;
  const rules = await checkRules(await expandGlobs(config.rules));
  parts.push({ title: `${rules.rules.length} rules`, faults: rules.faults });
  if (config.notify !== undefined)
    parts.push({ title: 'notifications', faults: (await checkNotify(config.notify)).faults });
  return parts;
}

function say(title: string, faults: readonly LogmillError[]): void {
  process.stdout.write(faults.length === 0 ? `${paint('green', '✓')} ${title}\n` : `${paint('red', '✗')} ${title}\n`);
}
