import { isUtf8 } from 'node:buffer';
import { documentId, type Line } from '../model/line.ts';

/** What a dead letter says of how its line was framed, beside its text. Members that say nothing are left out. */
type Frame = {
  readonly flags?: readonly string[] | undefined;
  /** What a container's runtime wrote of it. */
  readonly stream?: string | undefined;
  readonly time?: string | undefined;
  readonly sender?: string | undefined;
  /** Bytes of the whole line of which the text is the beginning. */
  readonly cut_of?: number | undefined;
};

/** One of the lines that an event was made of: its document id, and how much of the letter's text or bytes it is. */
type Part = Frame & { readonly id: string; readonly size: number };

/** `lines`: those that a stage made the event of; none where the event was only about them. */
export type LetterFrame = Frame & { readonly lines?: readonly Part[] | undefined };

/** The line of a letter as it was kept. */
export type KeptLine = { readonly text: string; readonly base64: string | undefined; readonly frame?: LetterFrame };

const NEWLINE_LENGTH = 1;
const ID = /^([\w-]{16})-([0-9a-z]+)-([0-9a-f]{8})(?:-[\dm-]+)?$/;

/** Undefined where the text says it all. */
export function frameOf(line: Line): LetterFrame | undefined {
  const { of, raw } = line;
  const sizeOf = (one: Line) => (raw === undefined ? one.text.length : bytesOf(one).length);
  const lines = of?.map((one) => ({ id: documentId(one), size: sizeOf(one), ...ownFrame(one) }));
  const frame = { ...ownFrame(line), ...(lines === undefined ? {} : { lines }) };
  return Object.keys(frame).length === 0 ? undefined : frame;
}

function ownFrame({ flags, container, sender, truncated }: Line): Frame {
  return {
    ...(flags === undefined ? {} : { flags }),
    ...container,
    ...(sender === undefined ? {} : { sender }),
    ...(truncated === undefined ? {} : { cut_of: truncated.length }),
  };
}

/**
 * The lines as the pipeline had them: one, or those that it made the event of. Undefined where they were not all kept, or
 * the id is none of a line.
 */
export function linesOf(id: string, { text, base64, frame = {} }: KeptLine): readonly Line[] | undefined {
  const raw = base64 === undefined ? undefined : Buffer.from(base64, 'base64');
  const { lines } = frame;
  if (lines === undefined) return listed(lineOf(id, text, raw, frame));
  let at = 0;
  const made = lines.map((part) => {
    const end = at + part.size;
    const bytes = raw?.subarray(at, end);
    const line =
      bytes === undefined || isUtf8(bytes)
        ? lineOf(part.id, bytes?.toString('utf8') ?? text.slice(at, end), undefined, part)
        : lineOf(part.id, bytes.toString('utf8'), bytes, part);
    at = end + NEWLINE_LENGTH;
    return line;
  });
  const isWhole = made.length > 0 && at - NEWLINE_LENGTH === (raw ?? text).length;
  return isWhole ? listed(...made) : undefined;
}

function listed(...lines: readonly (Line | undefined)[]): readonly Line[] | undefined {
  return lines.every((line) => line !== undefined) ? lines : undefined;
}

function lineOf(id: string, text: string, raw: Buffer | undefined, frame: Frame): Line | undefined {
  const [, fileKey = '', offset = '', crc = ''] = ID.exec(id) ?? [];
  if (fileKey === '') return undefined;
  const { flags, stream, time, sender, cut_of: length } = frame;
  const hasContainer = stream !== undefined || time !== undefined;
  return {
    text,
    offset: Number.parseInt(offset, 36),
    bytes: (raw ?? Buffer.from(text)).length + NEWLINE_LENGTH,
    fileKey,
    crc: Number.parseInt(crc, 16),
    ...(raw === undefined ? {} : { raw }),
    ...(flags === undefined ? {} : { flags }),
    ...(hasContainer ? { container: { ...(stream && { stream }), ...(time && { time }) } } : {}),
    ...(sender === undefined ? {} : { sender }),
    ...(length === undefined ? {} : { truncated: { length } }),
  };
}

function bytesOf({ raw, text }: Line): Buffer {
  return raw ?? Buffer.from(text);
}
