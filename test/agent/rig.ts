import { appendFileSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { type Agent, type AgentOptions, startAgent } from '../../src/agent/agent.ts';
import type { InputConfig } from '../../src/config/schema.ts';
import { emptyTally, type Tally } from '../../src/model/ledger.ts';
import { type Chunk, documentId, type Line } from '../../src/model/line.ts';
import { createTelemetry } from '../../src/telemetry.ts';

export function fileInput(files: readonly string[], more: Partial<InputConfig> = {}): InputConfig {
  return {
    name: 'app',
    files: [...files],
    start: 'beginning',
    encoding: 'utf-8',
    max_line_bytes: '1MB',
    pipeline: 'json',
    ...more,
  };
}

/** What became of a chunk whose lines were all indexed. */
export function allIndexed(chunk: Chunk): Tally {
  const tally = emptyTally();
  const { merged = { lines: 0, bytes: 0 } } = chunk;
  const bytes = chunk.lines.reduce((sum, line) => sum + line.bytes, 0);
  tally.indexed = { lines: chunk.lines.length, bytes: bytes - merged.bytes };
  tally.merged = { ...merged };
  tally.skipped = { ...chunk.skipped };
  return tally;
}

/** Settles a chunk whose lines were all indexed. */
export function acknowledge(chunk: Chunk): void {
  for (const line of chunk.lines.keys()) chunk.observer?.settled(line, 'indexed');
  chunk.acknowledge(allIndexed(chunk));
}

/** A folder of logs and an agent on it that only looks when told; it may be stopped, killed and started again. */
export class Rig {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'logmill-agent-'));
  readonly telemetry = createTelemetry();
  /** What the agent said: level and message, with file and reason where given. */
  readonly said: { level: number; msg: string; file?: string; from?: number; to?: number }[] = [];
  /** Everything received, by all agents of this rig; `isNew` where its source says that it cannot have been sent before. */
  readonly lines: (Line & { id: string; path: string | undefined; isNew: boolean })[] = [];
  /** Received and not acknowledged. */
  chunks: Chunk[] = [];
  acknowledging = true;
  #passed = 0;
  #agent: Agent | undefined;
  #reading: Promise<void> = Promise.resolve();

  get agent(): Agent {
    if (this.#agent === undefined) throw new Error('not started');
    return this.#agent;
  }

  file(name: string): string {
    return path.join(this.folder, name);
  }

  append(name: string, content: string | Buffer): void {
    appendFileSync(this.file(name), content);
  }

  options(inputs: readonly InputConfig[], more: Partial<AgentOptions> = {}): AgentOptions {
    const log = pino({ level: 'info' }, { write: (line: string) => void this.said.push(JSON.parse(line)) });
    return {
      inputs,
      stateFolder: this.file('state'),
      host: { id: 'host' },
      inFlightBytes: 32 * 1024 * 1024,
      once: false,
      watch: false,
      choosePipeline: () => 'plain-text',
      telemetry: this.telemetry,
      log,
      clock: {
        now: () => Date.now() + this.#passed,
        steady: () => performance.now() + this.#passed,
        after: () => () => {},
      },
      ...more,
    };
  }

  start(inputs: readonly InputConfig[] = [fileInput([this.file('app.log')])], more: Partial<AgentOptions> = {}): void {
    this.#agent = startAgent(this.options(inputs, more));
    this.#reading = this.#consume(this.#agent);
  }

  /** Starts, and has read everything there is. */
  async started(inputs?: readonly InputConfig[], more?: Partial<AgentOptions>): Promise<void> {
    this.start(inputs, more);
    await this.agent.look();
  }

  /** Reads everything once and stops. */
  async once(inputs?: readonly InputConfig[], more: Partial<AgentOptions> = {}): Promise<void> {
    this.start(inputs, { ...more, once: true });
    await this.#reading;
    await this.stop();
  }

  async stop(): Promise<void> {
    await this.agent.stop();
    await this.#reading;
  }

  /** The end of a killed agent: its state is what was written down before. */
  async crash(): Promise<void> {
    const { stateFolder } = this.options([]);
    const before = `${stateFolder}.before`;
    rmSync(before, { recursive: true, force: true });
    if (existsSync(stateFolder)) renameSync(stateFolder, before);
    await this.stop();
    rmSync(stateFolder, { recursive: true, force: true });
    if (existsSync(before)) renameSync(before, stateFolder);
  }

  /** Lets a minute pass, for files to be given up that are gone; nothing happens by itself meanwhile. */
  async passMinute(): Promise<void> {
    await this.agent.look();
    this.#passed += 60_000;
    await this.agent.look();
  }

  /** Appends and reads. */
  async appendAndLook(name: string, content: string | Buffer): Promise<void> {
    this.append(name, content);
    await this.agent.look();
  }

  texts(): string[] {
    return this.lines.map(({ text }) => text);
  }

  ids(): string[] {
    return this.lines.map(({ id }) => id);
  }

  /** What was said about trouble. */
  troubles(): string[] {
    return this.said.filter(({ level }) => level >= 40).map(({ msg }) => msg);
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #consume(agent: Agent): Promise<void> {
    for await (const chunk of agent.chunks()) {
      const { path: file, seenUntil = Number.POSITIVE_INFINITY } = chunk.source;
      const isNew = chunk.start >= seenUntil;
      for (const line of chunk.lines) this.lines.push({ ...line, id: documentId(line), path: file, isNew });
      if (this.acknowledging) acknowledge(chunk);
      else this.chunks.push(chunk);
    }
  }
}
