import { existsSync, globSync } from 'node:fs';
import path from 'node:path';
import { validate as isCron } from 'node-cron';
import { LogmillError, type Where } from '../errors.ts';
import { parseBytes } from '../model/units.ts';
import { checkNetworkInput, NETWORK_SOURCES } from './check-network.ts';
import { checkFraming } from './framing-check.ts';
import { isLoopback } from './loopback.ts';
import { isReadable } from './readable.ts';
import { cronOf } from './rotate-schema.ts';
import { isWithinKeys } from './salvage.ts';
import type { Config, InputConfig, SecretConfig } from './schema.ts';
import { keyOf, type Path, pathOfKey } from './schema-check.ts';
import { readSecret } from './secret.ts';
import { CONFIGURATION_PAGE } from './yaml-file.ts';

/** Notes a fault, unless it is about keys that are faulty already: its own, or `others` that it also depends on. */
type Report = (path: Path, detail: string, ...others: readonly Path[]) => void;
/** The key of a path as it is in the file. */
type KeyAt = (path: Path) => string;

const SOURCES = ['files', 'journald', 'stdin', ...NETWORK_SOURCES] as const;
const OF_FILES = ['exclude', 'ignore_older', 'close_inactive', 'poll', 'rotate'] as const;
/** The folder of pipelines where none is configured. */
const USUAL_PIPELINES = 'pipelines';
/** Streams that logmill itself fills. */
const OWN_DATASETS = ['logmill.dead_letter', 'logmill.alert'];

/**
 * What a schema cannot say: how keys go together, and whether what they name exists.
 * @param known faults found before: what follows from them is not named again.
 */
export function crossCheck(
  config: Config,
  locate: (path: Path) => Where,
  known: readonly LogmillError[] = [],
): LogmillError[] {
  const faults: LogmillError[] = [];
  const broken = known.map(brokenKey);
  const keyAt: KeyAt = (path) => locate(path).key ?? keyOf(path);
  const report: Report = (path, detail, ...others) => {
    if (broken.some((key) => key === keyAt(path) || isWithinKeys(key, others.map(keyAt)))) return;
    const fields = { key: keyAt(path), detail, page: CONFIGURATION_PAGE };
    faults.push(new LogmillError('CONFIG_INVALID', fields, locate(path)));
  };
  const checkSecret = (path: Path, secret: SecretConfig | undefined) => {
    if (secret === undefined) return;
    try {
      readSecret(secret);
    } catch (error) {
      if (!(error instanceof LogmillError) || typeof secret === 'string') throw error;
      report(path, `cannot be read: ${error.message}`);
    }
  };
  checkInputs(config, report, keyAt);
  checkHttp(config, report);
  checkStore(config, report, checkSecret);
  config.http.tokens.forEach((token, index) => {
    checkSecret(['http', 'tokens', index], token);
  });
  if (!isCron(config.retention.schedule)) report(['retention', 'schedule'], 'is no cron expression such as 17 3 * * *');
  if (config.notify !== undefined && !existsSync(config.notify)) report(['notify'], `names no file: ${config.notify}`);
  config.rules.forEach((pattern, index) => {
    const found = isGlob(pattern) ? globSync(pattern).length > 0 : existsSync(pattern);
    if (!found) report(['rules', index], `names no file: ${pattern}`);
  });
  config.pipelines.forEach((folder, index) => {
    // The one by default need not be there.
    if (!isUsual(folder) && !existsSync(folder)) report(['pipelines', index], `names no folder: ${folder}`);
  });
  if (parseBytes(config.delivery.batch) > parseBytes(config.delivery.in_flight)) {
    report(['delivery', 'batch'], 'must not be larger than delivery.in_flight', ['delivery', 'in_flight']);
  }
  return faults;
}

/** The key a fault is about; for a misspelt one the key that was meant. */
function brokenKey({ code, help, where }: LogmillError): string {
  const key = where.key ?? '';
  const meant = code === 'CONFIG_UNKNOWN_KEY' ? /^did you mean "([^"]+)"\?$/.exec(help)?.[1] : undefined;
  return meant === undefined ? key : keyOf([...pathOfKey(key).slice(0, -1), meant]);
}

function checkInputs(config: Config, report: Report, keyAt: KeyAt): void {
  const first = new Map<string, number>();
  const claimed = new Map<string, number>();
  config.inputs.forEach((input, index) => {
    const at = (...rest: (string | number)[]): Path => ['inputs', index, ...rest];
    const same = first.get(input.name);
    if (same === undefined) first.set(input.name, index);
    else report(at('name'), `"${input.name}" is the name of ${keyAt(['inputs', same])} already`);
    checkSource(input, at, report);
    for (const source of ['journald', 'stdin'] as const) {
      if (input[source] !== true) continue;
      const other = claimed.get(source);
      if (other === undefined) claimed.set(source, index);
      else report(at(source), `is read by ${keyAt(['inputs', other])} already`);
    }
    if (input.timezone !== undefined && !isTimeZone(input.timezone)) {
      report(at('timezone'), `names no time zone: "${input.timezone}"; write one such as Europe/Berlin`);
    }
    checkRotate(input, at, report);
    checkFraming(input, at, report);
    checkNetworkInput(config, input, at, report);
    if (input.dataset !== undefined && OWN_DATASETS.includes(input.dataset)) {
      report(at('dataset'), 'is kept for what logmill itself writes');
    }
    if (parseBytes(input.max_line_bytes) > parseBytes(config.delivery.in_flight)) {
      report(at('max_line_bytes'), 'must not be larger than delivery.in_flight', ['delivery', 'in_flight']);
    }
  });
}

function checkSource(input: InputConfig, at: (...rest: string[]) => Path, report: Report): void {
  const given = SOURCES.filter((source) => input[source] !== undefined && input[source] !== false);
  if (given.length === 0)
    report(at(), `must have one of ${SOURCES.join(', ')}`, ...SOURCES.map((source) => at(source)));
  if (given.length > 1) report(at(given[1] ?? ''), `cannot stand beside ${given[0]}; make two inputs of it`);
  if (given.includes('files')) return;
  for (const key of OF_FILES) {
    if (input[key] !== undefined) report(at(key), 'goes only with files', at('files'));
  }
}

function checkRotate({ rotate }: InputConfig, at: (...rest: string[]) => Path, report: Report): void {
  if (rotate === undefined) return;
  if (rotate.size === undefined && rotate.every === undefined) {
    report(at('rotate'), 'must have size, every or both', at('rotate', 'size'), at('rotate', 'every'));
  }
  if (rotate.every !== undefined && !isCron(cronOf(rotate.every))) {
    report(at('rotate', 'every'), 'is none of hour, day, week, and no cron expression such as 30 2 * * *');
  }
  if (rotate.command !== undefined && rotate.signal !== undefined) {
    report(at('rotate', 'signal'), 'cannot stand beside command');
  }
  if (rotate.delaycompress && !rotate.compress) report(at('rotate', 'delaycompress'), 'goes only with compress: true');
}

function checkHttp(config: Config, report: Report): void {
  const { host, tokens, public_url: address } = config.http;
  if (address !== undefined && !/^https?:$/.test(URL.parse(address)?.protocol ?? '')) {
    report(['http', 'public_url'], 'must be a http or https address');
  }
  if (!isLoopback(host) && tokens.length === 0) {
    report(['http', 'host'], `"${host}" can be reached from outside: set http.tokens, or bind 127.0.0.1`, [
      'http',
      'tokens',
    ]);
  }
}

function checkStore(
  config: Config,
  report: Report,
  checkSecret: (path: Path, secret: SecretConfig | undefined) => void,
): void {
  const { elasticsearch } = config.store;
  if (elasticsearch === undefined) return;
  const at = (...rest: (string | number)[]): Path => ['store', 'elasticsearch', ...rest];
  const { node, apiKey, username, password, caFile } = elasticsearch;
  for (const url of [node].flat()) {
    if (!/^https?:\/\//.test(url)) report(at('node'), 'must start with http:// or https://');
    else if (URL.parse(url)?.password) report(at('node'), 'must not hold a password; use username and password');
  }
  if (apiKey !== undefined && (username !== undefined || password !== undefined)) {
    report(at('apiKey'), 'cannot stand beside username and password');
  }
  if ((username === undefined) !== (password === undefined)) {
    const given = at(username === undefined ? 'password' : 'username');
    report(given, 'username and password go together', at('username'), at('password'));
  }
  checkSecret(at('apiKey'), apiKey);
  checkSecret(at('password'), password);
  if (caFile !== undefined && !isReadable(caFile)) report(at('caFile'), `cannot be read: ${caFile}`);
}

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function isUsual(folder: string): boolean {
  return path.basename(folder) === USUAL_PIPELINES;
}

function isGlob(pattern: string): boolean {
  return /[*?[{]/.test(pattern);
}
