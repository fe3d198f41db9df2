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
  /** How many lines there are, where more might have come. */
  readonly waited: number | undefined;
};

/** An event of more bytes than this is rejected line by line, so that no dead letter is too large to be kept whole. */
const LARGEST_LETTER = 256 * 1024;

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

/** Lines of which nothing is left are counted one by one. */
function apart(finished: Finished): readonly Finished[] {
  const { result, tickets, isDerived } = finished;
  if (tickets.length === 1 || isDerived) return [finished];
  const isEach = result instanceof Dropped || (result instanceof Rejected && bytesOf(tickets) > LARGEST_LETTER);
  return isEach ? tickets.map((ticket) => ({ ...finished, tickets: [ticket] })) : [finished];
}

function bytesOf(tickets: readonly Ticket[]): number {
  return tickets.reduce((sum, { line }) => sum + line.bytes, 0);
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
    const made = isVerdict ? result : make(result, open, firstLine(one));
    if (made instanceof Rejected) rejected.push({ line, rejected: made });
    else if (made instanceof Dropped) dropped.push({ line, rule: made.rule });
    else documents.push({ ...made, id: documentId(owner.line, one.part), line });
  }
  const chunk = chunkOf(open, entries);
  return { processed: { chunk, documents, rejected, dropped }, tickets: entries.map(({ of }) => of.tickets) };
}

function chunkOf({ chunk: { source } }: OpenChunk, entries: readonly Entry[]): Chunk {
  const sized = entries.map(({ of }) => sizedLine(of));
  const again = (at: number) => wholeLine(entries[at]!.of, sized[at]!);
  // Whether the store has all of an event is asked only of lines that cannot be made again.
  const mayBeShorter = sized.some(({ after }) => after !== undefined);
  const lines = mayBeShorter ? sized.map((_, at) => again(at)) : sized;
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
    again: mayBeShorter ? undefined : again,
    skipped: { lines: 0, bytes: 0 },
    ...(merged.lines > 0 ? { merged } : {}),
    acknowledge: () => {},
    observer: {
      rejected(at, why) {
        const { tickets, isDerived } = entries[at]!.of;
        for (const { chunk, index } of isDerived ? tickets.slice(0, 1) : tickets) {
          chunk.chunk.observer?.rejected(index, why);
        }
      },
      settled(at, outcome) {
        const { of, count } = entries[at]!;
        for (const [position, ticket] of of.tickets.entries())
          ticket.settle(position === 0 ? outcome : 'merged', count);
      },
    },
  };
}

/** The line that the document is of, with what it says of its lines. */
function firstLine({ tickets, waited }: Pick<Finished, 'tickets' | 'waited'>): Line {
  const { line } = tickets[0]!;
  return waited === undefined ? line : { ...line, waited };
}

/** The first line with the size of all; where the document is only about them nothing but their place. */
function sizedLine({ tickets, isDerived, waited }: Finished): Line {
  // Fast path: nearly all are of one line.
  if (tickets.length === 1 && !isDerived && waited === undefined) return tickets[0]!.line;
  const { after, ...line } = firstLine({ tickets, waited });
  if (isDerived) return { ...line, bytes: 0, merged: { lines: 0, bytes: 0 }, of: [] };
  const all = linesOf(tickets);
  const rest = waited === undefined ? after : (records: number) => all.slice(records);
  const known = rest === undefined ? line : { ...line, after: rest };
  if (all.length === 1) return known;
  const bytes = all.reduce((sum, { bytes: own }) => sum + own, 0);
  const lines = all.reduce((sum, { merged }) => sum + 1 + (merged?.lines ?? 0), -1);
  return { ...known, bytes, merged: { lines, bytes: bytes - line.bytes + (line.merged?.bytes ?? 0) } };
}

/** With the text of all lines, for a dead letter. */
function wholeLine({ tickets, isDerived }: Finished, sized: Line): Line {
  const all = isDerived ? [] : linesOf(tickets);
  if (all.length < 2) return sized;
  const text = all.map((line) => line.text).join('\n');
  if (all.every(({ raw }) => raw === undefined)) return { ...sized, text, of: all };
  const parts = all.flatMap((line) => [line.raw ?? Buffer.from(line.text), Buffer.from('\n')]).slice(0, -1);
  return { ...sized, text, raw: Buffer.concat(parts), of: all };
}

/** Each once: children of a line may have been joined. */
function linesOf(tickets: readonly Ticket[]): readonly Line[] {
  return tickets.length === 1 ? [tickets[0]!.line] : [...new Set(tickets)].map(({ line }) => line);
}
