import { type FramedEvents, type Framer, framingOf } from '../../../src/agent/framing/framer.ts';
import type { InputConfig } from '../../../src/config/schema.ts';
import type { Line } from '../../../src/model/line.ts';
import { fileInput } from '../rig.ts';

export const keyAt = (end: number) => `key${Math.min(end, 1024)}`;

export function framer(more: Partial<InputConfig>, head: Buffer = Buffer.alloc(0)): Framer {
  return framingOf(fileInput(['/log'], more)).of(head);
}

/** Frames bytes the way a tail does: in blocks, each beginning where the last event ended; then whatever is left. */
export function frameInBlocks(framing: Framer, bytes: Buffer, cuts: readonly number[] = [], most = bytes.length) {
  const all: FramedEvents[] = [];
  let position = 0;
  const inside = cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b);
  for (const cut of [...inside, bytes.length]) {
    for (let moved = true; moved && position < cut; ) {
      const end = Math.min(cut, position + most);
      const last = end === bytes.length;
      const block = Buffer.from(bytes.subarray(position, end));
      const framed = framing.frame(block, position, { keyAt, more: !last, ends: last });
      block.fill(0xaa);
      // Not finished, and not to be waited for.
      const isLong = framed.end === position && block.length >= framing.window && (!last || bytes.length > end);
      if (isLong && cut === bytes.length) all.push(frameLong(framing, bytes, position));
      else all.push(framed);
      moved = all.at(-1)!.end > position;
      position = all.at(-1)!.end;
    }
  }
  const lines: Line[] = all.flatMap((framed) => framed.lines);
  const skipped = { lines: 0, bytes: 0 };
  const merged = { lines: 0, bytes: 0 };
  for (const framed of all) {
    skipped.lines += framed.skipped.lines;
    skipped.bytes += framed.skipped.bytes;
    merged.lines += framed.merged?.lines ?? 0;
    merged.bytes += framed.merged?.bytes ?? 0;
  }
  return { lines, skipped, merged, end: position };
}

function frameLong(framing: Framer, bytes: Buffer, start: number): FramedEvents {
  const long = framing.long(start);
  let position = start;
  for (let used = -1; used === -1 && position < bytes.length; ) {
    const part = Buffer.from(bytes.subarray(position, position + 50));
    used = long.push(part);
    position += used === -1 ? part.length : used;
    part.fill(0xaa);
  }
  return { start, end: position, lines: [long.finish(position, keyAt)], skipped: { lines: 0, bytes: 0 } };
}
