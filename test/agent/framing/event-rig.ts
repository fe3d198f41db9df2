import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { InputConfig } from '../../../src/config/schema.ts';
import { balances } from '../../../src/model/ledger.ts';
import { fileInput, Rig } from '../rig.ts';
import { ManualClock } from './manual-clock.ts';

export const JAVA = { mode: 'java', max_lines: 500, timeout: '5s' } as const;

/** A rig whose clock only goes on when told. */
export class EventRig {
  readonly rig = new Rig();
  readonly clock = new ManualClock();
  readonly inputs: InputConfig[];

  constructor(
    t: TestContext,
    more: Partial<InputConfig> = { multiline: JAVA },
    names: readonly string[] = ['app.log'],
  ) {
    t.after(() => this.rig.dispose());
    this.inputs = [
      fileInput(
        names.map((name) => this.rig.file(name)),
        more,
      ),
    ];
  }

  async start(): Promise<void> {
    await this.rig.started(this.inputs, { clock: this.clock });
  }

  async look(): Promise<void> {
    await this.rig.agent.look();
    this.assertBalanced();
  }

  /** Lets the agent find and read what is there, while no time passes by which an event could end. */
  async readOn(): Promise<void> {
    for (let round = 0; round < 30; round++) {
      await pause(5);
      await this.look();
    }
  }

  /** Lets time pass until so many lines have come, or none come any more; what is there is read before, however busy the machine. */
  async until(lines: number): Promise<void> {
    for (let round = 0; round < 200 && this.rig.lines.length < lines; round++) {
      await this.rig.agent.look();
      this.clock.pass(1000);
      await pause(5);
      this.assertBalanced();
    }
  }

  /** Lets time pass until nothing comes any more: no event waits longer than that. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 12; ) {
      const before = this.rig.lines.length;
      this.clock.pass(1000);
      await pause(2);
      await this.rig.agent.look();
      quiet = this.rig.lines.length === before ? quiet + 1 : 0;
    }
  }

  /** Lets time pass until everything is read and nothing waits. */
  async untilRead(): Promise<void> {
    for (let round = 0; round < 1000; round++) {
      await this.settle();
      if (this.rig.agent.files().every(({ unread }) => unread === 0)) break;
    }
  }

  assertBalanced(): void {
    for (const entry of this.rig.agent.files()) assert.ok(balances(entry), JSON.stringify(entry));
  }
}
