import { type FileHandle, open } from 'node:fs/promises';
import { framedInputs } from '../agent/framing/framed-input.ts';
import { type FramedEvents, type Framer, framingOf } from '../agent/framing/framer.ts';
import type { FoundLine, LookAtLine } from '../api/queries/explain.ts';
import type { Config, InputConfig } from '../config/schema.ts';
import type { LedgerEntry } from '../model/ledger.ts';
import { documentId, type Line } from '../model/line.ts';
import { runAlone } from '../pipeline/flow/run-alone.ts';
import type { Pipelines } from '../pipeline/pipelines.ts';
import { identifyHost } from './runtime.ts';

/** Bytes read at once. */
const BLOCK_BYTES = 256 * 1024;
/** A line that was not kept is looked for so far behind the last one that was, no further. */
const FURTHEST_BYTES = 64 * 1024 * 1024;
/** How files are framed that no input of this configuration reads: they were named on the command line. */
const PLAIN: InputConfig = { name: '', start: 'beginning', encoding: 'utf-8', max_line_bytes: '1MB' };

/**
 * Looks into files: where the line lies that holds a byte, framed as the agent does from the line before it that was kept, and
 * by which rule its pipeline drops it. Undefined where the file cannot be read or is not the one of the ledger any more.
 */
export function lookIntoFiles(config: Config, pipelines: Pipelines): LookAtLine {
  return async (entry, offset, kept) => {
    const handle = await open(entry.path, 'r').catch(() => undefined);
    if (handle === undefined) return undefined;
    try {
      const { size } = await handle.stat();
      const from = kept?.offset ?? 0;
      if (size < entry.acknowledged || offset - from > FURTHEST_BYTES) return undefined;
      const framer = await framerFor(config, pipelines, entry, handle);
      const line = await lineAt(handle, size, framer, { from, offset, id: kept?.id });
      if (line === 'another file') return undefined;
      return line === undefined ? 'blank' : await judged(config, pipelines, entry, line);
    } finally {
      await handle.close();
    }
  };
}

function inputOf({ inputs }: Config, { input }: LedgerEntry): InputConfig | undefined {
  return inputs.find(({ name }) => name === input);
}

async function framerFor(config: Config, pipelines: Pipelines, entry: LedgerEntry, handle: FileHandle) {
  const { names } = pipelines;
  const framed = framedInputs((name) => (names.includes(name) ? pipelines.get(name).multiline : undefined));
  const input = inputOf(config, entry) ?? { ...PLAIN, files: [entry.path] };
  return framingOf(framed(input, entry.pipeline)).of(await read(handle, 0, 2));
}

type Wanted = { readonly from: number; readonly offset: number; readonly id: string | undefined };

/** The line that holds the byte; undefined where none does: it is blank, or nothing but NUL bytes. */
async function lineAt(
  handle: FileHandle,
  size: number,
  framer: Framer,
  { from, offset, id }: Wanted,
): Promise<Line | 'another file' | undefined> {
  const block = Math.max(BLOCK_BYTES, framer.window);
  for (let start = from; start <= offset && start < size; ) {
    const bytes = await read(handle, start, Math.min(block, size - start));
    const isLast = start + bytes.length >= size;
    const { lines, end }: FramedEvents = framer.frame(bytes, start, {
      keyAt: () => '',
      more: !isLast,
      ends: isLast,
      closes: isLast,
    });
    if (start === from && id !== undefined && !isOf(lines[0], id)) return 'another file';
    const line = lines.find((one) => one.offset <= offset && offset < one.offset + one.bytes);
    if (line !== undefined) return line;
    // A line longer than may be kept, or the file is shorter by now.
    if (end <= start) return 'another file';
    start = end;
  }
  return undefined;
}

/** Whether a document is of this line: its id says offset and checksum, behind the key of the file. */
function isOf(line: Line | undefined, id: string): boolean {
  return line !== undefined && id.includes(documentId({ ...line, fileKey: '' }));
}

async function read(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}

/** What the pipeline makes of the line now. */
async function judged(config: Config, pipelines: Pipelines, entry: LedgerEntry, line: Line): Promise<FoundLine> {
  const found = { offset: line.offset };
  const { path, pipeline, input: name } = entry;
  if (!pipelines.names.includes(pipeline)) return found;
  const input = inputOf(config, entry);
  const compiled = pipelines.compile(pipeline, {
    input: input ?? { name },
    namespace: input?.namespace ?? config.namespace,
    host: await identifyHost(config),
    timezone: input?.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    sourceTime: () => Date.now(),
  });
  const { dropped } = await runAlone(compiled, {
    source: { id: `explain:${path}`, input: name, path, pipeline, modifiedAt: Date.now() },
    start: line.offset,
    end: line.offset + line.bytes,
    lines: [line],
    skipped: { lines: 0, bytes: 0 },
    acknowledge: () => {},
  });
  const [first] = dropped;
  return first === undefined ? found : { ...found, rule: first.rule };
}
