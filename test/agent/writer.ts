import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

const WRITER = fileURLToPath(new URL('fixture-writer.ts', import.meta.url));

/** The application of fixture-writer.ts, or another that says the same; `says` resolves at the next line of its output that matches. */
export class Writer {
  readonly child: ChildProcess;
  #output = '';

  constructor(t: TestContext, file: string, program = WRITER) {
    this.child = spawn(process.execPath, [program, file], { stdio: ['ignore', 'pipe', 'inherit'] });
    t.after(() => this.child.kill('SIGKILL'));
    this.child.stdout?.setEncoding('utf8').on('data', (part: string) => {
      this.#output += part;
    });
  }

  async says(pattern: RegExp): Promise<string> {
    for (;;) {
      const match = pattern.exec(this.#output);
      if (match !== null) {
        this.#output = this.#output.slice(match.index + match[0].length);
        return match[1] ?? match[0];
      }
      await once(this.child.stdout!, 'data');
    }
  }

  /** Some more lines are in the file. */
  async goesOn(): Promise<void> {
    this.#output = '';
    await this.says(/\d+\n\d+\n/);
  }

  async stop(): Promise<number> {
    this.child.kill('SIGTERM');
    return Number(await this.says(/all (\d+)\n/));
  }
}
