import { type Static, type TSchema, Type } from 'typebox';
import { type Multiline, MultilineSchema } from '../config/multiline.ts';
import type { Checked } from '../config/yaml-file.ts';
import { type Detect, DetectSchema } from './detect/signature.ts';
import { ON_ERROR, type OnError } from './on-error.ts';
import { STAGES } from './registry.ts';
import type { Stage } from './stage.ts';

const closed = { additionalProperties: false };

/** Fields of a document and their values; names dotted or nested, both come to the same. */
const fields = Type.Record(Type.String(), Type.Unknown());

export const PipelineTestSchema = Type.Object(
  {
    name: Type.String({ minLength: 1, description: 'a sentence about what the case shows' }),
    before: Type.Optional(
      Type.Array(Type.String(), { description: 'lines before it in the same source, of which nothing is asked' }),
    ),
    in: Type.String({ description: 'one line of a log; of an event of several lines all of them' }),
    out: Type.Optional({ ...fields, description: 'fields the document must have; null: must not be there' }),
    rejected: Type.Optional(
      Type.Object(
        {
          reason: Type.String({ minLength: 1, description: 'unparsable, invalid, or whatever its dead letter says' }),
          field: Type.Optional(Type.String({ description: 'the field at fault' })),
        },
        { ...closed, description: 'the line must be rejected for this reason' },
      ),
    ),
    dropped: Type.Optional(Type.String({ description: 'the line must be dropped by this rule' })),
    timezone: Type.Optional(Type.String({ description: 'zone of times that carry none, by default UTC' })),
    source_time: Type.Optional(
      Type.String({ description: 'ISO 8601; the anchor of times without a year, by default 2026-11-01' }),
    ),
  },
  closed,
);

const when = Type.String({ minLength: 1, description: 'KQL; events it does not match pass by this stage' });
const onError = Type.Enum([...ON_ERROR], {
  description:
    'what becomes of an event that the stage rejects: a dead letter (reject, by default), or it goes on as it was, tagged <stage>_failed (tag), without the field at fault (drop-field)',
});

/** One stage of a pipeline: its name with its options, of which `when` and `on_error` are understood for every stage. */
function stageSchema(stages: readonly Stage[]): TSchema {
  const names: Record<string, TSchema> = {};
  for (const { name, options } of stages) {
    const properties = (options as unknown as { properties?: Record<string, TSchema> }).properties ?? {};
    const own = { ...options, properties: { when, on_error: onError, ...properties } } as unknown as TSchema;
    names[name] = Type.Optional(own);
  }
  return Type.Object(names, { ...closed, minProperties: 1, maxProperties: 1 });
}

/** A pipeline file. */
export const PipelineSchema = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]*$', description: 'as inputs name it: <product>-<log>' }),
    summary: Type.String({ minLength: 1, description: 'what lines it reads' }),
    dataset: Type.String({
      pattern: '^[a-z0-9_]+(\\.[a-z0-9_]+)*$',
      description: 'event.dataset, and what stages put fields under that ECS has no name for',
    }),
    keep_original: Type.Boolean({ default: false, description: 'keep the line itself in event.original' }),
    multiline: Type.Optional({
      ...MultilineSchema,
      description: 'how lines of files it reads make events, where their input says nothing of it',
    }),
    detect: Type.Optional(DetectSchema),
    workers: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 64,
        description:
          'threads to run in, where an input says nothing of it; for heavy pipelines, by default none (0); not with stages that hold events back',
      }),
    ),
    stages: Type.Array(stageSchema(STAGES), { description: 'what touches a line, in order' }),
    tests: Type.Array(PipelineTestSchema, { default: [], description: 'cases for logmill pipeline test' }),
  },
  closed,
);

/** The same for a file in which no other stages stand than these: a schema of all takes a while to compile. */
export function pipelineSchema(stages: readonly Stage[]): typeof PipelineSchema {
  const properties = { ...PipelineSchema.properties, stages: Type.Array(stageSchema(stages)) };
  return Type.Object(properties, closed) as unknown as typeof PipelineSchema;
}

export type PipelineTest = Static<typeof PipelineTestSchema>;

/** A pipeline as its file says it, checked, with defaults filled in. */
export type PipelineDefinition = {
  readonly name: string;
  readonly summary: string;
  readonly dataset: string;
  readonly keep_original: boolean;
  /** How lines of files make events, where the input says nothing of it. */
  readonly multiline?: Multiline | undefined;
  /** How its lines and files are known; without it, it is used only by name. */
  readonly detect?: Detect | undefined;
  /** Threads to run in, where the input says nothing of it. */
  readonly workers?: number | undefined;
  readonly stages: readonly StageUse[];
  readonly tests: readonly PipelineTest[];
  /** Path of the file, for messages. */
  readonly file: string;
  /** The place of a value in the file; absent for a definition that is in no file. */
  readonly locate?: Checked<unknown>['locate'];
};

/**
 * One use of a stage: options with defaults filled in, without `on_error`, and without `when` unless the stage has it as
 * an option of its own.
 */
export type StageUse = {
  readonly stage: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly when: string | undefined;
  /** By default `reject`. */
  readonly onError?: OnError | undefined;
};
