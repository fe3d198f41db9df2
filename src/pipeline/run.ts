import { LogmillError } from '../errors.ts';
import { createDocumentWriter } from '../model/document-writer.ts';
import type { Event } from '../model/event.ts';
import { type Chunk, documentId, type Line, type Outgoing, type Processed } from '../model/line.ts';
import { Dropped, Rejected } from '../model/rejected.ts';
import { type Chain, createChain } from './chain.ts';
import type { MapStage } from './compile.ts';
import { newEvent } from './event-object.ts';
import type { Finish } from './finish.ts';
import { setContainerTime } from './framed.ts';
import type { StageResult } from './stage.ts';

/** What a runner is made of; one per pipeline and source. */
export type RunnerParts = {
  readonly pipeline: string;
  readonly stages: readonly MapStage[];
  readonly finish: Finish;
  /** Whether `event.original` has the line from the first stage on; what must not keep it takes it off in the end. */
  readonly keepOriginal: boolean;
  readonly now: () => number;
  /** Says which line is under way. */
  readonly underWay: { text: string };
  /** Told of every line on which a stage threw; the line itself is rejected with reason `fault`. */
  readonly onFault: (fault: LogmillError) => void;
};

/** The three lists of a Processed while they fill. */
type Verdict = {
  readonly documents: Outgoing[];
  readonly rejected: Processed['rejected'][number][];
  readonly dropped: Processed['dropped'][number][];
};

/**
 * Makes the function that turns a chunk of lines into documents. A line that fails never stops the others: whatever
 * happens, it is in one of the three lists.
 */
export function createRunner({ pipeline, stages, finish, keepOriginal, now, underWay, onFault }: RunnerParts) {
  const chain = createChain(stages);
  const write = createDocumentWriter();

  function outgoing(event: Event, line: Line, index: number, part: number): Outgoing {
    return { id: documentId(line, part), index: finish.index(event), document: write(event), line: index };
  }

  function settle(
    result: StageResult,
    line: Line,
    index: number,
    into: Verdict,
    path: string | undefined,
    time: number,
  ) {
    if (result instanceof Rejected) into.rejected.push({ line: index, rejected: result });
    else if (result instanceof Dropped) into.dropped.push({ line: index, rule: result.rule });
    else if (Array.isArray(result)) {
      for (const event of result) finish.complete(event, line, path, time);
      const parts = chain.childParts();
      into.documents.push(...result.map((event, at) => outgoing(event, line, index, parts[at]!)));
      for (const verdict of chain.childVerdicts()) settle(verdict, line, index, into, path, time);
    } else {
      finish.complete(result as Event, line, path, time);
      into.documents.push(outgoing(result as Event, line, index, 0));
    }
  }

  return (chunk: Chunk): Processed => {
    const into: Verdict = { documents: [], rejected: [], dropped: [] };
    const { lines } = chunk;
    const { path } = chunk.source;
    const time = now();
    for (let index = 0; index < lines.length; index++) {
      const line = lines[index]!;
      underWay.text = line.text;
      try {
        settle(verdictOf(line, chain, keepOriginal), line, index, into, path, time);
      } catch (error) {
        chain.childVerdicts();
        const fault = faultOf(error, chain.stage(), pipeline, line.offset);
        onFault(fault);
        into.rejected.push({ line: index, rejected: new Rejected('fault', fault.message.slice(0, 500)) });
      }
    }
    return { chunk, ...into };
  };
}

function verdictOf(line: Line, chain: Chain, keepOriginal: boolean): StageResult {
  const event = beginEvent(line, keepOriginal);
  return event instanceof Rejected ? event : chain.run(event);
}

/** The event that a line is before the first stage. */
export function beginEvent(line: Line, keepOriginal: boolean): Event | Rejected {
  if (line.overlong !== undefined) {
    return new Rejected('too_long', `longer than max_line_bytes: ${line.overlong.length} bytes`);
  }
  const event = newEvent(line.text);
  if (line.sender !== undefined) event['log.source.address'] = line.sender;
  // What the line itself says of its time comes later and counts more.
  if (line.container !== undefined) setContainerTime(event, line);
  if (keepOriginal) event['event.original'] = line.text;
  return event;
}

export function faultOf(error: unknown, stage: string, pipeline: string, offset: number): LogmillError {
  const detail = error instanceof Error ? error.message : String(error);
  return new LogmillError('PIPELINE_FAULT', { stage, pipeline, offset, detail }, {}, error);
}
