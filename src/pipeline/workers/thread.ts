import { parentPort, workerData } from 'node:worker_threads';
import type { Chunk, Source } from '../../model/line.ts';
import { pipelinesOf } from '../pipelines.ts';
import type { FromWorker, Job, WorkerData } from './job.ts';
import { Notices } from './notices.ts';

/** Sources that are remembered; of more the oldest are taken for new ones. */
const MOST_SOURCES = 10_000;
const MOST_FAULTS = 3;

const { pipeline: name, definitions, folders, binding } = workerData as WorkerData;
const sources = new Map<string, Source & { modifiedAt: number }>();
let current: Source;
let time = 0;
let remembersSources = false;
let faults: string[] = [];
let notices = new Notices();

const pipeline = pipelinesOf(definitions, folders).compile(name, {
  ...binding,
  sourceTime: () => current.modifiedAt,
  source() {
    remembersSources = true;
    return current;
  },
  head: () => current.head?.() ?? [],
  now: () => time,
  onNotice: (notice) => notices.add(notice),
  onFault: (fault) => void faults.push(fault.message),
});

parentPort!.on('message', (job: Job) => {
  current = sourceOf(job);
  time = job.time;
  faults = [];
  notices = new Notices();
  const chunk: Chunk = {
    source: current,
    start: 0,
    end: 0,
    lines: job.lines,
    skipped: { lines: 0, bytes: 0 },
    acknowledge: () => {},
  };
  const { documents, rejected, dropped } = pipeline.run(chunk);
  send({
    id: job.id,
    documents,
    rejected: rejected.map(({ line, rejected: { reason, detail, field } }) => ({ line, reason, detail, field })),
    dropped,
    faults: faults.slice(0, MOST_FAULTS),
    notices: notices.all(),
    remembersSources,
  });
});
send({ ready: true });

function sourceOf({ source: { id, input, path, modifiedAt, head } }: Job): Source {
  const known = sources.get(id) ?? { id, input, path, pipeline: name, modifiedAt, head: () => head ?? [] };
  known.modifiedAt = modifiedAt;
  sources.set(id, known);
  const [oldest] = sources.keys();
  if (sources.size > MOST_SOURCES) sources.delete(oldest!);
  return known;
}

function send(message: FromWorker): void {
  parentPort!.postMessage(message);
}
