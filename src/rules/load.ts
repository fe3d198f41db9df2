import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Static, type TObject, Type } from 'typebox';
import { touchesKeys } from '../config/salvage.ts';
import { suggest } from '../config/schema-check.ts';
import { type Checked, checkYamlFile, checkYamlText } from '../config/yaml-file.ts';
import { LogmillError, type Where } from '../errors.ts';
import { parseKql } from '../kql/parse.ts';
import { kqlToDsl } from '../kql/to-dsl.ts';
import type { Severity } from '../model/alert.ts';
import { compileTemplate } from '../model/template.ts';
import { parseDuration } from '../model/units.ts';
import { type Condition, parseCondition } from './condition.ts';
import { threshold } from './kinds/threshold.ts';
import { KINDS } from './registry.ts';
import { type Kind, PLACEHOLDERS, type Query, RULE_KEYS, type Rule, type RuleFile, ruleSchema } from './rule.ts';
import type { Machine } from './state-machine.ts';

/** Most groups a rule remembers at once: its state stays small enough to be written with every evaluation. */
const LARGEST_STATE = 1000;
/** Grid times closer together than this would cost more than they tell. */
const SHORTEST_INTERVAL = 1000;
/** Keys that change what people read, not what the rule finds: they are no part of the hash. */
const NOT_HASHED = new Set(['summary', 'runbook', 'author']);

/** Reads and checks rule files. Names every fault, with file, line and column where there is one. Never throws for what is in a file. */
export async function checkRules(files: readonly string[]): Promise<{ rules: Rule[]; faults: LogmillError[] }> {
  const rules: Rule[] = [];
  const faults: LogmillError[] = [];
  for (const file of files) {
    const checked = await checkRuleFile(file);
    faults.push(...checked.faults);
    if (checked.rule === undefined) continue;
    const { name } = checked.rule;
    const other = rules.find((rule) => rule.name === name);
    if (other === undefined) rules.push(checked.rule);
    else faults.push(new LogmillError('RULE_TWICE', { name, other: other.file }, checked.locate(['name'])));
  }
  return { rules, faults };
}

type CheckedRule = { rule: Rule | undefined; faults: LogmillError[]; locate: Checked<unknown>['locate'] };

const AnyFile = Type.Object({}, { additionalProperties: true });
const AnyRule = Type.Object(RULE_KEYS, { additionalProperties: true });
const PAGE = 'docs/reference/rules.md';

async function checkRuleFile(file: string): Promise<CheckedRule> {
  const first = await checkYamlFile(file, AnyFile);
  if (first.usable === undefined) return { ...first, rule: undefined };
  return checkRuleText(await readFile(file, 'utf8'), file);
}

/**
 * Checks the text of one rule, all its keys: a fault in one hides none in another.
 * @param file name for messages.
 */
export function checkRuleText(text: string, file: string): CheckedRule {
  const first = checkYamlText(text, file, AnyFile);
  if (first.usable === undefined) return { ...first, rule: undefined };
  const name = (first.usable as { kind?: unknown }).kind;
  const kind = KINDS.get(String(name));
  const spare = { name: 'a', kind: 'threshold', when: '> 0', ...kind?.examples[0]?.rule };
  const schema = kind === undefined ? AnyRule : schemaOf(kind);
  const checked = checkYamlText(text, file, schema, { page: PAGE, spare }) as Checked<RuleFile>;
  const { faults, locate, usable } = checked;
  if (kind === undefined && typeof name === 'string') {
    faults.unshift(
      new LogmillError('RULE_KIND', { kind: name, suggestion: suggest(name, [...KINDS.keys()]) }, locate(['kind'])),
    );
  }
  if (usable === undefined) return { rule: undefined, faults, locate };
  const broken = brokenKeys(faults, kind);
  const found: LogmillError[] = [];
  const rule = compileRule(kind ?? threshold, usable, { text, file }, locate, found);
  faults.push(...found.filter(({ where }) => !touchesKeys(where.key ?? '', broken)));
  return { rule: faults.length === 0 ? rule : undefined, faults, locate };
}

/** Keys whose values are not the file's own; what `when` is compared with hangs on the keys of the kind. */
function brokenKeys(faults: readonly LogmillError[], kind: Kind | undefined): string[] {
  const broken = faults.map(({ where }) => where.key ?? '');
  const isOwn = kind === undefined || broken.some((key) => touchesKeys(key, Object.keys(kind.options)));
  return isOwn ? [...broken, 'when', 'recover_when'] : broken;
}

const schemas = new Map<Kind, TObject>();

function schemaOf(kind: Kind): TObject {
  const schema = schemas.get(kind) ?? ruleSchema(kind);
  schemas.set(kind, schema);
  return schema;
}

/** Ends a part of the compilation; its fault is already noted. */
class Refused extends Error {}

/** What a part gives that was refused. */
function attempt<T>(part: () => T): T | undefined {
  try {
    return part();
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}

type Refuse = (key: string, detail: string) => never;

function compileRule(
  kind: Kind,
  options: RuleFile,
  source: { readonly text: string; readonly file: string },
  locate: Checked<unknown>['locate'],
  faults: LogmillError[],
): Rule | undefined {
  const refuse: Refuse = (key, detail) => {
    faults.push(new LogmillError('RULE_INVALID', { key, detail }, locate([key])));
    throw new Refused();
  };
  const compile = (key: string): Query => {
    const query = String((options as Record<string, unknown>)[key] ?? '');
    try {
      return query.trim() === '' ? { match_all: {} } : (kqlToDsl(parseKql(query, { now: false })) as Query);
    } catch (error) {
      if (!(error instanceof LogmillError)) throw error;
      faults.push(queryFault(error, key, locate([key]), source.text));
      return { match_none: {} };
    }
  };
  const quantity = kind.quantity(options as never);
  const condition = (key: 'when' | 'recover_when') =>
    attempt(() => {
      try {
        return parseCondition(options[key] ?? '', quantity);
      } catch (error) {
        return refuse(key, (error as Error).message);
      }
    });
  const when = condition('when');
  const recover = options.recover_when === undefined ? undefined : condition('recover_when');
  checkTimes(options, refuse);
  const summary = attempt(() => checkedSummary(options, refuse));
  const context = {
    index: options.index,
    query: compile('query'),
    groupBy: options.group_by,
    window: parseDuration(options.window),
    interval: parseDuration(options.interval),
    when: when ?? NEVER,
    recover,
  };
  const observer = attempt(() => kind.create(options as never, { ...context, compile, refuse }));
  if (summary === undefined || observer === undefined) return undefined;
  return {
    ...context,
    name: options.name,
    uuid: hashOf(options),
    file: source.file,
    kind: kind.name,
    severity: options.severity as Severity,
    summary,
    runbook: options.runbook,
    author: options.author,
    quantity,
    observer,
    machine: machineOf(kind, options, context),
  };
}

/** Stands in for a condition that was refused. */
const NEVER: Condition = { text: '', operator: '>', bound: 0, met: () => false };

function machineOf(
  kind: Kind,
  options: RuleFile,
  { window, when, recover }: Pick<Rule, 'window' | 'when'> & { recover: Condition | undefined },
): Machine {
  return {
    for: parseDuration(options.for),
    keepFiringFor: parseDuration(options.keep_firing_for),
    window,
    grouped: options.group_by.length > 0,
    noData: options.no_data as 'ok' | 'keep' | 'alert',
    absent: kind.absent(options as never),
    largest: LARGEST_STATE,
    met: when.met,
    recovered: recover === undefined ? (value) => !when.met(value) : recover.met,
  };
}

function checkTimes(options: RuleFile, refuse: Refuse): void {
  const interval = parseDuration(options.interval);
  if (interval < SHORTEST_INTERVAL || interval % SHORTEST_INTERVAL !== 0) {
    attempt(() => refuse('interval', 'must be a whole number of seconds, at least 1s'));
  }
  if (parseDuration(options.window) < SHORTEST_INTERVAL) attempt(() => refuse('window', 'must be at least 1s'));
}

function checkedSummary(options: RuleFile, refuse: Refuse) {
  const summary = compileTemplate(options.summary);
  const known: readonly string[] = [...PLACEHOLDERS, ...options.group_by];
  const unknown = summary.names.find((name) => !known.includes(name));
  if (unknown !== undefined) refuse('summary', `names {{ ${unknown} }}: ${suggest(unknown, known)}`);
  return summary;
}

/** Where in the file a fault of KQL is: the column inside the query counts from where its text begins in the file. */
function queryFault(error: LogmillError, key: string, where: Where, text: string): LogmillError {
  const detail = error.message.replace(/^column \d+: /, '');
  const line = text.split('\n')[(where.line ?? 1) - 1] ?? '';
  const begin = (where.column ?? 1) - 1;
  const column = begin + (/["']/.test(line[begin] ?? '') ? 1 : 0) + (error.where.column ?? 1);
  // A text in a block of its own lines: its columns are not those of this line.
  const inLine = !/[>|]/.test(line[begin] ?? '') && column <= line.length;
  return new LogmillError('RULE_QUERY', { key, detail }, inLine ? { ...where, column } : where, error);
}

/** The same for the same meaning: keys in any order, defaults written out or not, whatever the texts for people say. */
function hashOf(options: Static<TObject>): string {
  const entries = Object.entries(options).filter(([key]) => !NOT_HASHED.has(key));
  const canonical = JSON.stringify(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
  return createHash('sha256').update(canonical).digest('hex').slice(0, 32);
}
