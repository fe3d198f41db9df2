import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { slowness } from '../../src/config/slow-pattern.ts';
import { loadPipelines } from '../../src/pipeline/pipelines.ts';
import { recordMeanings } from '../../src/pipeline/stages/auditd/record-types.ts';
import { securityCases } from '../../src/pipeline/stages/security/cases.ts';
import { windowsMeanings } from '../../src/pipeline/stages/windows/event-ids.ts';
import { hashOf, readProven } from './proven-patterns.ts';

const FILE = fileURLToPath(new URL('../../../shared/data/ecs/ecs_flat.yml', import.meta.url));
const absent = existsSync(FILE) ? false : 'the shared ECS field list is not beside this checkout';

/** What a place says of an event; a stage may leave some of it to others. */
type Meaning = { readonly where: string; readonly fields: Readonly<Record<string, unknown>> };

/** Allowed values of a field, and for categories the types expected with each. */
function allowedValues(field: string): ReadonlyMap<string, ReadonlySet<string>> {
  const text = readFileSync(FILE, 'utf8');
  const start = text.indexOf('  allowed_values:', text.indexOf(`\n${field}:\n`));
  const block = text.slice(start, text.indexOf('\n  dashed_name:', start));
  const found = new Map<string, Set<string>>();
  for (const part of block.split(/\n {2}- /).slice(1)) {
    const types = [...part.matchAll(/\n {4}- (\S+)/g)].map(([, type]) => type!);
    found.set(/name: (\S+)/.exec(part)![1]!, new Set(types));
  }
  return found;
}

const list = (value: unknown) =>
  value === undefined ? [] : Array.isArray(value) ? (value as string[]) : [String(value)];

async function ofPipelines(): Promise<Meaning[]> {
  const { definitions } = await loadPipelines();
  return definitions.flatMap(({ name, stages }) =>
    stages.flatMap(({ options }, index) => {
      const patterns = Array.isArray(options['patterns']) ? (options['patterns'] as { set?: object }[]) : [];
      const sets = [options['fields'], ...patterns.map(({ set }) => set)];
      return sets.flatMap((fields) =>
        typeof fields === 'object' && fields !== null && !Array.isArray(fields)
          ? [{ where: `${name}, stage ${index}`, fields: fields as Meaning['fields'] }]
          : [],
      );
    }),
  );
}

/** Tables in code, which stages of many pipelines use. */
function ofTables(): Meaning[] {
  const ofCases = securityCases().map(({ pattern, set }) => ({ where: String(pattern), fields: set }));
  const ofRecords = recordMeanings().map(([type, { category, type: types }]) => ({
    where: `audit record ${type}`,
    fields: { 'event.category': category, 'event.type': types },
  }));
  const ofWindows = windowsMeanings().map(([id, { category, type, outcome }]) => ({
    where: `Windows event ${id}`,
    fields: { 'event.category': category, 'event.type': type, 'event.outcome': outcome },
  }));
  return [...ofCases, ...ofRecords, ...ofWindows];
}

describe('what is said of events', { skip: absent }, () => {
  test('event.kind, category, type and outcome are of the values that ECS allows', async () => {
    const wrong: string[] = [];
    for (const field of ['event.kind', 'event.category', 'event.type', 'event.outcome']) {
      const allowed = allowedValues(field);
      for (const { where, fields } of [...(await ofPipelines()), ...ofTables()]) {
        for (const value of list(fields[field])) {
          if (!allowed.has(value)) wrong.push(`${where}: ${field} is ${value}`);
        }
      }
    }
    assert.deepEqual(wrong, []);
  });

  test('a type of the tables is one that ECS expects with one of the categories beside it', () => {
    const expected = allowedValues('event.category');
    const wrong: string[] = [];
    for (const { where, fields } of ofTables()) {
      const categories = list(fields['event.category']);
      if (categories.length === 0) continue;
      for (const type of list(fields['event.type'])) {
        const fits = categories.some((category) => expected.get(category)?.has(type));
        if (!fits) wrong.push(`${where}: ${categories.join(', ')} with ${type}`);
      }
    }
    assert.deepEqual(wrong, []);
  });
});

describe('no line can make the patterns of security events slow', () => {
  const proven = readProven();

  test('of those that are not proven yet (test/pipeline/prove-patterns.ts adds them)', async () => {
    const slow: string[] = [];
    for (const { pattern } of securityCases()) {
      if (proven.has(hashOf(pattern))) continue;
      const detail = await slowness(pattern.source, pattern.flags);
      if (detail !== undefined) slow.push(`${pattern}: ${detail}`);
    }
    assert.deepEqual(slow, []);
  });
});
