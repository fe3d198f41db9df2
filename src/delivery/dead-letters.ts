import { createHash } from 'node:crypto';
import { ECS_VERSION } from '../model/event.ts';
import { documentId, type Line, type OpenDocument, type Outgoing } from '../model/line.ts';
import type { Rejected } from '../model/rejected.ts';
import { addressOf, type Batch, type Letter } from './batch.ts';
import { frameOf } from './letter-frame.ts';
import type { Settlement } from './settle.ts';

export const DEAD_LETTER_DATASET = 'logmill.dead_letter';
/** What is kept of a line that cannot be kept whole. */
const CUT_BYTES = 64 * 1024;
const DETAIL_CHARACTERS = 2000;

/**
 * How much of the line a dead letter carries: `whole` always at first, except where the document was too large for the
 * store; `cut` and `bare` (length and hash only) where the store refuses the line even in the dead letter.
 */
export type LetterForm = 'whole' | 'cut' | 'bare';
/** Fields of a dead letter that a smaller form shortens or leaves out. */
const LINE_FIELD = /^logmill\.dead_letter\.line(_base64)?$/;
const NEXT_FORM: Readonly<Record<LetterForm, LetterForm | undefined>> = { whole: 'cut', cut: 'bare', bare: undefined };

/** A dead letter ready to be added to a batch. */
export type DeadLetterItem = { readonly outgoing: Outgoing; readonly settlement: Settlement; readonly letter: Letter };

export type Host = { readonly id: string; readonly name: string };

export function deadLetterIndex(namespace: string): string {
  return `logs-${DEAD_LETTER_DATASET}-${namespace}`;
}

/** Makes the dead letters of one process. `now` gives the time of reading, ms since the epoch. */
export function createDeadLetters(options: {
  readonly namespace: string;
  readonly host: Host;
  now(): number;
  /** Told the size of each. */
  made?(bytes: number): void;
}) {
  const index = deadLetterIndex(options.namespace);

  function make(
    settlement: Settlement,
    line: number,
    id: string,
    rejected: Rejected,
    form: LetterForm,
  ): DeadLetterItem {
    settlement.reject(line, rejected);
    const document = letterDocument(settlement.lineAt(line), settlement.source, rejected, form, options);
    options.made?.(document.length);
    return { outgoing: { id, index, document, line }, settlement, letter: { rejected, form } };
  }

  return {
    /** The dead letter of a line that the pipeline rejected. */
    ofLine(settlement: Settlement, line: number, rejected: Rejected): DeadLetterItem {
      return make(settlement, line, documentId(settlement.lineAt(line)), rejected, 'whole');
    },
    /**
     * The dead letter of a document that the store refused. Of a refused dead letter: its next smaller form where the
     * line in it is at fault. Undefined where it is not, or where there is no smaller form: the letter is then to be sent
     * again until the store takes it, for it must not be lost.
     */
    ofRefused(batch: Batch, position: number, rejected: Rejected): DeadLetterItem | undefined {
      const settlement = batch.settlements[position]!;
      const line = batch.lines[position]!;
      const { id } = addressOf(batch, position);
      const letter = batch.letters.get(position);
      if (letter === undefined) {
        return make(settlement, line, id, rejected, rejected.reason === 'too_large' ? 'cut' : 'whole');
      }
      const form = isOfLine(rejected) ? NEXT_FORM[letter.form] : undefined;
      return form && make(settlement, line, id, letter.rejected, form);
    },
  };
}

function isOfLine({ reason, field }: Rejected): boolean {
  return reason === 'too_large' || (reason === 'mapping' && field !== undefined && LINE_FIELD.test(field));
}

function letterDocument(
  line: Line,
  source: { readonly path: string | undefined; readonly pipeline: string; readonly input: string },
  rejected: Rejected,
  form: LetterForm,
  { host, now }: { readonly host: Host; now(): number },
): OpenDocument {
  const detail = rejected.detail.slice(0, form === 'bare' ? 200 : DETAIL_CHARACTERS);
  const document = {
    '@timestamp': new Date(now()).toISOString(),
    message: `${source.pipeline} rejected a line, ${rejected.reason}: ${detail}`,
    ecs: { version: ECS_VERSION },
    host: { id: host.id, name: host.name },
    log: { ...(source.path === undefined ? {} : { file: { path: source.path } }), offset: line.offset },
    logmill: {
      dead_letter: {
        reason: rejected.reason,
        field: rejected.field,
        detail,
        pipeline: source.pipeline,
        input: source.input,
        ...keptLine(line, form),
      },
      ...(line.waited === undefined ? {} : { line: { count: line.waited } }),
    },
    event: { kind: 'pipeline_error', dataset: DEAD_LETTER_DATASET },
  };
  // Left open behind the members of `event`, as the document writer leaves its own.
  return JSON.stringify(document).slice(0, -2);
}

function keptLine(line: Line, form: LetterForm) {
  if (line.overlong !== undefined) return { ...(form === 'bare' ? {} : { line: line.text }), ...line.overlong };
  if (form === 'whole') return { line: line.text, line_base64: line.raw?.toString('base64'), frame: frameOf(line) };
  const bytes = line.raw ?? Buffer.from(line.text);
  if (form === 'cut' && bytes.length <= CUT_BYTES) return keptLine(line, 'whole');
  const whole = { length: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  if (form === 'bare') return whole;
  // A character cut in two is left out.
  return { line: new TextDecoder().decode(bytes.subarray(0, CUT_BYTES), { stream: true }), ...whole };
}
