import { existsSync } from 'node:fs';
import path from 'node:path';
import { LogmillError } from '../errors.ts';
import { withoutAuto } from './auto-pipeline.ts';
import { crossCheck } from './cross-check.ts';
import { resolvePaths } from './paths.ts';
import { type Config, ConfigSchema, type InputConfig, InputSchema } from './schema.ts';
import { validateAgainst } from './schema-check.ts';
import { checkInputPatterns } from './slow-pattern.ts';
import { type Checked, type CheckOptions, CONFIGURATION_PAGE, checkYamlFile } from './yaml-file.ts';

/** An input as a command gives it: what is left out takes its default. */
export type InputSource = Pick<InputConfig, 'name'> & Partial<InputConfig>;

/** What the command line says instead of the file. Paths are absolute or count from the working folder. */
export type Overrides = {
  readonly data?: string;
  readonly port?: number;
  /** Read these and nothing the file names. */
  readonly inputs?: readonly InputSource[];
};

const DEFAULT_FILES = ['logmill.yaml', path.join('config', 'logmill.yaml')];

/** The configuration file to use: the one named, else the first of `./logmill.yaml` and `config/logmill.yaml` there is. */
export function findConfig(file?: string, folder = process.cwd()): string {
  if (file !== undefined) return path.resolve(folder, file);
  const found = DEFAULT_FILES.map((name) => path.join(folder, name)).find((name) => existsSync(name));
  if (found !== undefined) return found;
  throw new LogmillError('CONFIG_NOT_FOUND', {
    path: DEFAULT_FILES.map((name) => path.join(folder, name)).join(' or '),
  });
}

/** Checks a configuration file as a whole and reports every fault: YAML, schema, and what keys mean for each other. */
export async function checkConfig(
  file: string,
  overrides: Overrides = {},
  options: CheckOptions = {},
): Promise<Checked<Config>> {
  const absolute = path.resolve(file);
  const checked = await checkYamlFile(absolute, ConfigSchema, options);
  if (checked.usable === undefined) return checked;
  const given = override(resolvePaths(checked.usable, path.dirname(absolute)), overrides);
  const usable = { ...given, inputs: withoutAuto(given.inputs) };
  const locate = overrides.inputs === undefined ? checked.locate : withoutInputs(checked.locate);
  const faults = [...checked.faults, ...crossCheck(usable, locate, checked.faults)];
  if (faults.length === 0) faults.push(...(await checkInputPatterns(usable, locate)));
  return { ...checked, value: faults.length === 0 ? usable : undefined, usable, faults };
}

/**
 * Loads the configuration: defaults filled in, environment substituted, paths absolute.
 * @throws LogmillError the first fault found; `checkConfig` gives them all.
 */
export async function loadConfig(file?: string, overrides: Overrides = {}): Promise<{ config: Config; file: string }> {
  const found = findConfig(file);
  const { value, faults } = await checkConfig(found, overrides);
  if (value === undefined) throw faults[0] ?? new LogmillError('CONFIG_NOT_FOUND', { path: found });
  return { config: value, file: found };
}

function override(config: Config, { data, port, inputs }: Overrides): Config {
  return {
    ...(data === undefined ? config : withData(config, path.resolve(data))),
    ...(port === undefined ? {} : { http: { ...config.http, port } }),
    ...(inputs === undefined ? {} : { inputs: inputs.map(completeInput) }),
  };
}

/** Another data folder; inputs that read from the old one (logmill's own log) move along. */
function withData(config: Config, data: string): Config {
  const moved = (name: string) =>
    name.startsWith(config.data + path.sep) ? data + name.slice(config.data.length) : name;
  const inputs = config.inputs.map((input) =>
    input.files === undefined ? input : { ...input, files: input.files.map(moved) },
  );
  return { ...config, data, inputs };
}

/** Fills in the defaults of an input given in code. Throws LogmillError CONFIG_INVALID. */
function completeInput(input: InputSource): InputConfig {
  const { value, faults } = validateAgainst(InputSchema, structuredClone(input));
  const [fault] = faults;
  if (fault !== undefined) {
    throw new LogmillError('CONFIG_INVALID', { key: input.name, detail: fault.detail, page: CONFIGURATION_PAGE });
  }
  return value as InputConfig;
}

/** Inputs that a command gave have no place in the file. */
function withoutInputs(locate: Checked<Config>['locate']): Checked<Config>['locate'] {
  return (at) => (at[0] === 'inputs' ? {} : locate(at));
}
