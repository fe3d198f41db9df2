import { type Static, Type } from 'typebox';
import { DURATION_PATTERN } from '../model/units.ts';

/** What `multiline` of an input or a pipeline may say; of the first four keys exactly one. */
export const MultilineSchema = Type.Object(
  {
    start: Type.Optional(
      Type.String({ minLength: 1, description: 'regex of lines that begin an event; all others continue it' }),
    ),
    continuation: Type.Optional(
      Type.String({ minLength: 1, description: 'regex of lines that continue the event before them' }),
    ),
    indentation: Type.Optional(
      Type.Literal(true, { description: 'lines that begin with a blank or a tab continue the event before them' }),
    ),
    mode: Type.Optional(
      Type.Enum(['traces', 'java', 'python', 'go', 'ruby', 'node', 'dotnet', 'csv', 'none'], {
        description:
          'ready-made: stack traces as this runtime prints them continue the event before them; traces: those of any runtime, all other lines being events at once; csv: a row goes on while a cell in double quotes is open; none: every line is an event, whatever the pipeline says',
      }),
    ),
    field: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'of JSON lines the key whose texts belong together; the first line’s other keys are kept',
      }),
    ),
    within: Type.Optional(
      Type.Enum(['docker', 'cri'], {
        description:
          'the lines are those within the frames of this runtime, which stay (container of an input takes them off): each stream by itself, parts of a long line together; of an event the first frame is kept',
      }),
    ),
    max_lines: Type.Integer({
      minimum: 2,
      maximum: 10_000,
      default: 500,
      description: 'lines of one event; those beyond make another one. Its bytes are bound by max_line_bytes',
    }),
    timeout: Type.String({
      pattern: DURATION_PATTERN,
      default: '5s',
      description: 'how long the last event of a file waits for more lines',
    }),
  },
  { additionalProperties: false },
);

/** The keys that say how lines belong together: exactly one is given. */
export const MULTILINE_WAYS = ['start', 'continuation', 'indentation', 'mode'] as const;

export type Multiline = Static<typeof MultilineSchema>;
