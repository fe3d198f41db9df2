import type { InputConfig } from '../config/schema.ts';
import { type Framer, type Framing, framingOf } from './framing/framer.ts';
import { FIRST_BYTES } from './head-lines.ts';
import type { ReaderContext } from './reader-context.ts';

/** The pipeline of one file or stream, by its input or by its first lines, and how that has its lines framed. */
export class PipelineChoice {
  readonly #input: InputConfig;
  readonly #context: Pick<ReaderContext, 'choosePipeline' | 'framed'>;
  #framed: InputConfig;
  #name: string | undefined;

  /** @param name the pipeline, where it is known. */
  constructor(
    input: InputConfig,
    context: Pick<ReaderContext, 'choosePipeline' | 'framed'>,
    name: string | undefined = input.pipeline,
  ) {
    this.#input = input;
    this.#context = context;
    this.#name = name;
    this.#framed = context.framed(input, name);
  }

  get isMade(): boolean {
    return this.#name !== undefined;
  }

  get framing(): Framing {
    return framingOf(this.#framed);
  }

  /**
   * Chooses as soon as a line has ended, because how the lines are framed may depend on it.
   * @param isAll no more bytes come.
   * @returns whether they are framed otherwise from now on.
   */
  tryFirst(path: string | undefined, framer: Framer, bytes: Buffer, isAll = false): boolean {
    if (!isAll && bytes.length < FIRST_BYTES && framer.lastEnd(bytes) === 0) return false;
    const before = this.#framed;
    this.#framed = this.#context.framed(this.#input, this.make(path, framer.firstLines(bytes)));
    return this.#framed !== before;
  }

  /** The name; chosen now where it was not yet. */
  make(path: string | undefined, firstLines: readonly string[]): string {
    this.#name ??= this.#context.choosePipeline(path, firstLines);
    return this.#name;
  }
}
