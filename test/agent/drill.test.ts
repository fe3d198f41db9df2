import assert from 'node:assert/strict';
import { copyFileSync, existsSync, renameSync, rmSync, statSync, truncateSync, unlinkSync } from 'node:fs';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { InputConfig } from '../../src/config/schema.ts';
import { balances } from '../../src/model/ledger.ts';
import { allIndexed, fileInput, Rig } from './rig.ts';

const STEPS = [
  'write',
  'write half',
  'look',
  'a minute passes',
  'acknowledge some',
  'rename',
  'copytruncate',
  'truncate',
  'restart',
  'crash',
  'lose the state',
] as const;
type Step = (typeof STEPS)[number];

/** The log of a program, its rotation, and an agent that is stopped, killed and robbed of its state now and then. */
class Drill {
  readonly rig = new Rig();
  readonly #inputs: readonly InputConfig[];
  readonly #random: () => number;
  /** Every line with its place in the file it was written to. */
  readonly #written = new Map<string, { from: number; to: number }>();
  readonly #acknowledged = new Set<string>();
  #number = 0;
  #half = '';

  readonly #wide: boolean;
  /** The file at the log's path has been looked at. */
  #seen = false;

  constructor(wide: boolean, random: () => number) {
    this.#wide = wide;
    this.#inputs = [fileInput([this.rig.file(wide ? 'app.log*' : 'app.log')])];
    this.#random = random;
    this.rig.acknowledging = false;
  }

  async run(steps: readonly Step[]): Promise<void> {
    await this.rig.started(this.#inputs);
    for (const step of steps) {
      await this.#take(step);
      assert.ok(this.rig.agent.files().every(balances), `out of balance after ${step}`);
    }
    if (this.#half !== '') this.#writeLines(1);
    await this.rig.passMinute();
    this.#acknowledge(1);
    await this.rig.passMinute();
    this.#acknowledge(1);
    await this.rig.stop();
  }

  /**
   * Every line came out with one id only, whatever did not come out is covered by reported gaps, and no line that came
   * before was called one that cannot have.
   */
  verify(): void {
    const idsOf = new Map<string, Set<string>>();
    for (const { text, id } of this.rig.lines) idsOf.set(text, (idsOf.get(text) ?? new Set()).add(id));
    // What was only handed out may have got lost with the process: it must have come again.
    for (const text of idsOf.keys()) if (!this.#acknowledged.has(text)) idsOf.delete(text);
    const gaps = this.rig.said.filter(({ from }) => from !== undefined) as unknown as { from: number; to: number }[];
    for (const [line, { from, to }] of this.#written) {
      const ids = idsOf.get(line);
      const isReported = gaps.some((gap) => gap.from <= from && to <= gap.to);
      if (ids === undefined) assert.ok(isReported, `missing and not reported: ${line}`);
      else assert.equal(ids.size, 1, `${line} has ${ids.size} ids`);
    }
    for (const text of this.rig.texts()) assert.ok(this.#written.has(text), `never written: ${text}`);
    const before = new Set<string>();
    for (const { id, text, isNew } of this.rig.lines) {
      assert.ok(!isNew || !before.has(id), `came again and was called new: ${text}`);
      before.add(id);
    }
  }

  async #take(step: Step): Promise<void> {
    const log = this.rig.file('app.log');
    if (step === 'write') this.#writeLines(1 + Math.floor(this.#random() * 40));
    else if (step === 'write half') this.#writeHalf();
    else if (step === 'look') await this.#look();
    else if (step === 'a minute passes') await this.rig.passMinute();
    else if (step === 'acknowledge some') this.#acknowledge(0.5);
    else if (step === 'rename') await this.#rename(log);
    else if (step === 'copytruncate') await this.#copyTruncate(log);
    else if (step === 'truncate') await this.#truncate(log);
    else if (step === 'restart') await this.#restart(() => this.rig.stop());
    else if (step === 'crash') await this.#restart(() => this.#crash());
    else
      await this.#restart(async () => {
        this.#acknowledge(1);
        await this.rig.stop();
        rmSync(this.rig.file('state'), { recursive: true, force: true });
      });
  }

  #writeLines(count: number): void {
    for (let n = 0; n < count; n++) {
      const line = `${this.#half}line ${++this.#number} ${'x'.repeat(Math.floor(this.#random() * 60))}`;
      const from = (statSync(this.rig.file('app.log'), { throwIfNoEntry: false })?.size ?? 0) - this.#half.length;
      this.#written.set(line, { from, to: from + line.length + 1 });
      this.#write(`${line.slice(this.#half.length)}\n`);
      this.#half = '';
    }
  }

  #writeHalf(): void {
    if (this.#half !== '') return;
    this.#half = `half ${++this.#number} `;
    this.#write(this.#half);
  }

  #write(text: string): void {
    if (!existsSync(this.rig.file('app.log'))) this.#seen = false;
    this.rig.append('app.log', text);
  }

  async #look(): Promise<void> {
    this.#seen = true;
    await this.rig.agent.look();
  }

  #acknowledge(part: number): void {
    const { chunks } = this.rig;
    this.rig.chunks = chunks.filter((chunk) => {
      if (this.#random() >= part) return true;
      chunk.acknowledge(allIndexed(chunk));
      for (const { text } of chunk.lines) this.#acknowledged.add(text);
      return false;
    });
  }

  /** logrotate's create: a writer reopens at a line's end. The rest of the old file stays where no pattern may reach. */
  async #rename(log: string): Promise<void> {
    if (!existsSync(log)) return;
    if (this.#half !== '') this.#writeLines(1);
    if (!this.#wide && !this.#seen) await this.#look();
    for (let n = 3; n >= 1; n--) if (existsSync(`${log}.${n}`)) renameSync(`${log}.${n}`, `${log}.${n + 1}`);
    if (existsSync(`${log}.4`)) {
      await this.#look();
      this.#acknowledge(1);
      await this.rig.agent.look();
      unlinkSync(`${log}.4`);
    }
    renameSync(log, `${log}.1`);
  }

  async #copyTruncate(log: string): Promise<void> {
    if (!existsSync(log)) return;
    if (this.#half !== '') this.#writeLines(1);
    if (existsSync(`${log}.9`)) unlinkSync(`${log}.9`);
    copyFileSync(log, `${log}.9`);
    await this.#look();
    truncateSync(log, 0);
    // logrotate's writer pauses: what it writes is first seen after the truncation.
    await this.#look();
  }

  async #truncate(log: string): Promise<void> {
    if (!existsSync(log) || statSync(log).size === 0) return;
    if (this.#half !== '') this.#writeLines(1);
    await this.#look();
    truncateSync(log, 0);
    await this.#look();
  }

  /** What is in flight is lost with the process; the checkpoint has what was acknowledged. */
  async #restart(end: () => Promise<void>): Promise<void> {
    // With one name only, what was renamed out of sight is known from the checkpoint alone: let that have happened.
    if (!this.#wide) await this.#look();
    await end();
    this.rig.chunks = [];
    await this.rig.started(this.#inputs);
  }

  /** What was acknowledged since the last save is forgotten: those lines come again. */
  async #crash(): Promise<void> {
    this.#acknowledge(1);
    await this.rig.crash();
  }
}

describe('drill', () => {
  for (const wide of [true, false]) {
    test(`any schedule of writing, rotation and restarts loses nothing unsaid (${wide ? 'rotated files match too' : 'one file'})`, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.constantFrom(...STEPS), { minLength: 3, maxLength: 30 }),
          fc.integer(),
          async (steps, seed) => {
            const drill = new Drill(wide, mulberry(seed));
            try {
              await drill.run(steps);
              drill.verify();
            } finally {
              drill.rig.dispose();
            }
          },
        ),
        { numRuns: Number(process.env['DRILL_RUNS'] ?? 40), seed: Number(process.env['DRILL_SEED'] ?? 20261121) },
      );
    });
  }
});

function mulberry(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
