import { keyOf, pathOfKey } from '../config/schema-check.ts';
import { LogmillError, type Where } from '../errors.ts';
import type { Event } from '../model/event.ts';
import type { PipelineDefinition, StageUse } from './definition.ts';
import { Jump } from './jump.ts';
import { type OnError, tolerant } from './on-error.ts';
import type { Place, Probe } from './probe.ts';
import { stageByName } from './registry.ts';
import {
  type BatchRunner,
  type MapRunner,
  optionFault,
  type StageContext,
  type StageResult,
  type StatefulRunner,
} from './stage.ts';
import { compileCondition } from './stages/condition/compile-condition.ts';
import { RUN_PIPELINE } from './stages/run-pipeline.ts';

/** A stage ready to run on one event after the other. */
export type MapStage = { readonly name: string; readonly run: (event: Event) => StageResult | Jump };

/** Stages ready to run, whose events come out later. */
export type StatefulStage = { readonly form: 'stateful'; readonly runner: StatefulRunner } & Held;
export type BatchStage = { readonly form: 'batch'; readonly lookUp: BatchRunner; readonly onError: OnError } & Held;
type Held = { readonly name: string; readonly matches: ((event: Event) => boolean) | undefined };

/** A stage ready to run. */
export type CompiledStage = MapStage | StatefulStage | BatchStage;

/** Whether the stages need no more than one event at a time. */
export function areMaps(stages: readonly CompiledStage[]): stages is readonly MapStage[] {
  return stages.every((stage) => 'run' in stage);
}

/** The pipeline of a name; throws LogmillError PIPELINE_UNKNOWN. */
export type FindPipeline = (name: string) => PipelineDefinition;

/** What holds for the stages of a pipeline that stands inside another one. */
type Block = {
  readonly onError: Exclude<OnError, 'reject'>;
  /** To its end. */
  readonly leave: Jump;
};

/**
 * Makes the runners of a pipeline for one source, with those of pipelines that it runs in their places. Everything costly
 * happens here. Throws LogmillError naming file and stage when an option cannot be used.
 */
export function compileStages(
  definition: PipelineDefinition,
  context: StageContext,
  find: FindPipeline,
  probe?: Probe,
): readonly CompiledStage[] {
  const compiled: CompiledStage[] = [];
  new Compiler(find, compiled, probe).add(definition, context, [definition.name], undefined);
  return compiled;
}

/** What is wrong with a use of another pipeline, that one's own faults included; throws it without its place. */
export function checkInline(
  definition: PipelineDefinition,
  index: number,
  context: StageContext,
  find: FindPipeline,
): void {
  const use = { ...definition.stages[index]!, when: undefined };
  new Compiler(find, []).inline(use, context, [definition.name], placeOf(definition, index));
}

function placeOf({ file, locate }: PipelineDefinition, index: number): Where {
  const path = ['stages', index, RUN_PIPELINE, 'name'];
  return locate?.(path) ?? { file, key: keyOf(path) };
}

class Compiler {
  readonly #find: FindPipeline;
  readonly #into: CompiledStage[];
  readonly #probe: Probe | undefined;

  constructor(find: FindPipeline, into: CompiledStage[], probe?: Probe) {
    this.#find = find;
    this.#into = into;
    this.#probe = probe;
  }

  /** @param callers names of the pipelines that this one stands in, itself last. */
  add(
    definition: PipelineDefinition,
    context: StageContext,
    callers: readonly string[],
    block: Block | undefined,
  ): void {
    for (const [index, use] of definition.stages.entries()) {
      try {
        if (use.stage === RUN_PIPELINE)
          this.inline(use, context, callers, placeOf(definition, index), block, this.#placed(definition, index));
        else this.#into.push(within(compileStage(use, context, this.#placed(definition, index)), block));
      } catch (error) {
        throw placed(error, definition, index, use);
      }
    }
  }

  /** @param at its place, for messages. */
  inline(
    use: StageUse,
    context: StageContext,
    callers: readonly string[],
    at: Where,
    outer?: Block,
    probe?: PlacedProbe,
  ): void {
    const { name, dataset } = use.options as { readonly name: string; readonly dataset?: string };
    const inner = this.#inner(name, callers, at);
    const leave = new Jump();
    if (use.when !== undefined)
      this.#into.push({ name: RUN_PIPELINE, run: guard(conditionOf(use.when, probe), leave) });
    const { onError = 'reject' } = use;
    const block = onError === 'reject' ? outer : { onError, leave };
    const isOwn = dataset === 'own';
    const innerContext = { ...context, files: context.files.of(inner.file) };
    this.add(inner, isOwn ? { ...innerContext, dataset: inner.dataset } : innerContext, [...callers, name], block);
    if (isOwn) this.#into.push({ name: RUN_PIPELINE, run: sendTo(inner.dataset) });
    leave.to = this.#into.length;
  }

  #placed({ name: pipeline, stages }: PipelineDefinition, index: number): PlacedProbe | undefined {
    return this.#probe && { probe: this.#probe, place: { pipeline, index, stage: stages[index]!.stage } };
  }

  #inner(name: string, callers: readonly string[], at: Where): PipelineDefinition {
    const first = callers.indexOf(name);
    if (first !== -1) {
      const way = [...callers.slice(first), name].join(' → ');
      throw new LogmillError('PIPELINE_CYCLE', { way }, at);
    }
    try {
      return this.#find(name);
    } catch (error) {
      if (!(error instanceof LogmillError)) throw error;
      throw optionFault('name', `names no pipeline there is: ${error.help}`);
    }
  }
}

function guard(matches: (event: Event) => boolean, leave: Jump): MapStage['run'] {
  return (event) => (matches(event) ? event : leave.with(event));
}

/** Unless one of its stages sent it elsewhere. */
function sendTo(dataset: string): MapRunner {
  return (event) => {
    if (event['data_stream.dataset'] === undefined) event['data_stream.dataset'] = dataset;
    return event;
  };
}

/** What a stage of the block rejects leaves the block, and goes on; of stages that hold events back it is a rejection. */
function within(stage: CompiledStage, block: Block | undefined): CompiledStage {
  if (block === undefined || !('run' in stage)) return stage;
  const run = stage.run as MapRunner;
  return { ...stage, run: tolerant(run, block.onError, RUN_PIPELINE, (event) => block.leave.with(event)) };
}

type PlacedProbe = { readonly probe: Probe; readonly place: Place };

function conditionOf(when: string, probed: PlacedProbe | undefined): (event: Event) => boolean {
  const matches = compileCondition(when);
  return probed === undefined ? matches : probed.probe.condition(probed.place, matches);
}

/** One stage alone, not one that runs a pipeline. Throws what its `create` throws. */
export function compileStage(use: StageUse, context: StageContext, probed?: PlacedProbe): CompiledStage {
  const { stage: name, options, when, onError = 'reject' } = use;
  const description = stageByName(name);
  if (description === undefined) throw new RangeError(`unknown stage ${name}`);
  const matches = when === undefined ? undefined : conditionOf(when, probed);
  if (description.form === 'stateful') {
    if (onError !== 'reject') throw optionFault('on_error', 'can only be reject: its events are not what they were');
    return { name, form: 'stateful', runner: description.create(options, context), matches };
  }
  if (description.form === 'batch') {
    return { name, form: 'batch', lookUp: description.create(options, context), onError, matches };
  }
  const run = probedRun(withOnError(description.create(options, context), use), probed);
  return matches === undefined ? { name, run } : { name, run: (event) => (matches(event) ? run(event) : event) };
}

function withOnError(run: MapRunner, { stage, options, onError = 'reject' }: StageUse): MapRunner {
  const { field } = options;
  return onError === 'reject'
    ? run
    : tolerant(run, onError, stage, same, typeof field === 'string' ? field : undefined);
}

function probedRun(run: MapRunner, probed: PlacedProbe | undefined): MapRunner {
  return probed === undefined ? run : probed.probe.stage(probed.place, run);
}

function same(event: Event): Event {
  return event;
}

/** A stage's error with the file, the line and the stage's place in it; any other error as it is. */
export function placed(error: unknown, definition: PipelineDefinition, index: number, { stage }: StageUse): unknown {
  if (!(error instanceof LogmillError)) return error;
  if (error.where.file !== undefined && error.code !== 'KQL_SYNTAX') return error;
  const option = error.where.key ?? 'when';
  const path = ['stages', index, stage, ...pathOfKey(option)];
  const detail = error.code === 'STAGE_OPTION' ? afterKey(error.message, option) : error.message;
  const where = definition.locate?.(path) ?? { file: definition.file, key: keyOf(path) };
  return new LogmillError('STAGE_OPTION', { key: where.key ?? keyOf(path), detail }, where, error);
}

/** The message of an option's fault without the name of the option. */
export function afterKey(message: string, key: string): string {
  return message.startsWith(`${key} `) ? message.slice(key.length + 1) : message;
}
