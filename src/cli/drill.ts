import type { Command } from 'commander';
import { checkYamlFile } from '../config/yaml-file.ts';
import type { DrillReport, Failure } from '../drill/drill.ts';
import type { Schedule } from '../drill/schedule.ts';
import type { SeedResult } from '../drill/seed-run.ts';
import { stopSignal } from './stop-signal.ts';
import { bar, type Column, counted, grouped, paint, progressLine, table } from './terminal.ts';
import { wholeNumber } from './whole-number.ts';

const SEEDS = 20;
const JOBS = 2;
const PROBLEMS_SHOWN = 5;

type Options = {
  seeds: number;
  seed: number;
  jobs: number;
  store?: string;
  schedule?: string;
  json?: boolean;
  keep?: boolean;
  shrink?: boolean;
};

export function define(command: Command): void {
  command
    .option('--seeds <n>', 'how many schedules to carry out', wholeNumber(1_000_000), SEEDS)
    .option('--seed <n>', 'the first one; the same seed is always the same schedule', wholeNumber(2 ** 31), 1)
    .option('--store <url>', 'an Elasticsearch to ship to (default: an embedded store, started for the drill)')
    .option('--schedule <file>', 'carry out this one instead, as a failed drill has written it')
    .option('--jobs <n>', 'schedules under way at once', wholeNumber(64), JOBS)
    .option('--shrink', 'drop steps from what fails for as long as it goes on failing')
    .option('--keep', 'keep all folders; those of failed seeds are kept anyway')
    .option('--json', 'the verdict as JSON, one document a seed')
    .addHelpText(
      'after',
      `
A seed is a program that writes numbered lines, an agent that ships them, and a random schedule of rotations, kills, damage
to the agent's state and faults of the store. At its end every line is exactly one document or one dead letter or inside a
gap that the agent reported, and the ledger agrees; else the exit code is 1, and the schedule is printed for --schedule.

Examples:
  $ logmill drill
  $ logmill drill --seeds 200 --store http://127.0.0.1:9200
  $ logmill drill --seed 4711 --seeds 1 --keep
  $ logmill drill --schedule schedule.json --shrink`,
    )
    .action(drill);
}

async function drill(options: Options): Promise<void> {
  const { runDrill } = await import('../drill/drill.ts');
  const schedules = await schedulesOf(options);
  const progress = progressLine();
  const started = performance.now();
  let done = 0;
  let failed = 0;
  const show = () => {
    const seconds = Math.round((performance.now() - started) / 1000);
    const seeds = counted(schedules.length, 'seed');
    progress.show(() => `${bar(done / schedules.length)} ${done} of ${seeds}, ${failed} failed, ${seconds} s`);
  };
  show();
  const report = await runDrill({
    schedules,
    store: options.store,
    jobs: options.jobs,
    keep: options.keep === true,
    shrink: options.shrink === true,
    signal: stopSignal(),
    onResult: (result, failure) => {
      done++;
      if (failure !== undefined) failed++;
      if (options.json === true) progress.print(JSON.stringify(result));
      else if (failure !== undefined) progress.print(failureText(failure));
      show();
    },
  });
  progress.end();
  if (options.json !== true) process.stdout.write(`${verdict(report, performance.now() - started)}\n`);
  if (report.failures.length > 0 || report.results.length === 0) process.exitCode = 1;
}

/** @throws LogmillError for a schedule that is none */
async function schedulesOf({ schedule, seed, seeds }: Options): Promise<Schedule[]> {
  if (schedule !== undefined) {
    const { Schedule } = await import('../drill/schedule.ts');
    const { value, faults } = await checkYamlFile(schedule, Schedule, { environment: false });
    if (value === undefined) throw faults[0];
    return [value];
  }
  const { generateSchedule } = await import('../drill/generate.ts');
  return Array.from({ length: seeds }, (_, at) => generateSchedule(seed + at));
}

type Row = { readonly what: string; readonly count: number };
const COLUMNS: readonly Column<Row>[] = [
  { title: 'what happened', value: ({ what }) => what },
  { title: 'times', value: ({ count }) => grouped(count), align: 'right' },
];

function verdict({ results, failures, folder }: DrillReport, ms: number): string {
  const steps = new Map<string, number>();
  for (const result of results) {
    for (const [name, count] of Object.entries(result.steps)) steps.set(name, (steps.get(name) ?? 0) + count);
  }
  const sum = (count: (result: SeedResult) => number) => results.reduce((total, result) => total + count(result), 0);
  const outcome: readonly Row[] = [
    { what: 'lines written', count: sum(({ counts }) => counts.lines) },
    { what: 'lines stored', count: sum(({ counts }) => counts.found) },
    { what: 'documents', count: sum(({ counts }) => counts.documents) },
    { what: 'dead letters', count: sum(({ counts }) => counts.letters) },
    { what: 'lines in reported gaps', count: sum(({ counts }) => counts.inGaps) },
    { what: 'lines gone before anybody saw them', count: sum(({ counts }) => counts.unseen) },
    { what: 'creates answered with 409', count: sum(({ conflicts }) => conflicts) },
    { what: 'starts of the agent', count: sum(({ starts }) => starts) },
  ];
  const injected = [...steps]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([what, count]) => ({ what, count }));
  const seconds = (ms / 1000 / Math.max(1, results.length)).toFixed(1);
  const passed = `${counted(results.length - failures.length, 'seed')} of ${results.length} passed, ${seconds} s each`;
  return [
    table(injected, COLUMNS),
    '',
    table(outcome, [{ title: 'what became of it', value: ({ what }) => what }, COLUMNS[1]!]),
    '',
    failures.length === 0 ? `${paint('green', 'no line lost, none doubled')}: ${passed}` : paint('red', passed),
    ...(folder === undefined ? [] : [`kept in ${folder}`]),
  ].join('\n');
}

function failureText({ result, file }: Failure): string {
  const { problems, schedule } = result;
  const more = problems.length - PROBLEMS_SHOWN;
  return [
    `${paint('red', `seed ${schedule.seed} failed`)}, ${file}`,
    ...problems.slice(0, PROBLEMS_SHOWN).map((problem) => `  ${problem}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
    JSON.stringify(schedule),
    '',
  ].join('\n');
}
