import type { LogFolder } from './log-folder.ts';
import type { LogWriter } from './log-writer.ts';
import type { DrillFile, Step } from './schedule.ts';

export type FileStep = Exclude<Extract<Step, { file: number }>, { do: 'seen' }>;

/** What happens to the logs: their writer and whoever rotates them, in the order of the schedule. */
export class FileSteps {
  readonly #files: readonly DrillFile[];
  readonly #logs: LogFolder;
  readonly #writer: LogWriter;
  /** Files whose writer has not noticed a rotation yet. */
  readonly #late = new Set<number>();

  constructor(files: readonly DrillFile[], logs: LogFolder, writer: LogWriter) {
    this.#files = files;
    this.#logs = logs;
    this.#writer = writer;
  }

  /** @returns false where there was nothing to do */
  async take(step: FileStep): Promise<boolean | undefined> {
    const { file } = step;
    const format = this.#files[file];
    if (format === undefined) return false;
    const log = this.#logs.log(file);
    switch (step.do) {
      case 'write':
        await this.#writer.lines(log, format, step.lines);
        return this.#comeBack(file);
      case 'half':
        await this.#writer.half(log, format);
        return;
      case 'bad':
        await this.#writer.bad(log, format, step.kind);
        return;
      case 'rename':
        if (!this.#logs.rename(file)) return false;
        this.#late.add(file);
        return step.late ? undefined : this.#comeBack(file);
      case 'copytruncate':
        return this.#logs.copyTruncate(file, step.inside);
      case 'gzip':
        await this.#comeBack(file);
        return this.#logs.gzip(file);
      case 'delete':
        return step.which === 'rotated' ? this.#logs.deleteOldest(file) : this.#deleteLive(file);
      case 'reuse':
        if (!(await this.#deleteLive(file))) return false;
        await this.#writer.lines(log, format, 1);
        return;
    }
  }

  /** Every half line gets its rest. */
  async finishHalves(): Promise<void> {
    for (const [file, format] of this.#files.entries()) await this.#writer.finishHalf(this.#logs.log(file), format);
  }

  async #deleteLive(file: number): Promise<boolean> {
    const isDeleted = this.#logs.deleteLive(file);
    this.#late.add(file);
    await this.#comeBack(file);
    return isDeleted;
  }

  /** The writer notices that its file was moved away: it ends its line there and opens the name again. */
  async #comeBack(file: number): Promise<undefined> {
    if (!this.#late.delete(file)) return;
    const log = this.#logs.log(file);
    await this.#writer.finishHalf(log, this.#files[file]!);
    await this.#writer.reopen(log);
  }
}
