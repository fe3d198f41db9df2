import { type Static, type TSchema, Type } from 'typebox';

const closed = { additionalProperties: false };
const step = <const Name extends string, Properties extends Record<string, TSchema>>(
  name: Name,
  properties: Properties,
  description: string,
) => Type.Object({ do: Type.Literal(name), ...properties }, { ...closed, description });
const words = <const Words extends readonly string[]>(...list: Words) => Type.Enum([...list] as [...Words]);
const file = Type.Integer({ minimum: 0, maximum: 9, description: 'which of the schedule’s files' });

/** What the way to the store does to requests until the next such step. */
export const StoreFault = words(
  'none',
  'down',
  'slow',
  'busy',
  'away',
  'too large',
  'items busy',
  'read-only',
  'lost',
  'lost and rolled over',
  'silent',
  'garbage',
);
export type StoreFault = Static<typeof StoreFault>;

export const Step = Type.Union([
  step('write', { file, lines: Type.Integer({ minimum: 1, maximum: 1000 }) }, 'whole lines, in several writes'),
  step('half', { file }, 'the first part of a line; the rest comes with the next write'),
  step(
    'bad',
    { file, kind: words('unparsable', 'refused', 'poison', 'long') },
    'a line that must become a dead letter',
  ),
  step('pause', { ms: Type.Integer({ minimum: 1, maximum: 10_000 }) }, 'nothing happens'),
  step('settle', {}, 'waits a while for everything written to be in the store'),
  step('seen', { file }, 'waits a while for the agent to have noted on disk how long the log is'),
  step('rename', { file, late: Type.Boolean() }, 'rotation; `late`: the writer goes on in the old file for some lines'),
  step('copytruncate', { file, inside: Type.Boolean() }, 'rotation; `inside`: the copy has a name that is read'),
  step('gzip', { file }, 'compresses the newest rotated file'),
  step('delete', { file, which: words('live', 'rotated') }, 'deletes the log, or its oldest rotated file'),
  step('reuse', { file }, 'deletes the log and makes a new file, with the same inode where the file system does that'),
  step(
    'start',
    {
      jump: Type.Integer({ description: 'the clock jumps by so many ms once the agent runs' }),
      wait: Type.Boolean({ description: 'until it has begun to read' }),
    },
    'starts the agent',
  ),
  step('kill', {}, 'kill -9 of the agent'),
  step('stop', {}, 'SIGTERM, and kill -9 for one that takes longer than a second'),
  step('state', { fault: words('cut', 'zeroed', 'deleted', 'older') }, 'damages the state of the stopped agent'),
  step('keep state', {}, 'copies the state, for `older` to restore'),
  step('disk', { full: Type.Boolean() }, 'the state folder’s file system fills up, or has space again'),
  step('store', { fault: StoreFault }, 'how the store answers from now on'),
  step('roll over', {}, 'new backing indices for all streams'),
  step('kill store', {}, 'kill -9 of the embedded store, and a new start'),
]);
export type Step = Static<typeof Step>;

/** `events` are of several lines. `reads`: the log alone, its rotated files too, or these also when they are compressed. */
export const DrillFile = Type.Object(
  {
    format: words('json', 'plain', 'events'),
    reads: words('log', 'rotated', 'compressed'),
    append: Type.Boolean({ description: 'false: the writer keeps its place, and a truncation leaves a hole' }),
  },
  closed,
);
export type DrillFile = Static<typeof DrillFile>;

/** All that happens in one seed. Written and read as JSON. */
export const Schedule = Type.Object(
  {
    seed: Type.Integer(),
    files: Type.Array(DrillFile, { minItems: 1, maxItems: 10 }),
    in_flight: Type.String({ description: 'budget of the agent; small ones make it wait' }),
    finish: words('running', 'once'),
    steps: Type.Array(Step),
  },
  closed,
);
export type Schedule = Static<typeof Schedule>;
