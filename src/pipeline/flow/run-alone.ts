import type { Chunk, Processed } from '../../model/line.ts';
import type { CompiledPipeline } from '../pipelines.ts';
import type { Emission } from './emission.ts';

/** The rule under which lines count that are part of the document of a later one. */
export const JOINED = 'joined';

/**
 * Runs a chunk as if nothing came before and after it, whatever forms the stages have. A document of several lines is
 * said to be of the last of them. The pipeline must not have been run otherwise.
 */
export async function runAlone(pipeline: CompiledPipeline, chunk: Chunk): Promise<Processed> {
  if (pipeline.flow === undefined) return pipeline.run(chunk);
  const emissions: Emission[] = [];
  const flow = pipeline.flow(async (emission) => {
    emissions.push(emission);
  });
  await flow.push({ ...chunk, acknowledge: () => {} });
  await flow.close();
  const parts = emissions.map((emission) => ofChunk(emission));
  const documents = parts.flatMap((part) => part.documents);
  const rejected = parts.flatMap((part) => part.rejected);
  const dropped = parts.flatMap((part) => part.dropped);
  const named = new Set([...documents, ...rejected, ...dropped].map(({ line }) => line));
  const joined = [...chunk.lines.keys()].filter((line) => !named.has(line)).map((line) => ({ line, rule: JOINED }));
  return { chunk, documents, rejected, dropped: [...dropped, ...joined] };
}

function ofChunk({ processed, tickets }: Emission): Omit<Processed, 'chunk'> {
  const renumbered = <Item extends { readonly line: number }>(items: readonly Item[]): Item[] =>
    items.map((item) => ({ ...item, line: Math.max(...tickets[item.line]!.map(({ index }) => index)) }));
  return {
    documents: renumbered(processed.documents),
    rejected: renumbered(processed.rejected),
    dropped: renumbered(processed.dropped),
  };
}
