import { closeDocument } from '../model/document-writer.ts';
import type { Chunk } from '../model/line.ts';
import { runAlone } from './flow/run-alone.ts';
import type { Binding, Pipelines } from './pipelines.ts';
import { type Place, type Probe, placeName } from './probe.ts';

/** What a stage takes; of a line that it is not for, nothing. */
export type StageFigures = { readonly stage: string; readonly nanosecondsPerLine: number; readonly share: number };

export type PipelineFigures = {
  readonly pipeline: string;
  readonly lines: number;
  /** Of all of it, on one core: stages, ids and writing documents. */
  readonly linesPerSecond: number;
  /** JSON.parse of the documents that come out, for comparing machines. */
  readonly jsonLinesPerSecond: number;
  readonly documents: number;
  readonly rejected: number;
  readonly dropped: number;
  readonly stages: readonly StageFigures[];
  /** What no stage takes: making events, ids, documents. */
  readonly rest: StageFigures;
};

/** What a pipeline is measured for: compiled anew for each measurement. */
export type Measured = {
  readonly pipelines: Pipelines;
  readonly name: string;
  readonly chunks: readonly Chunk[];
  readonly binding: Binding;
  /** Of each measurement, ms of processor time. */
  readonly duration: number;
};

/** Measures a pipeline as a whole, then its stages by themselves: looking at the clock between them takes time, too. */
export async function measurePipeline(measured: Measured): Promise<PipelineFigures> {
  const { pipelines, name, chunks, binding, duration } = measured;
  const lines = chunks.reduce((sum, chunk) => sum + chunk.lines.length, 0);
  const round = async (more: Partial<Binding> = {}) => {
    const pipeline = pipelines.compile(name, { ...binding, ...more });
    // One that holds events back is opened once.
    const once = async (chunk: Chunk) =>
      pipeline.flow === undefined
        ? pipeline.run(chunk)
        : runAlone(pipelines.compile(name, { ...binding, ...more }), chunk);
    return async () => {
      const counts = { documents: 0, rejected: 0, dropped: 0 };
      for (const chunk of chunks) {
        const { documents, rejected, dropped } = await once(chunk);
        counts.documents += documents.length;
        counts.rejected += rejected.length;
        counts.dropped += dropped.length;
      }
      return counts;
    };
  };
  const whole = await round();
  const counts = await whole();
  const perLine = (await repeated(whole, duration)) / lines;
  const { probe, times } = stopwatch();
  const probed = await round({ probe });
  const quickest = new Map<Place, number>();
  const look = lookCost();
  await repeated(async () => {
    times.clear();
    await probed();
    for (const [place, { ms, calls }] of times) {
      const own = Math.max(0, ms - calls * look);
      quickest.set(place, Math.min(own, quickest.get(place) ?? Number.POSITIVE_INFINITY));
    }
  }, duration);
  const taken = [...quickest].map(([place, ms]) => ({ place, nanoseconds: (ms * 1e6) / lines }));
  const sum = taken.reduce((left, { nanoseconds }) => left + nanoseconds, 0);
  // By themselves they may take longer than together, where other programs take turns.
  const all = Math.max(perLine, sum);
  return {
    pipeline: name,
    lines,
    linesPerSecond: 1e9 / perLine,
    jsonLinesPerSecond: await jsonSpeed(measured),
    ...counts,
    stages: taken.map(({ place, nanoseconds }) => figuresOf(placeName(place, name), nanoseconds, all)),
    rest: figuresOf('events, ids, documents', all - sum, all),
  };
}

function figuresOf(stage: string, nanosecondsPerLine: number, whole: number): StageFigures {
  return { stage, nanosecondsPerLine, share: nanosecondsPerLine / whole };
}

type Lap = { ms: number; calls: number };

/** Adds up what each stage takes, conditions apart, and how often it was called. */
function stopwatch(): { readonly probe: Probe; readonly times: Map<Place, Lap> } {
  const times = new Map<Place, Lap>();
  const probe: Probe = {
    condition: (_place, matches) => matches,
    stage: (place, run) => (event) => {
      const start = performance.now();
      const result = run(event);
      const taken = performance.now() - start;
      const lap = times.get(place);
      if (lap === undefined) times.set(place, { ms: taken, calls: 1 });
      else {
        lap.ms += taken;
        lap.calls++;
      }
      return result;
    },
  };
  return { probe, times };
}

const LOOKS = 20_000;

/** What looking at the clock adds to what is measured by it, ms. */
function lookCost(): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round++) {
    let sum = 0;
    for (let look = 0; look < LOOKS; look++) sum -= performance.now() - performance.now();
    best = Math.min(best, sum / LOOKS);
  }
  return best;
}

async function jsonSpeed({ pipelines, name, chunks, binding, duration }: Measured): Promise<number> {
  const pipeline = pipelines.compile(name, binding);
  const texts: string[] = [];
  for (const chunk of chunks.slice(0, 20)) {
    const processed =
      pipeline.flow === undefined ? pipeline.run(chunk) : await runAlone(pipelines.compile(name, binding), chunk);
    texts.push(...processed.documents.map(({ document }) => closeDocument(document)));
  }
  if (texts.length === 0) return 0;
  const nanoseconds = await repeated(async () => {
    for (const text of texts) JSON.parse(text);
  }, duration / 3);
  return (1e9 * texts.length) / nanoseconds;
}

/** Shorter than this, the system's count of processor time says nothing, µs. */
const MEASURABLE = 20_000;

/** Processor time that the quickest of the rounds took, ns: other programs make a round slower, nothing makes it quicker. */
async function repeated(round: () => Promise<unknown>, duration: number): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  let together = 1;
  for (let spent = 0; spent < duration * 1000 || best === Number.POSITIVE_INFINITY; ) {
    const before = process.cpuUsage();
    for (let index = 0; index < together; index++) await round();
    const { user, system } = process.cpuUsage(before);
    spent += user + system;
    if (user + system < MEASURABLE) together *= 2;
    else best = Math.min(best, (user + system) / together);
  }
  return best * 1000;
}
