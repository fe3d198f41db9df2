import assert from 'node:assert/strict';
import { copyFileSync, existsSync, renameSync, truncateSync } from 'node:fs';
import { describe, type TestContext, test } from 'node:test';
import fc from 'fast-check';
import type { Multiline } from '../../../src/config/multiline.ts';
import type { InputConfig } from '../../../src/config/schema.ts';
import { documentId, type Line } from '../../../src/model/line.ts';
import { allIndexed } from '../rig.ts';
import { EventRig, JAVA } from './event-rig.ts';

const STEPS = [
  'write',
  'half',
  'look',
  'wait',
  'long wait',
  'acknowledge',
  'rename',
  'copytruncate',
  'restart',
  'crash',
] as const;
type Step = (typeof STEPS)[number];

/** What a program writes, and how its lines are joined. */
type Program = {
  readonly multiline: Multiline;
  readonly kindOf: (random: number) => string;
  /** Ends of lines that waited are not all written down: of a document with fewer lines the store gets the others. */
  readonly isCompleted?: boolean;
};

const TRACES = ['INFO event', 'ERROR event', 'java.lang.Error:', '\tat a.B.c(B.java:1)', '\tmore'];
const PROGRAMS: Readonly<Record<string, Program>> = {
  java: { multiline: JAVA, kindOf: (random) => (random < 0.4 ? 'INFO event' : '\tat line') },
  traces: {
    multiline: { mode: 'traces', max_lines: 500, timeout: '5s' },
    kindOf: (random) => TRACES[Math.floor(random * TRACES.length)]!,
    isCompleted: true,
  },
};

/** A program that writes events of several lines while its log is rotated and the agent stops or is killed. */
class EventDrill {
  readonly events: EventRig;
  readonly #random: () => number;
  readonly #program: Program;
  #number = 0;
  #rotations = 0;
  #half = '';

  constructor(t: TestContext, program: Program, random: () => number) {
    const input: Partial<InputConfig> = { multiline: program.multiline };
    this.#program = program;
    this.events = new EventRig(t, input, ['app.log', 'app.log.*']);
    this.#random = random;
    this.events.rig.acknowledging = false;
  }

  async run(steps: readonly Step[]): Promise<Map<string, Line>> {
    const { events } = this;
    events.rig.append('app.log', '');
    await events.start();
    for (const step of steps) {
      await this.#take(step);
      events.assertBalanced();
    }
    this.#write(this.#half === '' ? '' : 'end\n');
    await events.look();
    await events.untilRead();
    this.#acknowledge(1);
    const entries = events.rig.agent.files();
    assert.deepEqual(
      entries.map(({ unread, inFlight }) => unread + inFlight.bytes).filter((left) => left > 0),
      [],
    );
    await events.rig.stop();
    return this.#stored();
  }

  /** What a store holds that creates documents and never changes them. */
  #stored(): Map<string, Line> {
    const stored = new Map<string, Line>();
    const create = (line: Line) => {
      const known = stored.get(documentId(line));
      if (known === undefined) stored.set(documentId(line), line);
      else if (this.#program.isCompleted && known.waited !== undefined) line.after?.(known.waited).forEach(create);
    };
    this.events.rig.lines.forEach(create);
    return stored;
  }

  get numbers(): number[] {
    return Array.from({ length: this.#number }, (_, at) => at + 1);
  }

  async #take(step: Step): Promise<void> {
    const { rig } = this.events;
    if (step === 'write') for (let n = this.#random() * 4; n > 0; n--) this.#writeLine('\n');
    else if (step === 'half') this.#writeLine('');
    else if (step === 'look') await this.events.look();
    else if (step === 'wait') this.events.clock.pass(2000);
    else if (step === 'long wait') await this.events.settle();
    else if (step === 'acknowledge') this.#acknowledge(this.#random());
    else if (step === 'rename') await this.#rotate((from, to) => renameSync(from, to));
    else if (step === 'copytruncate') {
      await this.#rotate((from, to) => {
        copyFileSync(from, to);
        truncateSync(from);
      });
    } else {
      if (step === 'restart') await rig.stop();
      else await this.events.rig.crash();
      rig.chunks = [];
      await this.events.start();
    }
  }

  #writeLine(end: string): void {
    const kind = this.#program.kindOf(this.#random());
    this.#write(`${this.#half === '' ? `${kind} ` : ' '}<${++this.#number}>${end}`);
    this.#half = end === '' ? 'half' : '';
  }

  #write(text: string): void {
    this.events.rig.append('app.log', text);
  }

  /** The last finished name is free: rotation moves every file one further. */
  async #rotate(move: (from: string, to: string) => void): Promise<void> {
    const { rig } = this.events;
    // A line cut in two by rotation is two lines to anybody.
    if (this.#half !== '') this.#write('\n');
    this.#half = '';
    for (let n = this.#rotations; n > 0; n--) {
      if (existsSync(rig.file(`app.log.${n}`))) renameSync(rig.file(`app.log.${n}`), rig.file(`app.log.${n + 1}`));
    }
    this.#rotations++;
    if (existsSync(rig.file('app.log'))) move(rig.file('app.log'), rig.file('app.log.1'));
    rig.append('app.log', '');
    await this.events.look();
  }

  #acknowledge(share: number): void {
    const { rig } = this.events;
    const now = rig.chunks.filter(() => this.#random() <= share);
    rig.chunks = rig.chunks.filter((chunk) => !now.includes(chunk));
    for (const chunk of now) chunk.acknowledge(allIndexed(chunk));
  }
}

describe('any schedule of writing, rotation, waiting and kills', () => {
  for (const [mode, program] of Object.entries(PROGRAMS))
    test(`gives every line to exactly one event, with mode ${mode}`, async (t) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.constantFrom(...STEPS), { maxLength: 25 }),
          fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
          async (steps, randoms) => {
            const drill = new EventDrill(t, program, () => randoms.next().value as number);
            const stored = await drill.run(steps);
            const numbers = [...stored.values()].flatMap(({ text }) =>
              [...text.matchAll(/<(\d+)>/g)].map(([, n]) => Number(n)),
            );
            assert.deepEqual(
              numbers.sort((a, b) => a - b),
              drill.numbers,
            );
          },
        ),
        { numRuns: Number(process.env['EVENT_DRILLS'] ?? 30) },
      );
    });
});
