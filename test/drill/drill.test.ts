import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import type { SeedResult } from '../../src/drill/seed-run.ts';
import { ELASTICSEARCH_SKIP, elasticsearchUrl } from '../elasticsearch.ts';
import { packed } from '../packed.ts';
import { startNode } from '../process/command.ts';

/* The command as it is installed: agents start thousands of times, and from one file in a fraction of the time. */

const SEEDS = Number(process.env['DRILL_SEEDS'] ?? 20);
const FIRST = process.env['DRILL_SEED'] ?? '1';
/** Of a real Elasticsearch in every test run; 200 and more are run by hand. */
const ELASTICSEARCH_SEEDS = 4;
/** Much of a schedule is waiting. */
const JOBS = '4';
const PATIENCE = { timeout: 600_000 };

const SCHEDULES = globSync(path.join(import.meta.dirname, 'schedules', '*.json')).sort();

/** Has `logmill drill` carry schedules out; fails with what is wrong and how to do it again. Gives how often each step came. */
async function passes(t: TestContext, folder: string, count: number, ...args: string[]): Promise<Map<string, number>> {
  const command = [path.join(folder, 'dist/cli/main.js'), 'drill', '--json', '--jobs', JOBS, ...args];
  const { code, stdout, stderr } = await startNode(t, command).ended;
  const results = stdout.split('\n').filter((line) => line !== '');
  const said = results.map((line) => JSON.parse(line) as SeedResult);
  const failed = said.filter(({ problems }) => problems.length > 0);
  const texts = failed.map(({ schedule, problems }) =>
    [`seed ${schedule.seed}`, ...problems, JSON.stringify(schedule)].join('\n'),
  );
  assert.equal(texts.length, 0, texts.join('\n\n'));
  assert.equal(code, 0, stderr);
  assert.equal(said.length, count, stderr);
  const steps = new Map<string, number>();
  for (const result of said) {
    for (const [name, times] of Object.entries(result.steps)) steps.set(name, (steps.get(name) ?? 0) + times);
  }
  return steps;
}

test('the drill', PATIENCE, async (t) => {
  const folder = packed(t);

  await t.test(`${SEEDS} random schedules lose no line and double none`, PATIENCE, async (seeds) => {
    const steps = await passes(seeds, folder, SEEDS, '--seed', FIRST, '--seeds', String(SEEDS));
    if (SEEDS < 20) return;
    for (const name of ['kill', 'stop', 'rename', 'copytruncate', 'gzip', 'delete', 'store lost and rolled over']) {
      assert.ok((steps.get(name) ?? 0) > 0, `no schedule did ${name}`);
    }
  });

  await t.test(
    'random schedules lose no line and double none in a real Elasticsearch',
    { ...PATIENCE, skip: elasticsearchUrl() === undefined && ELASTICSEARCH_SKIP },
    async (seeds) => {
      const count = String(ELASTICSEARCH_SEEDS);
      await passes(
        seeds,
        folder,
        ELASTICSEARCH_SEEDS,
        '--seed',
        FIRST,
        '--seeds',
        count,
        '--store',
        elasticsearchUrl()!,
      );
    },
  );

  for (const schedule of SCHEDULES) {
    await t.test(`passes what failed once: ${path.basename(schedule, '.json')}`, PATIENCE, async (once) => {
      await passes(once, folder, 1, '--schedule', schedule);
    });
  }
});
