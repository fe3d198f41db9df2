import { closeDocument } from '../../model/document-writer.ts';
import type { JsonValue } from '../../model/event.ts';
import type { Line } from '../../model/line.ts';
import type { PipelineDefinition } from '../definition.ts';
import type { CompiledPipeline, Pipelines } from '../pipelines.ts';
import { stageByName } from '../registry.ts';
import { parseObject } from '../stages/json/parse.ts';
import { chunkOf, type FrameText } from '../testing.ts';

/** What became of the first lines in a pipeline. */
export type Trial = {
  /** Share of their events that it did not reject; 1 where there is none. */
  readonly parsed: number;
  /** The document of the first event that became one. */
  readonly sample: Readonly<Record<string, JsonValue>> | undefined;
};

/** Pipelines ready to be tried: to make one ready costs more than to try it. */
export class Trials {
  readonly #pipelines: Pipelines;
  readonly #frame: FrameText | undefined;
  readonly #compiled = new Map<string, CompiledPipeline>();
  #lines: readonly string[] = [];

  constructor(pipelines: Pipelines, frame: FrameText | undefined) {
    this.#pipelines = pipelines;
    this.#frame = frame;
  }

  /** Sends lines through a pipeline, as far as its stages need no memory of others and look nothing up. */
  run(name: string, path: string | undefined, lines: readonly string[]): Trial {
    this.#lines = lines;
    const definition = this.#pipelines.get(name);
    const events = eventsOf(lines, definition, this.#frame, path);
    const compiled = this.#compiled.get(name) ?? this.#compile(definition);
    this.#compiled.set(name, compiled);
    if (compiled.flow !== undefined || events.length === 0) return { parsed: 1, sample: undefined };
    const { documents, rejected } = compiled.run({ ...chunkOf([], name, path), lines: events });
    const rejectedLines = new Set(rejected.map(({ line }) => line));
    if (rejectedLines.size === 1 && events.length === 1 && isCutObject(events[0]!.text, lines)) {
      return { parsed: 1, sample: undefined };
    }
    const [first] = documents;
    return {
      parsed: 1 - rejectedLines.size / events.length,
      sample: first === undefined ? undefined : JSON.parse(closeDocument(first.document)),
    };
  }

  #compile(definition: PipelineDefinition): CompiledPipeline {
    return this.#pipelines.with(onlyMaps(definition)).compile(definition.name, {
      input: { name: 'detect' },
      namespace: 'default',
      host: { id: 'detect', name: 'detect' },
      timezone: 'UTC',
      sourceTime: Date.now,
      head: () => this.#lines,
      // Stages that keep a header by its source must not take it for that of the next file.
      source: () => this.#lines,
    });
  }
}

/** An object printed over more lines than are looked at: how it goes on nobody knows, and its beginning tells its kind. */
function isCutObject(text: string, lines: readonly string[]): boolean {
  return lines.length > 1 && text.startsWith('{') && parseObject(text) === undefined;
}

function eventsOf(
  lines: readonly string[],
  { name, multiline }: PipelineDefinition,
  frame: FrameText | undefined,
  path: string | undefined,
): readonly Line[] {
  if (multiline === undefined || frame === undefined) return chunkOf(lines, name, path).lines;
  return frame(lines.join('\n'), multiline);
}

function onlyMaps(definition: PipelineDefinition): PipelineDefinition {
  const stages = definition.stages.filter(({ stage }) => {
    const form = stageByName(stage)?.form;
    return form === 'map' || form === 'inline';
  });
  return { ...definition, stages };
}
