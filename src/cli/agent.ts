import type { Command } from 'commander';
import type { AgentStatus } from '../agent/agent.ts';
import type { DeliveryStatus } from '../delivery/delivery.ts';
import { LogmillError } from '../errors.ts';
import { stderrLog } from '../log.ts';
import type { MainLine } from '../main-line.ts';
import { type LedgerEntry, settled } from '../model/ledger.ts';
import { parseDuration } from '../model/units.ts';
import { ReloadableLine } from '../reloadable-line.ts';
import { createTelemetry } from '../telemetry.ts';
import { answerCommands } from './agent-answers.ts';
import { awaitStore } from './awaited-store.ts';
import { namedFiles, requireFiles } from './inputs.ts';
import { lastRefresh } from './last-refresh.ts';
import { claimLock } from './lock.ts';
import { Receivers } from './receivers.ts';
import { isTerminal, lineSettings, startReloading, surviveHangUps, withPipelines } from './reload.ts';
import { identifyHost, loadInputPipelines, prepareStore } from './runtime.ts';
import { type CommonOptions, configFile, places, reachStore, readConfig, withCommonOptions } from './session.ts';
import { total } from './stats.ts';
import { stopSignal } from './stop-signal.ts';
import { bar, counted, grouped, humanBytes, progressLine } from './terminal.ts';

const PROGRESS_MS = 200;
/** How long a stop waits for what is under way; the rest is read again at the next start. */
const DRAIN_MS = 10_000;

type Options = CommonOptions & { once?: boolean; wait: string; pipeline?: string };

export function define(command: Command): void {
  withCommonOptions(command)
    .argument('[files...]', 'read these instead of the configured inputs')
    .option('--pipeline <name>', 'pipeline of the files named (default: found by their first lines)')
    .option('--once', 'stop when every input is at its end and acknowledged')
    .option('--wait <duration>', 'with --once: how long to wait for an unreachable store', '60s')
    .addHelpText(
      'after',
      '\nExamples:\n  $ logmill agent --config logmill.yaml\n  $ logmill agent --once /var/log/nginx/access.log --pipeline nginx-access',
    )
    .action(agent);
}

async function agent(files: readonly string[], options: Options, command: Command): Promise<void> {
  requireFiles(files, options, command);
  if (options.once !== true) surviveHangUps();
  const read = () => readConfig(options, files.length === 0 ? {} : { inputs: namedFiles(files, options) });
  const config = await read();
  const once = options.once === true;
  const stop = stopSignal();
  const log = stderrLog(once ? 'warn' : config.log.level);
  const lock = await claimLock(places(config).agentLock, 'agent');
  try {
    const pipelines = await loadInputPipelines(config);
    const { store, close } = await reachStore(config, 'agent', 'create');
    try {
      const patience = once ? parseDuration(options.wait) : Number.POSITIVE_INFINITY;
      // A single run serves no senders: it may as well wait.
      if (once) await prepareStore(store, config, log, { waitMs: patience, signal: stop, pipelines });
      const awaited = once ? undefined : awaitStore(store, config, log, { signal: stop, pipelines });
      const telemetry = createTelemetry();
      const mainLine = new ReloadableLine({
        config,
        store,
        pipelines,
        stateFolder: places(config).state,
        host: await identifyHost(config),
        once,
        ...(awaited === undefined ? {} : { storeReady: awaited.ready }),
        telemetry,
        log,
      });
      const answers = once ? undefined : await answerCommands({ agent: mainLine.agent, telemetry, lock });
      const receivers = once
        ? undefined
        : await Receivers.start({ config, pipelines, mainLine, hasApi: false, telemetry, log });
      const applyToLines = lineSettings({ mainLine, store, awaited, log, stop });
      const reloading = once
        ? undefined
        : await startReloading({
            file: configFile(options),
            current: { config, pipelines },
            read: async () => withPipelines(await read()),
            apply: async (next, hasOtherLines) => {
              if (hasOtherLines) await applyToLines(next);
              await receivers?.apply(next);
            },
            telemetry,
            log,
            onHangUp: !isTerminal(),
          });
      const progress = progressLine();
      const timer = setInterval(() => progress.show(() => progressText(mainLine.agent.files())), PROGRESS_MS);
      const end = async () => {
        await receivers?.close();
        await mainLine.stop(DRAIN_MS);
      };
      if (stop.aborted) void end();
      else stop.addEventListener('abort', () => void end(), { once: true });
      try {
        await Promise.race([mainLine.done, storeGone(mainLine, store.place, patience)]);
      } catch (error) {
        await mainLine.stop(0).catch(() => {});
        throw error;
      } finally {
        clearInterval(timer);
        progress.end();
        answers?.close();
        await reloading?.close();
      }
      const isAway = awaited?.missing !== undefined || mainLine.delivery.status().store.state === 'waiting';
      if (!isAway) {
        const waits = stop.aborted ? { patienceMs: DRAIN_MS } : { patienceMs: patience, signal: stop };
        await lastRefresh(store.client, { ...waits, log });
      }
      const now = await total(telemetry.readLines);
      process.stdout.write(
        `${[summary(mainLine.agent.files(), now), ...notRead(mainLine.agent.status())].join('\n')}\n`,
      );
    } finally {
      await close();
    }
  } catch (error) {
    if (!stop.aborted || error instanceof LogmillError) throw error;
  } finally {
    lock.release();
  }
}

/** Rejects when the store has taken nothing for longer than the patience; the rest is read again by the next run. */
function storeGone({ delivery, done }: MainLine, place: string, patienceMs: number): Promise<never> {
  return new Promise((_resolve, reject) => {
    let acknowledged = 0;
    let since = performance.now();
    const timer = setInterval(() => {
      const status = delivery.status();
      if (status.acknowledged > acknowledged) {
        acknowledged = status.acknowledged;
        since = performance.now();
      }
      const detail = whyStopped(status);
      if (detail === undefined || performance.now() - since < patienceMs) return;
      clearInterval(timer);
      // The store says it in the system's words, after a way through several layers.
      const isFull = /No space left on device/i.test(detail);
      reject(
        isFull ? new LogmillError('DISK_FULL', { path: place }) : new LogmillError('STORE_STOPPED', { place, detail }),
      );
    }, PROGRESS_MS);
    done.then(
      () => clearInterval(timer),
      () => clearInterval(timer),
    );
  });
}

/** What keeps the store, or the one index that is left, from taking documents. */
function whyStopped({ store, lanes: [lane] }: DeliveryStatus): string | undefined {
  if (store.state === 'waiting') return store.detail;
  return lane && `puts off what is for ${lane.index}: ${lane.detail}`;
}

function progressText(files: readonly LedgerEntry[]): string {
  let read = 0;
  let unread = 0;
  let lines = 0;
  for (const entry of files) {
    read += entry.acknowledged;
    unread += entry.unread + entry.inFlight.bytes;
    lines += settled(entry.tally).lines;
  }
  return `${bar(read / Math.max(1, read + unread))} ${counted(lines, 'line')}, ${humanBytes(unread)} to go`;
}

/** What was read, in this run and before it, and what became of it. */
function summary(files: readonly LedgerEntry[], readNow: number): string {
  const sum = (count: (entry: LedgerEntry) => number) => files.reduce((total, entry) => total + count(entry), 0);
  const parts = [
    `${grouped(sum(({ tally }) => tally.indexed.lines))} indexed`,
    `${grouped(sum(({ tally }) => tally.already_there.lines))} already there`,
    counted(
      sum(({ tally }) => tally.dead_lettered.lines),
      'dead letter',
    ),
    `${grouped(sum(({ tally }) => tally.dropped.lines))} dropped`,
  ];
  const merged = sum(({ tally }) => tally.merged.lines);
  if (merged > 0) parts.push(`${grouped(merged)} merged`);
  const blank = sum(({ tally }) => tally.skipped.lines);
  if (blank > 0) parts.push(`${grouped(blank)} blank`);
  const lines = sum(({ read }) => read.lines);
  const before = lines === readNow ? '' : ` (${grouped(readNow)} read in this run)`;
  return `${counted(lines, 'line')} of ${counted(files.length, 'file')}: ${parts.join(', ')}${before}`;
}

/** Files and folders that were named but gave nothing. */
function notRead({ unreadable, missing }: AgentStatus): string[] {
  return [
    ...unreadable.map(({ path, reason }) => `cannot read ${path}: ${reason}`),
    ...missing.map((path) => `not there: ${path}`),
  ];
}
