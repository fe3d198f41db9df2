import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { runDrill } from '../../src/drill/drill.ts';
import { generateSchedule } from '../../src/drill/generate.ts';
import type { Schedule } from '../../src/drill/schedule.ts';
import { ELASTICSEARCH_SKIP, elasticsearchUrl } from '../elasticsearch.ts';

const SEEDS = Number(process.env['DRILL_SEEDS'] ?? 40);
const FIRST = Number(process.env['DRILL_SEED'] ?? 1);
/** Of a real Elasticsearch in every test run; 200 and more are run by hand. */
const ELASTICSEARCH_SEEDS = 4;
const PATIENCE = { timeout: 600_000 };

const SCHEDULES = globSync(path.join(import.meta.dirname, 'schedules', '*.json')).sort();

/** Carries the schedules out; fails with what is wrong and how to do it again. */
async function pass(schedules: readonly Schedule[], store?: string): Promise<Record<string, number>> {
  const signal = new AbortController().signal;
  const options = { schedules, store, jobs: 2, keep: false, shrink: false, signal, onResult: () => {} };
  const { results, failures } = await runDrill(options);
  const said = failures.map(({ result, file }) =>
    [`seed ${result.schedule.seed}, ${file}`, ...result.problems, JSON.stringify(result.schedule)].join('\n'),
  );
  assert.equal(said.length, 0, said.join('\n\n'));
  assert.equal(results.length, schedules.length);
  const steps: Record<string, number> = {};
  for (const result of results) {
    for (const [name, count] of Object.entries(result.steps)) steps[name] = (steps[name] ?? 0) + count;
  }
  return steps;
}

function seeds(first: number, count: number): Schedule[] {
  return Array.from({ length: count }, (_, at) => generateSchedule(first + at));
}

describe('the drill', () => {
  test(`${SEEDS} random schedules lose no line and double none`, PATIENCE, async () => {
    const steps = await pass(seeds(FIRST, SEEDS));
    if (SEEDS < 40) return;
    for (const name of ['kill', 'stop', 'rename', 'copytruncate', 'gzip', 'delete', 'store lost and rolled over']) {
      assert.ok(steps[name]! > 0, `no schedule did ${name}`);
    }
  });

  test('random schedules lose no line and double none in a real Elasticsearch', {
    ...PATIENCE,
    skip: elasticsearchUrl() === undefined && ELASTICSEARCH_SKIP,
  }, async () => {
    await pass(seeds(FIRST, ELASTICSEARCH_SEEDS), elasticsearchUrl());
  });

  test('schedules that failed once pass', {
    ...PATIENCE,
    skip: SCHEDULES.length === 0 && 'there are none',
  }, async () => {
    await pass(SCHEDULES.map((file) => JSON.parse(readFileSync(file, 'utf8')) as Schedule));
  });
});
