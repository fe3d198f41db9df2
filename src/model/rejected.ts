/** Why a line could not become a document. The one list: stages, the runner and delivery take from it, dead letters carry it. */
export const REJECTION_REASONS = [
  'unparsable', // the line is not of the format its pipeline reads
  'invalid_time', // it carries a time that cannot be understood
  'invalid', // it breaks the stream's contract (config/schemas/)
  'fault', // logmill itself failed on it: a bug, but the line is kept
  'too_long', // longer than max_line_bytes
  'mapping', // the store refused a field (400)
  'too_large', // the document alone is over the store's request limit (413)
  'refused', // the store refused the document for another lasting reason
] as const;

export type RejectionReason = (typeof REJECTION_REASONS)[number];

/** Bad data as a value: counted and kept whole in the dead-letter stream, never thrown. */
export class Rejected {
  readonly reason: RejectionReason;
  /** What exactly was wrong, for a person. Never contains a secret that redaction would hide. */
  readonly detail: string;
  /** Dotted name of the field at fault, where one is. */
  readonly field: string | undefined;

  constructor(reason: RejectionReason, detail: string, field?: string) {
    this.reason = reason;
    this.detail = detail;
    this.field = field;
  }
}

/** Dropped on purpose; the rule's name is counted in the ledger. */
export class Dropped {
  readonly rule: string;

  constructor(rule: string) {
    this.rule = rule;
  }
}
