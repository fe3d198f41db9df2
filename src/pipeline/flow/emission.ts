import type { Event } from '../../model/event.ts';
import type { Chunk, Line, Outgoing, Part, Processed } from '../../model/line.ts';
import { documentId } from '../../model/line.ts';
import { Dropped, Rejected } from '../../model/rejected.ts';
import type { OpenChunk, Ticket } from './open-chunk.ts';

/** What came out at the end of the stages, and the lines it is made of. */
export type Finished = {
  readonly result: Event | Rejected | Dropped;
  readonly tickets: readonly Ticket[];
  /** Which of the documents of the first line it is. */
  readonly part: Part;
  /** The document is about the lines, it does not hold them. */
  readonly isDerived: boolean;
};

/** Makes the document of an event that is through, or says why it cannot. */
export type MakeDocument = (
  event: Event,
  open: OpenChunk,
  line: Line,
) => Pick<Outgoing, 'index' | 'document'> | Rejected;

/** One line of a chunk made for delivery: what is settled together. */
type Entry = { readonly of: Finished; count: number };

/** A chunk as delivery takes it, and which line of the input each of its lines is about, the last one of several. */
export type Emission = { readonly processed: Processed; readonly tickets: readonly (readonly Ticket[])[] };

/**
 * Makes chunks for delivery of what came out, in order: one for each stretch of one chunk of the input. Settling them
 * settles the lines of the input.
 */
export function emissionsOf(finished: readonly Finished[], make: MakeDocument): Emission[] {
  const emissions: Emission[] = [];
  let from = 0;
  const single = finished.flatMap(apart);
  for (let at = 1; at <= single.length; at++) {
    if (at < single.length && single[at]!.tickets[0]!.chunk === single[from]!.tickets[0]!.chunk) continue;
    if (at > from) emissions.push(emissionOf(single.slice(from, at), make));
    from = at;
  }
  return emissions;
}

/** Where an event of several lines is no document, each line is rejected or dropped by itself: nothing of them is lost. */
function apart(finished: Finished): readonly Finished[] {
  const { result, tickets } = finished;
  if (tickets.length === 1 || !(result instanceof Rejected || result instanceof Dropped)) return [finished];
  return tickets.map((ticket) => ({ ...finished, tickets: [ticket] }));
}

function emissionOf(finished: readonly Finished[], make: MakeDocument): Emission {
  const open = finished[0]!.tickets[0]!.chunk;
  const entries: Entry[] = [];
  const documents: Outgoing[] = [];
  const rejected: Processed['rejected'][number][] = [];
  const dropped: Processed['dropped'][number][] = [];
  for (const one of finished) {
    const { result, tickets } = one;
    // Children of one line are settled together.
    const last = entries.at(-1);
    if (last?.of.tickets === tickets && last.of.isDerived === one.isDerived) last.count++;
    else entries.push({ of: one, count: 1 });
    const line = entries.length - 1;
    const owner = tickets[0]!;
    const isVerdict = result instanceof Rejected || result instanceof Dropped;
    const made = isVerdict ? result : make(result, open, owner.line);
    if (made instanceof Rejected) rejected.push({ line, rejected: made });
    else if (made instanceof Dropped) dropped.push({ line, rule: made.rule });
    else documents.push({ ...made, id: documentId(owner.line, one.part), line });
  }
  const chunk = chunkOf(open, entries);
  return { processed: { chunk, documents, rejected, dropped }, tickets: entries.map(({ of }) => of.tickets) };
}

function chunkOf({ chunk: { source, observer } }: OpenChunk, entries: readonly Entry[]): Chunk {
  const lines = entries.map(({ of }) => sizedLine(of));
  const merged = { lines: 0, bytes: 0 };
  for (const line of lines) {
    merged.lines += line.merged?.lines ?? 0;
    merged.bytes += line.merged?.bytes ?? 0;
  }
  const start = Math.min(...lines.map(({ offset }) => offset));
  const bytes = lines.reduce((sum, line) => sum + line.bytes, 0);
  return {
    source,
    start,
    end: start + bytes,
    lines,
    again: (at) => wholeLine(entries[at]!.of, lines[at]!),
    skipped: { lines: 0, bytes: 0 },
    ...(merged.lines > 0 ? { merged } : {}),
    acknowledge: () => {},
    observer: {
      rejected: (at, why) => observer?.rejected(entries[at]!.of.tickets[0]!.index, why),
      settled(at, outcome) {
        const { of, count } = entries[at]!;
        for (const [position, ticket] of of.tickets.entries())
          ticket.settle(position === 0 ? outcome : 'merged', count);
      },
    },
  };
}

/** The first line with the size of all; where the document is only about them nothing but their place. */
function sizedLine({ tickets, isDerived }: Finished): Line {
  const { line } = tickets[0]!;
  if (isDerived) return { ...line, bytes: 0, merged: { lines: 0, bytes: 0 } };
  if (tickets.length === 1) return line;
  const all = [...new Set(tickets)].map((ticket) => ticket.line);
  const bytes = all.reduce((sum, { bytes: own }) => sum + own, 0);
  const lines = all.reduce((sum, { merged }) => sum + 1 + (merged?.lines ?? 0), -1);
  return { ...line, bytes, merged: { lines, bytes: bytes - line.bytes + (line.merged?.bytes ?? 0) } };
}

/** With the text of all lines, for a dead letter. */
function wholeLine({ tickets, isDerived }: Finished, sized: Line): Line {
  if (tickets.length === 1 || isDerived) return sized;
  const all = [...new Set(tickets)].map(({ line }) => line);
  const text = all.map((line) => line.text).join('\n');
  if (all.every(({ raw }) => raw === undefined)) return { ...sized, text };
  const parts = all.flatMap((line) => [line.raw ?? Buffer.from(line.text), Buffer.from('\n')]).slice(0, -1);
  return { ...sized, text, raw: Buffer.concat(parts) };
}
