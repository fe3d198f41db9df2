import { Random } from './random.ts';
import type { DrillFile, Schedule, Step, StoreFault } from './schedule.ts';

const STEPS_MIN = 12;
const STEPS_MAX = 30;
/** Starts cost most of a seed's time. */
const RESTARTS = 2;
const HOUR_MS = 3_600_000;

const STORE_FAULTS: readonly (readonly [StoreFault, number])[] = [
  ['down', 2],
  ['slow', 1],
  ['busy', 2],
  ['away', 2],
  ['too large', 2],
  ['items busy', 2],
  ['read-only', 2],
  ['lost', 3],
  ['lost and rolled over', 3],
  ['silent', 1],
  ['garbage', 1],
];

/** These spoil the answers to a few bulks only: there must be some. */
const SPOILING: ReadonlySet<StoreFault> = new Set(['lost', 'lost and rolled over', 'silent', 'garbage']);

/** The schedule of a seed: random, and always the same. */
export function generateSchedule(seed: number): Schedule {
  return new Generator(new Random(seed)).schedule(seed);
}

class Generator {
  readonly #random: Random;
  readonly #files: DrillFile[];
  readonly #steps: Step[] = [];
  #isUp = false;
  #restarts = 0;
  #storeFault: StoreFault = 'none';
  #isFull = false;
  #isKept = false;

  constructor(random: Random) {
    this.#random = random;
    this.#files = Array.from({ length: random.whole(1, 3) }, () => ({
      format: random.pick(['json', 'json', 'plain', 'events'] as const),
      reads: random.pick(['log', 'rotated', 'compressed', 'compressed'] as const),
      append: random.chance(0.85),
    }));
  }

  schedule(seed: number): Schedule {
    const random = this.#random;
    const length = random.whole(STEPS_MIN, STEPS_MAX);
    this.#write();
    if (random.chance(0.5)) this.#write();
    this.#start();
    while (this.#steps.length < length) this.#next();
    return {
      seed,
      files: this.#files,
      in_flight: random.pick(['32MB', '32MB', '64KB', '20KB']),
      finish: this.#isUp && random.chance(0.6) ? 'running' : 'once',
      steps: this.#steps,
    };
  }

  #next(): void {
    const make = this.#random.weighted<() => void>([
      [() => this.#write(), 10],
      [() => this.#steps.push({ do: 'half', file: this.#file() }), 2],
      [() => this.#bad(), 2],
      [() => this.#steps.push({ do: 'pause', ms: this.#random.whole(5, 120) }), 4],
      [() => this.#settle(), 2],
      [() => this.#rotate(), 8],
      [() => this.#agent(), 5],
      [() => this.#store(), 6],
      [() => this.#disk(), 1],
      [() => this.#steps.push({ do: 'roll over' }), 0.7],
      [() => this.#steps.push({ do: 'kill store' }), 0.15],
    ]);
    make();
  }

  #file(): number {
    return this.#random.whole(0, this.#files.length - 1);
  }

  #write(): void {
    const lines = this.#random.weighted([
      [this.#random.whole(1, 5), 3],
      [this.#random.whole(10, 60), 5],
      [this.#random.whole(100, 300), 1],
    ]);
    this.#steps.push({ do: 'write', file: this.#file(), lines });
  }

  #bad(): void {
    this.#steps.push({
      do: 'bad',
      file: this.#file(),
      kind: this.#random.pick(['unparsable', 'refused', 'poison', 'long'] as const),
    });
  }

  #settle(): void {
    if (this.#isUp && this.#storeFault === 'none') this.#steps.push({ do: 'settle' });
  }

  #rotate(): void {
    const random = this.#random;
    const file = this.#file();
    const step = random.weighted<Step>([
      [{ do: 'rename', file, late: random.chance(0.4) }, 6],
      [{ do: 'copytruncate', file, inside: random.chance(0.5) }, 5],
      [{ do: 'gzip', file }, 4],
      [{ do: 'delete', file, which: random.pick(['live', 'rotated'] as const) }, 4],
      [{ do: 'reuse', file }, 3],
    ]);
    const isHarmless =
      step.do === 'rename' || (step.do === 'copytruncate' && step.inside && this.#files[file]!.reads !== 'log');
    // Of what goes away while no agent runs little can be said.
    if (!isHarmless && !this.#isUp && random.chance(0.7)) return;
    if (!isHarmless && this.#isUp) this.#witness(file);
    this.#steps.push(step);
    if (random.chance(0.7)) this.#steps.push({ do: 'write', file, lines: random.whole(1, 20) });
  }

  /** What takes bytes away for good mostly comes when the agent knows of them: only then it can say what is lost. */
  #witness(file: number): void {
    if (this.#random.chance(0.15)) return;
    const isCutOff = this.#storeFault === 'none' && this.#random.chance(0.35);
    if (isCutOff) {
      this.#steps.push({ do: 'seen', file });
      this.#storeFault = this.#random.pick(['down', 'busy', 'away', 'read-only'] as const);
      this.#steps.push(
        { do: 'store', fault: this.#storeFault },
        { do: 'write', file, lines: this.#random.whole(2, 60) },
      );
    }
    this.#steps.push({ do: 'seen', file });
    if (isCutOff && this.#random.chance(0.5)) this.#end();
  }

  #agent(): void {
    if (!this.#isUp) {
      this.#start();
      return;
    }
    // What is sent again then must be found in an older index.
    if (this.#random.chance(0.3)) this.#steps.push({ do: 'settle' }, { do: 'roll over' });
    if (!this.#end()) return;
    if (!this.#random.chance(0.5)) return;
    const fault = this.#random.pick(['cut', 'zeroed', 'deleted', 'older'] as const);
    this.#steps.push({ do: 'state', fault: fault === 'older' && !this.#isKept ? 'cut' : fault });
  }

  #end(): boolean {
    if (this.#restarts >= RESTARTS) return false;
    this.#restarts++;
    this.#isUp = false;
    this.#steps.push({ do: this.#random.pick(['kill', 'kill', 'stop'] as const) });
    return true;
  }

  #start(): void {
    const random = this.#random;
    const jump = random.chance(0.2) ? random.pick([-1, 1]) * random.whole(1000, 26 * HOUR_MS) : 0;
    this.#steps.push({ do: 'start', jump, wait: random.chance(0.75) });
    this.#isUp = true;
    if (random.chance(0.3)) this.#steps.push({ do: 'pause', ms: random.whole(100, 1000) });
    if (this.#storeFault === 'none' && random.chance(0.3)) {
      this.#steps.push({ do: 'settle' }, { do: 'keep state' });
      this.#isKept = true;
    }
  }

  #store(): void {
    const isFaulty = this.#storeFault !== 'none';
    this.#storeFault = isFaulty ? 'none' : this.#random.weighted(STORE_FAULTS);
    this.#steps.push({ do: 'store', fault: this.#storeFault });
    if (!isFaulty && this.#isUp && SPOILING.has(this.#storeFault)) {
      this.#write();
      this.#steps.push({ do: 'pause', ms: this.#random.whole(200, 800) });
    }
  }

  #disk(): void {
    this.#isFull = !this.#isFull;
    this.#steps.push({ do: 'disk', full: this.#isFull });
  }
}
