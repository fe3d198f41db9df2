import { type Static, Type } from 'typebox';
import { BYTES_PATTERN } from '../model/units.ts';

const closed = { additionalProperties: false };

/** How logmill itself rotates the files of an input. */
export const RotateSchema = Type.Object(
  {
    size: Type.Optional(
      Type.String({ pattern: BYTES_PATTERN, description: 'rotate a file that has grown to so much' }),
    ),
    every: Type.Optional(
      Type.String({
        description: 'rotate at each `hour`, `day` or `week`, or by a cron expression such as 30 2 * * *',
      }),
    ),
    keep: Type.Integer({ minimum: 1, maximum: 10_000, default: 7, description: 'rotated files kept of each file' }),
    max_total: Type.Optional(
      Type.String({
        pattern: BYTES_PATTERN,
        description: 'bytes that the rotated files of one file may take up together',
      }),
    ),
    compress: Type.Boolean({ default: false, description: 'gzip rotated files, once the store has all of them' }),
    delaycompress: Type.Boolean({ default: false, description: 'leave the newest rotated file uncompressed' }),
    missingok: Type.Boolean({ default: true, description: 'false: say so where no file matches' }),
    notifempty: Type.Boolean({ default: true, description: 'false: rotate empty files, too' }),
    way: Type.Optional(
      Type.Union([Type.Literal('create'), Type.Literal('copytruncate')], {
        description:
          'create: rename, and make a new file; copytruncate: copy, and cut the file. By default create where `command` or `signal` is given, else copytruncate',
      }),
    ),
    mode: Type.Optional(
      Type.String({ pattern: '^0?[0-7]{3}$', description: 'of the new file; by default that of the old one' }),
    ),
    owner: Type.Optional(
      Type.String({ pattern: '^[^:]+(:[^:]+)?$', description: 'user, or user:group, of the new file (needs root)' }),
    ),
    command: Type.Optional(
      Type.Array(Type.String(), {
        minItems: 1,
        description:
          'program and arguments run after a rotation, without a shell: it makes the writer open its file again',
      }),
    ),
    signal: Type.Optional(
      Type.Object(
        {
          pid_file: Type.String({ description: 'file with the process id of the writer' }),
          name: Type.Union([Type.Literal('HUP'), Type.Literal('USR1'), Type.Literal('USR2')], {
            default: 'HUP',
            description: 'signal it takes as "open your file again"',
          }),
        },
        { ...closed, description: 'signal sent after a rotation: it makes the writer open its file again' },
      ),
    ),
    dateext: Type.Boolean({ default: false, description: 'names such as app.log-20261121 instead of app.log.1' }),
  },
  { ...closed, description: 'logmill rotates the files itself; only what the store has is ever compressed or deleted' },
);

export type RotateConfig = Static<typeof RotateSchema>;

const CRON_OF: Readonly<Record<string, string>> = { hour: '0 * * * *', day: '0 0 * * *', week: '0 0 * * 0' };

/** The cron expression that `every` means. */
export function cronOf(every: string): string {
  return CRON_OF[every] ?? every;
}
