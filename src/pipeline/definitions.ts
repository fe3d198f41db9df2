import type { PipelineDefinition } from './definition.ts';
import { readShipped } from './read-definition.ts';

/** Pipelines by name. Those that only have a file are read when they are asked for. */
export class Definitions {
  readonly #known: Map<string, PipelineDefinition>;
  /** Paths by name. */
  readonly #unread: ReadonlyMap<string, string>;
  readonly names: readonly string[];

  constructor(known: ReadonlyMap<string, PipelineDefinition>, unread: ReadonlyMap<string, string> = new Map()) {
    this.#known = new Map(known);
    this.#unread = unread;
    this.names = [...new Set([...known.keys(), ...unread.keys()])].sort();
  }

  /** Throws LogmillError for a fault in a file that is read now. */
  get(name: string): PipelineDefinition | undefined {
    const known = this.#known.get(name);
    const file = this.#unread.get(name);
    if (known !== undefined || file === undefined) return known;
    const read = readShipped(file);
    this.#known.set(name, read);
    return read;
  }

  /** All of them, sorted by name. */
  all(): PipelineDefinition[] {
    return this.names.map((name) => this.get(name)!);
  }

  /** Those that have been read, sorted by name. */
  read(): PipelineDefinition[] {
    return this.names.flatMap((name) => this.#known.get(name) ?? []);
  }

  with(definition: PipelineDefinition): Definitions {
    return new Definitions(new Map(this.#known).set(definition.name, definition), this.#unread);
  }
}
