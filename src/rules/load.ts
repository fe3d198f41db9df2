import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Static, type TObject, Type } from 'typebox';
import { suggest } from '../config/schema-check.ts';
import { type Checked, checkYamlFile, checkYamlText } from '../config/yaml-file.ts';
import { LogmillError, type Where } from '../errors.ts';
import { parseKql } from '../kql/parse.ts';
import { kqlToDsl } from '../kql/to-dsl.ts';
import type { Severity } from '../model/alert.ts';
import { compileTemplate } from '../model/template.ts';
import { parseDuration } from '../model/units.ts';
import { type Condition, parseCondition } from './condition.ts';
import { KINDS } from './registry.ts';
import { type Kind, PLACEHOLDERS, type Query, type Rule, type RuleFile, ruleSchema } from './rule.ts';

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

const AnyRule = Type.Object({ kind: Type.String() }, { additionalProperties: true });

async function checkRuleFile(file: string): Promise<CheckedRule> {
  const first = await checkYamlFile(file, AnyRule);
  if (first.value === undefined) return { ...first, rule: undefined };
  return checkRuleText(await readFile(file, 'utf8'), file);
}

/**
 * Checks the text of one rule.
 * @param file name for messages.
 */
export function checkRuleText(text: string, file: string): CheckedRule {
  const first = checkYamlText(text, file, AnyRule);
  if (first.value === undefined) return { ...first, rule: undefined };
  const kind = KINDS.get(first.value.kind);
  if (kind === undefined) {
    const fields = { kind: first.value.kind, suggestion: suggest(first.value.kind, [...KINDS.keys()]) };
    const fault = new LogmillError('RULE_KIND', fields, first.locate(['kind']));
    return { rule: undefined, faults: [fault], locate: first.locate };
  }
  const checked = checkYamlText(text, file, schemaOf(kind)) as Checked<RuleFile>;
  if (checked.value === undefined) return { ...checked, rule: undefined };
  const faults: LogmillError[] = [];
  const rule = compileRule(kind, checked.value, { text, file }, checked.locate, faults);
  return { rule: faults.length === 0 ? rule : undefined, faults, locate: checked.locate };
}

const schemas = new Map<Kind, TObject>();

function schemaOf(kind: Kind): TObject {
  const schema = schemas.get(kind) ?? ruleSchema(kind);
  schemas.set(kind, schema);
  return schema;
}

/** Ends the compilation of one rule; its fault is already noted. */
class Refused extends Error {}

function compileRule(
  kind: Kind,
  options: RuleFile,
  source: { readonly text: string; readonly file: string },
  locate: (path: readonly (string | number)[]) => Where,
  faults: LogmillError[],
): Rule | undefined {
  const refuse = (key: string, detail: string): never => {
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
      throw new Refused();
    }
  };
  const condition = (key: 'when' | 'recover_when'): Condition => {
    try {
      return parseCondition(options[key] ?? '', kind.quantity(options as never));
    } catch (error) {
      return refuse(key, (error as Error).message);
    }
  };
  try {
    const when = condition('when');
    const recover = options.recover_when === undefined ? undefined : condition('recover_when');
    checkTimes(options, refuse);
    const summary = checkedSummary(options, refuse);
    const context = {
      index: options.index,
      query: compile('query'),
      groupBy: options.group_by,
      window: parseDuration(options.window),
      interval: parseDuration(options.interval),
      when,
      recover,
    };
    const observer = kind.create(options as never, { ...context, compile, refuse });
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
      quantity: kind.quantity(options as never),
      observer,
      machine: {
        for: parseDuration(options.for),
        keepFiringFor: parseDuration(options.keep_firing_for),
        window: context.window,
        grouped: options.group_by.length > 0,
        noData: options.no_data as 'ok' | 'keep' | 'alert',
        absent: kind.absent(options as never),
        largest: LARGEST_STATE,
        met: when.met,
        recovered: recover === undefined ? (value) => !when.met(value) : recover.met,
      },
    };
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}

function checkTimes(options: RuleFile, refuse: (key: string, detail: string) => never): void {
  const interval = parseDuration(options.interval);
  if (interval < SHORTEST_INTERVAL || interval % SHORTEST_INTERVAL !== 0) {
    refuse('interval', 'must be a whole number of seconds, at least 1s');
  }
  if (parseDuration(options.window) < SHORTEST_INTERVAL) refuse('window', 'must be at least 1s');
}

function checkedSummary(options: RuleFile, refuse: (key: string, detail: string) => never) {
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
