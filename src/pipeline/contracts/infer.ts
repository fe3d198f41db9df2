import type { JsonValue } from '../../model/event.ts';
import { type FieldType, fieldType } from '../../model/field-type.ts';
import { ALWAYS, type Contract, DIALECT, type FieldContract } from './contract.ts';
import { Shape } from './shape.ts';

type Document = Readonly<Record<string, JsonValue>>;

/** Of where and by whom a line was read: no matter of the stream. */
const OF_READING = /^(log\.(offset|file\.path|flags)|host\.(?!name$|hostname$|id$)|logmill\.line\.)/;

/** JSON's type of values whose mapping ECS gives; the number a keyword is written as stays a text. */
const OF_ECS: Readonly<Record<FieldType, FieldContract>> = {
  keyword: { type: 'string' },
  text: { type: 'string' },
  long: { type: 'integer' },
  double: { type: 'number' },
  boolean: { type: 'boolean' },
  date: { type: 'string', format: 'date-time' },
  ip: { type: 'string' },
  geo_point: { type: ['object', 'string', 'array'] },
  object: {},
};

/** What a proposal says besides what is there. */
export type InferOptions = {
  /** How it was made. */
  readonly comment?: string;
  /** Texts that have few values in many events may have no others. */
  readonly enums?: boolean;
  /** Texts that all are days or addresses may be nothing else: for who looks at the proposal before using it. */
  readonly forms?: boolean;
};

/**
 * Proposes the contract of a stream from documents of it, flat ones, which it does not keep: of ECS fields what ECS says of
 * them, of others what the documents show. Required is what all documents have.
 */
export class Proposal {
  readonly #fields = new Map<string, { readonly shape: Shape; documents: number }>();
  #documents = 0;

  get documents(): number {
    return this.#documents;
  }

  add(document: Document): void {
    this.#documents++;
    for (const [field, value] of Object.entries(document)) {
      if (OF_READING.test(field) || value === undefined) continue;
      const seen = this.#fields.get(field) ?? { shape: new Shape(), documents: 0 };
      this.#fields.set(field, seen);
      seen.documents++;
      seen.shape.add(value);
    }
  }

  contract(title: string, { comment, enums = false, forms = false }: InferOptions = {}): Contract {
    const fields = [...this.#fields].sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      $schema: DIALECT,
      ...(comment === undefined ? {} : { $comment: comment }),
      title,
      type: 'object',
      required: fields.flatMap(([field, { documents }]) => (this.#isRequired(field, documents) ? field : [])),
      properties: Object.fromEntries(
        fields.map(([field, { shape }]) => {
          const type = fieldType(field);
          // What stands in these tells of the machine, or is free text.
          const hasEnum = enums && !ALWAYS.includes(field) && !field.startsWith('host.');
          return [field, shape.contract({ enums: hasEnum, forms }, type === undefined ? undefined : OF_ECS[type])];
        }),
      ),
    };
  }

  /** One document shows what is possible, not what always is. */
  #isRequired(field: string, documents: number): boolean {
    return ALWAYS.includes(field) || (this.#documents > 1 && documents === this.#documents);
  }
}

/** The same from documents that are all there. */
export function inferContract(title: string, documents: readonly Document[], options?: InferOptions): Contract {
  const proposal = new Proposal();
  for (const document of documents) proposal.add(document);
  return proposal.contract(title, options);
}
