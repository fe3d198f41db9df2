import { closeDocument } from '../model/document-writer.ts';
import type { Event, JsonValue } from '../model/event.ts';
import type { Line, Processed } from '../model/line.ts';
import type { Pipelines } from '../pipeline/pipelines.ts';
import { flatten } from '../pipeline/testing.ts';
import { namedFiles } from './inputs.ts';
import { processOnce } from './pipeline-once.ts';
import { type CommonOptions, readConfig } from './session.ts';

/** What does not depend on the machine, the moment, nor on where the file lies. */
const HOST = { id: 'golden-host-id', name: 'golden-host', fields: {} };
const TIME = Date.parse('2026-11-01T00:00:00Z');
/** Depends on the path of the file. */
const NOT_KEPT = ['log.file.path'];

/** What became of one line. `made`: one flat document each, with their index; or why there is none. */
export type LineOutcome = {
  readonly offset: number;
  readonly line: string;
  readonly made: readonly Event[];
};

/**
 * What a pipeline makes of a file, the same on every machine: times without a zone are UTC's, the file is of 1 November
 * 2026, lines without a time are read then.
 */
export async function* outcomesOf(
  pipelines: Pipelines,
  name: string,
  file: string,
  options: CommonOptions,
): AsyncGenerator<LineOutcome> {
  const config = await readConfig(options, { inputs: [{ ...namedFiles([file])[0]!, pipeline: name }] });
  const fixed = { host: HOST, now: () => TIME, sourceTime: () => TIME };
  for await (const processed of processOnce(pipelines, name, config, 'UTC', fixed)) {
    for (const [at, line] of processed.chunk.lines.entries()) yield outcomeOf(processed, at, line);
  }
}

function outcomeOf({ documents, rejected, dropped }: Processed, at: number, { offset, text }: Line): LineOutcome {
  const isOfLine = ({ line }: { readonly line: number }) => line === at;
  const made = [
    ...documents.filter(isOfLine).map(({ document, index }) => ({ index, ...documentOf(document) })),
    ...rejected.filter(isOfLine).map(({ rejected: { reason, field, detail } }) => ({
      rejected: reason,
      ...(field === undefined ? {} : { field }),
      detail,
    })),
    ...dropped.filter(isOfLine).map(({ rule }) => ({ dropped: rule })),
  ];
  return { offset, line: text, made };
}

function documentOf(document: string): Event {
  const flat = flatten(JSON.parse(closeDocument(document)) as JsonValue);
  const kept = Object.entries(flat).filter(([field]) => !NOT_KEPT.includes(field));
  return Object.fromEntries(kept.sort(([one], [other]) => (one < other ? -1 : 1)));
}
