import { type Static, Type } from 'typebox';
import type { Multiline } from '../../config/multiline.ts';

/** What `detect` of a pipeline may say. */
export const DetectSchema = Type.Object(
  {
    paths: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description: 'globs of where such files lie, without what rotation adds to their names',
    }),
    lines: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description: 'regexes of how typical lines begin; one of them has to fit',
    }),
    keys: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description:
        'keys of typical JSON lines, all those of one text: `ts id.orig_h level:number` (or :text, :object, :list); one of the texts has to fit',
    }),
    weight: Type.Number({
      minimum: 0,
      maximum: 10,
      default: 5,
      description:
        'how much a fitting line says: 1–2 of formats that anything may have (JSON, key=value), 3 of families (syslog), 5 of products, 7 and more of what stands inside another format',
    }),
  },
  { additionalProperties: false, description: 'how lines and files are known to be of this pipeline' },
);

export type Detect = Static<typeof DetectSchema>;

/** What is known of a pipeline without its file: enough to choose it. */
export type Signature = Detect & {
  readonly name: string;
  /** How its lines make events: those that continue one tell nothing. */
  readonly multiline?: Multiline | undefined;
};

/** The signature of a pipeline; undefined where it has none and is only used by name. */
export function signatureOf(definition: {
  readonly name: string;
  readonly detect?: Detect | undefined;
  readonly multiline?: Multiline | undefined;
}): Signature | undefined {
  const { name, detect, multiline } = definition;
  if (detect === undefined) return undefined;
  return { name, ...detect, ...(multiline === undefined ? {} : { multiline }) };
}
