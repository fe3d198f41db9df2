import { OverlongLine } from '../overlong.ts';
import type { EntryFacts } from './record.ts';

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;
/** Byte order mark. */
const MARK = Buffer.from('\uFEFF');

/** A line as a sender sent it, without its ending. */
export type ReceivedLine = {
  readonly payload: Buffer;
  /** As the sender counts, from 1. */
  readonly number: number;
  readonly overlong?: EntryFacts['overlong'];
};

/** The line, cut to what is kept of one over the limit. */
export function receivedLine(content: Buffer, number: number, maxLineBytes: number): ReceivedLine {
  if (content.length <= maxLineBytes) return { payload: content, number };
  const line = new OverlongLine(0);
  line.push(content);
  return overlongLine(line, number);
}

/** A line that was measured as it came in. */
export function overlongLine(line: OverlongLine, number: number): ReceivedLine {
  const { text, raw, crc, overlong } = line.finish(0, () => '');
  return { payload: raw ?? Buffer.from(text), number, overlong: { crc, ...overlong! } };
}

/** The lines of a body; blank ones are left out, but counted. */
export function linesOf(body: Buffer, maxLineBytes: number): ReceivedLine[] {
  const lines: ReceivedLine[] = [];
  let number = 0;
  for (let at = body.subarray(0, MARK.length).equals(MARK) ? MARK.length : 0; at < body.length; ) {
    const newline = body.indexOf(NEWLINE, at);
    const end = newline === -1 ? body.length : newline;
    const content = body.subarray(at, end > at && body[end - 1] === CARRIAGE_RETURN ? end - 1 : end);
    number++;
    if (!isBlank(content)) lines.push(receivedLine(content, number, maxLineBytes));
    at = end + 1;
  }
  return lines;
}

/** Nothing but white space of ASCII. */
export function isBlank(content: Buffer): boolean {
  return content.every((byte) => byte === SPACE || (byte >= 9 && byte <= CARRIAGE_RETURN));
}
