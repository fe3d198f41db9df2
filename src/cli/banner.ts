import type { Config } from '../config/schema.ts';
import type { DeliveryStatus } from '../delivery/delivery.ts';
import type { MainLine } from '../main-line.ts';
import { settled } from '../model/ledger.ts';
import type { Store } from '../store/client.ts';
import type { AwaitedStore } from './awaited-store.ts';
import { commandLine } from './command-line.ts';
import type { CommonOptions } from './session.ts';
import { counted, grouped, humanBytes, type ProgressLine, paint } from './terminal.ts';
import { VERSION } from './version.ts';

const PROGRESS_MS = 500;
/** How long the first look at the files may take before the banner is printed without it. */
const FIRST_LOOK_MS = 5000;
const NAMED_FILES = 2;

type BannerOptions = {
  readonly config: Config;
  /** What logmill was started with. */
  readonly options: CommonOptions;
  readonly store: Store;
  readonly awaited: AwaitedStore;
  readonly mainLine: MainLine;
  readonly url: string;
  readonly rules: number;
  readonly startedIn: number;
};

/** What is being read, how many lines are in, and where to look: ten lines or fewer. */
export async function printBanner({
  config,
  options,
  store,
  awaited,
  mainLine,
  url,
  rules,
  startedIn,
}: BannerOptions): Promise<void> {
  await Promise.race([
    mainLine.agent.settledOnce(),
    new Promise((resolve) => setTimeout(resolve, FIRST_LOOK_MS).unref()),
  ]);
  const rows = [
    ['reading', readingText(config, mainLine)],
    ...unreadableRow(mainLine),
    ...sharedRow(mainLine),
    ['lines in', linesText(mainLine)],
    ['store', storeText(store, awaited)],
    ['rules', `${rules} at work`],
    ['page', paint('cyan', url)],
    ['API', `${url}api/v1, as Elasticsearch ${url}es`],
    ['search', commandLine(['search', 'log.level: error'], options)],
  ];
  const lines = rows.map(([title = '', text]) => `  ${title.padEnd(9)} ${text}`);
  const head = `${paint('bold', 'logmill')} ${VERSION} is up in ${(startedIn / 1000).toFixed(1)} s; Ctrl-C stops, the next start goes on where it stopped`;
  process.stdout.write(`${[head, ...lines].join('\n')}\n`);
}

/** On a terminal: lines in, backlog and what is wrong, redrawn in place until ended. */
export function watchProgress(mainLine: MainLine, line: ProgressLine): { end(): void } {
  const timer = setInterval(() => {
    const wrong = whatWaits(mainLine.delivery.status());
    line.show(() => (wrong === undefined ? linesText(mainLine) : paint('yellow', wrong, process.stderr)));
  }, PROGRESS_MS);
  return {
    end: () => {
      clearInterval(timer);
      line.end();
    },
  };
}

/** Why lines wait for the store, or for one index of it while others go on. */
function whatWaits({ store, lanes: [lane] }: DeliveryStatus): string | undefined {
  if (store.state === 'waiting') return store.message;
  return lane && `${lane.index} takes no documents (${lane.detail}): ${lane.documents} wait, others go on`;
}

function readingText(config: Config, { agent }: MainLine): string {
  const files = agent.files();
  // An empty file has no pipeline yet: it is chosen by the first lines.
  const pipelines = new Set(files.map(({ pipeline }) => pipeline).filter((name) => name !== ''));
  const journal = config.inputs.some(({ journald }) => journald === true) ? ' and the journal' : '';
  if (files.length === 0) return `no file yet${journal}: those that match the inputs are read as they appear`;
  // Those read now are last.
  const names = files.slice(-NAMED_FILES).map(({ path }) => path);
  const more = files.length > names.length ? ', …' : '';
  return `${counted(files.length, 'file')}${journal} through ${counted(pipelines.size, 'pipeline')}: ${names.join(', ')}${more}`;
}

function storeText({ place }: Store, { missing }: AwaitedStore): string {
  return missing === undefined ? place : `${place}, ${paint('yellow', 'which is waited for')}`;
}

function unreadableRow({ agent }: MainLine): string[][] {
  const { unreadable } = agent.status();
  const [first] = unreadable;
  return first === undefined
    ? []
    : [['not read', paint('yellow', `${counted(unreadable.length, 'file')}, such as ${first.path}: ${first.reason}`)]];
}

function sharedRow({ agent }: MainLine): string[][] {
  const { shared } = agent.status();
  const [first] = shared;
  if (first === undefined) return [];
  const text = `${counted(shared.length, 'file')} by two inputs, such as ${first}: the first input reads it`;
  return [['matched', paint('yellow', text)]];
}

function linesText({ agent }: MainLine): string {
  let done = 0;
  let dead = 0;
  let waiting = 0;
  for (const { tally, unread, inFlight } of agent.files()) {
    done += settled(tally).lines;
    dead += tally.dead_lettered.lines;
    waiting += unread + inFlight.bytes;
  }
  return `${grouped(done)} (${counted(dead, 'dead letter')} among them), ${humanBytes(waiting)} to go`;
}
