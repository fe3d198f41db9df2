import type { Agent } from './agent/agent.ts';
import { HandOver } from './agent/network.ts';
import type { Config } from './config/schema.ts';
import type { Delivery } from './delivery/delivery.ts';
import { type MainLine, type MainLineOptions, startMainLine } from './main-line.ts';
import type { Pipelines } from './pipeline/pipelines.ts';

/** How long a line that is replaced may take to have acknowledged what it read; the next one reads the rest again, ms. */
const DRAIN_MS = 10_000;

/**
 * A main line that can be given another configuration while it runs. The old line is stopped as at the end of the process,
 * its checkpoint saved, and a new one begins where that ends: no line is lost, and the ids see to it that none is doubled.
 * Inputs that others send to and that stay as they are listen all the while.
 */
export class ReloadableLine implements MainLine {
  readonly #start: (options: MainLineOptions) => MainLine;
  readonly #ended = Promise.withResolvers<void>();
  readonly #handOver = new HandOver();
  #options: MainLineOptions;
  #line: MainLine;
  /** The books of the line before are shown until the next one has opened its own. */
  #shown: Agent;
  #replacing: Promise<void> = Promise.resolve();
  #stopped = false;
  readonly agent: Agent;

  /** @param start for tests. */
  constructor(options: MainLineOptions, start: (options: MainLineOptions) => MainLine = startMainLine) {
    this.#options = { ...options, handOver: this.#handOver };
    this.#start = start;
    // It may end before anybody waits for that: a store may refuse at once what it is asked for first.
    this.#ended.promise.catch(() => {});
    this.#line = this.#follow(start(this.#options));
    this.#shown = this.#line.agent;
    this.agent = this.#agent();
  }

  get delivery(): Delivery {
    return this.#line.delivery;
  }

  get done(): Promise<void> {
    return this.#ended.promise;
  }

  /**
   * Goes on under another configuration; what it says of store, data folder and host must be as before.
   * @param storeReady nothing is delivered under it before that resolves.
   */
  replace(config: Config, pipelines: Pipelines, storeReady: Promise<void>): Promise<void> {
    this.#replacing = this.#replacing.then(() => this.#replace(config, pipelines, storeReady));
    return this.#replacing;
  }

  async stop(deadlineMs: number): Promise<void> {
    this.#stopped = true;
    await this.#replacing;
    await this.#line.stop(deadlineMs);
    this.#ended.resolve();
    await this.done;
  }

  async #replace(config: Config, pipelines: Pipelines, storeReady: Promise<void>): Promise<void> {
    if (this.#stopped) return;
    const before = this.#line;
    this.#handOver.expect(config.inputs);
    try {
      await before.stop(DRAIN_MS);
    } catch (error) {
      await this.#handOver.end();
      this.#ended.reject(error);
      return;
    }
    this.#options = { ...this.#options, config, pipelines, storeReady };
    this.#line = this.#follow(this.#start(this.#options));
  }

  /** Its end is the end of all, unless it was replaced. */
  #follow(line: MainLine): MainLine {
    line.done.then(
      () => {
        // A line that is replaced ends by its `stop`, before the next one stands in its place.
        if (this.#options.once) this.#ended.resolve();
      },
      (error: unknown) => this.#ended.reject(error),
    );
    return line;
  }

  #agent(): Agent {
    const now = async () => {
      await this.#replacing;
      return this.#line.agent;
    };
    return {
      chunks: () => this.#line.agent.chunks(),
      files: () => this.#books().files(),
      status: () => this.#books().status(),
      settledOnce: async () => (await now()).settledOnce(),
      look: async () => (await now()).look(),
      receive: async (input, parcel) => (await now()).receive(input, parcel),
      stopReceiving: () => this.#line.agent.stopReceiving(),
      isAcknowledged: (file) => this.#line.agent.isAcknowledged(file),
      stop: async (deadlineMs) => (await now()).stop(deadlineMs),
    };
  }

  #books(): Agent {
    const { agent } = this.#line;
    if (this.#shown !== agent && agent.files().length > 0) this.#shown = agent;
    return this.#shown;
  }
}
