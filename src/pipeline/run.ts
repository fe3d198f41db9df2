import { LogmillError } from '../errors.ts';
import { createDocumentWriter } from '../model/document-writer.ts';
import type { Event } from '../model/event.ts';
import { type Chunk, documentId, type Line, type Outgoing, type Processed } from '../model/line.ts';
import { Dropped, Rejected } from '../model/rejected.ts';
import type { CompiledStage } from './compile.ts';
import { newEvent } from './event-object.ts';
import type { Finish } from './finish.ts';
import type { StageResult } from './stage.ts';

/** What a runner is made of; one per pipeline and source. */
export type RunnerParts = {
  readonly pipeline: string;
  readonly stages: readonly CompiledStage[];
  readonly finish: Finish;
  readonly keepOriginal: boolean;
  readonly now: () => number;
  /** Told of every line on which a stage threw; the line itself is rejected with reason `fault`. */
  readonly onFault: (fault: LogmillError) => void;
};

type Verdict = {
  -readonly [Key in keyof Pick<Processed, 'documents' | 'rejected' | 'dropped'>]: Processed[Key][number][];
};

const TOO_LONG = 'longer than max_line_bytes';

/**
 * Makes the function that turns a chunk of lines into documents. A line that fails never stops the others: whatever
 * happens, it is in one of the three lists.
 */
export function createRunner(parts: RunnerParts): (chunk: Chunk) => Processed {
  const { stages, finish, keepOriginal, now } = parts;
  const write = createDocumentWriter();
  /** The stage under way, for the message when it throws. */
  let at = 0;

  function runStages(event: Event, from: number): StageResult {
    let current = event;
    for (at = from; at < stages.length; at++) {
      const result = stages[at]!.run(current);
      if (result === current) continue;
      if (result instanceof Rejected || result instanceof Dropped) return result;
      if (Array.isArray(result)) return runChildren(result, at + 1);
      current = result as Event;
    }
    return current;
  }

  /** The children of a split go on one by one; verdicts on single children are kept in `childVerdicts`. */
  function runChildren(children: readonly Event[], from: number): StageResult {
    if (children.length === 0) throw new RangeError('a stage returned no event and no verdict');
    const finished: Event[] = [];
    for (const child of children) {
      const result = runStages(child, from);
      if (result instanceof Rejected || result instanceof Dropped) childVerdicts.push(result);
      else if (Array.isArray(result)) finished.push(...result);
      else finished.push(result as Event);
    }
    return finished;
  }

  const childVerdicts: (Rejected | Dropped)[] = [];

  function process(line: Line): StageResult {
    if (line.overlong !== undefined) {
      return new Rejected('too_long', `${TOO_LONG}: ${line.overlong.length} bytes`);
    }
    const event = newEvent(line.text);
    if (keepOriginal) event['event.original'] = line.text;
    return runStages(event, 0);
  }

  function fault(error: unknown, line: Line): Rejected {
    const stage = stages[at]?.name ?? 'finish';
    const detail = error instanceof Error ? error.message : String(error);
    const fields = { stage, pipeline: parts.pipeline, offset: line.offset, detail };
    parts.onFault(new LogmillError('PIPELINE_FAULT', fields, {}, error));
    return new Rejected('fault', `stage ${stage} failed: ${detail.slice(0, 200)}`);
  }

  function outgoing(event: Event, line: Line, index: number, part: number): Outgoing {
    const name = finish.index(event);
    return { id: documentId(line, part), index: name, document: write(event), line: index };
  }

  function settle(result: StageResult, line: Line, index: number, into: Verdict, chunk: Chunk, time: number): void {
    if (result instanceof Rejected) into.rejected.push({ line: index, rejected: result });
    else if (result instanceof Dropped) into.dropped.push({ line: index, rule: result.rule });
    else if (Array.isArray(result)) {
      const documents = result.map((event, part) => {
        finish.complete(event, line, chunk.source.path, time);
        return outgoing(event, line, index, part);
      });
      into.documents.push(...documents);
      for (const verdict of childVerdicts.splice(0)) settle(verdict, line, index, into, chunk, time);
    } else {
      finish.complete(result as Event, line, chunk.source.path, time);
      into.documents.push(outgoing(result as Event, line, index, 0));
    }
  }

  return (chunk) => {
    const into: Verdict = { documents: [], rejected: [], dropped: [] };
    const { lines } = chunk;
    const time = now();
    for (let index = 0; index < lines.length; index++) {
      const line = lines[index]!;
      try {
        settle(process(line), line, index, into, chunk, time);
      } catch (error) {
        childVerdicts.length = 0;
        into.rejected.push({ line: index, rejected: fault(error, line) });
      }
    }
    return { chunk, documents: into.documents, rejected: into.rejected, dropped: into.dropped };
  };
}
