import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { checkConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import type { Checked } from '../config/yaml-file.ts';
import { checkDashboards } from '../dashboards/load.ts';
import { LogmillError } from '../errors.ts';
import { checkNotify } from '../notify/load.ts';
import { checkPipelines, type Pipelines, SHIPPED_PIPELINES } from '../pipeline/pipelines.ts';
import { contractFinder } from '../pipeline/schemas.ts';
import { checkRules } from '../rules/load.ts';
import { printFaults } from './faults.ts';
import { expandGlobs } from './globs.ts';
import { contractsInUse } from './own-streams.ts';
import { inputFaults, pipelineFolders, SHIPPED_DASHBOARDS } from './runtime.ts';
import { type CommonOptions, configFile, withCommonOptions } from './session.ts';
import { counted, paint } from './terminal.ts';

export function define(command: Command): void {
  withCommonOptions(command)
    .addHelpText('after', '\nExamples:\n  $ logmill check\n  $ logmill check --config /etc/logmill/logmill.yaml')
    .action(check);
}

/**
 * Looks at everything a start would, and starts nothing. Every fault is named, not only the first: what a faulty
 * configuration still says of pipelines, rules and notifications is followed, and what it does not say is named.
 */
async function check(options: CommonOptions): Promise<void> {
  const file = configFile(options);
  const { usable: config, faults, locate } = await checkConfig(file);
  say(`configuration ${file}`, faults);
  const parts = [
    await checkPipelinesOf(config, locate),
    await checkDashboardsShipped(),
    await checkRulesOf(config),
    await checkNotifyOf(config),
  ];
  for (const part of parts) if (part !== undefined) say(part.title, part.faults);
}

/** `faults` is undefined for what could not be checked. */
type Part = { readonly title: string; readonly faults: readonly LogmillError[] | undefined };

async function checkPipelinesOf(config: Config | undefined, locate: Checked<Config>['locate']): Promise<Part> {
  const folders = config === undefined ? [SHIPPED_PIPELINES] : pipelineFolders(config);
  const { pipelines, faults } = await checkPipelines(folders);
  const ofInputs = inputFaults(config?.inputs ?? [], pipelines, locate);
  const whose = config === undefined ? ', only those shipped: the configuration cannot be read' : '';
  const broken = config === undefined ? [] : contractFaults(config, pipelines, faults);
  const title = `${counted(pipelines.definitions.length, 'pipeline')}${whose}`;
  return { title, faults: [...faults, ...ofInputs, ...broken] };
}

/** What is wrong with contracts that the store's mappings are made of, as far as no stage has met it. */
function contractFaults(config: Config, pipelines: Pipelines, known: readonly LogmillError[]): LogmillError[] {
  const find = contractFinder(pipelines.folders);
  const names = new Set([...contractsInUse(config, pipelines).values()].flatMap((each) => [...each]));
  const faults: LogmillError[] = [];
  for (const name of names) {
    try {
      find(name);
    } catch (error) {
      if (!(error instanceof LogmillError)) throw error;
      if (!known.some(({ message }) => message.includes(name))) faults.push(error);
    }
  }
  return faults;
}

async function checkDashboardsShipped(): Promise<Part> {
  const { dashboards, faults } = await checkDashboards(SHIPPED_DASHBOARDS);
  return { title: faults.length === 0 ? counted(dashboards.length, 'dashboard') : 'dashboards', faults };
}

async function checkRulesOf(config: Config | undefined): Promise<Part> {
  if (config === undefined) return { title: 'rules not checked: the configuration cannot be read', faults: undefined };
  const files = await expandGlobs(config.rules);
  const { rules, faults } = await checkRules(files);
  return { title: faults.length === 0 ? counted(rules.length, 'rule') : 'rules', faults };
}

async function checkNotifyOf(config: Config | undefined): Promise<Part | undefined> {
  if (config === undefined) {
    return { title: 'notifications not checked: the configuration cannot be read', faults: undefined };
  }
  // One that is not there is a fault of the configuration already.
  if (config.notify === undefined || !existsSync(config.notify)) return undefined;
  return { title: 'notifications', faults: (await checkNotify(config.notify)).faults };
}

function say(title: string, faults: readonly LogmillError[] | undefined): void {
  const mark =
    faults === undefined ? paint('yellow', '–') : faults.length === 0 ? paint('green', '✓') : paint('red', '✗');
  process.stdout.write(`${mark} ${title}\n`);
  printFaults(faults ?? []);
}
