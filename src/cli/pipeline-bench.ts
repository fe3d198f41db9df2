import { open } from 'node:fs/promises';
import path from 'node:path';
import { framedText } from '../agent/framing/frame-text.ts';
import { LogmillError } from '../errors.ts';
import type { Chunk, Line } from '../model/line.ts';
import { measurePipeline, type PipelineFigures, type StageFigures } from '../pipeline/measure.ts';
import { chunkOf } from '../pipeline/testing.ts';
import { namedFiles } from './inputs.ts';
import { openAllPipelines } from './runtime.ts';
import { type CommonOptions, readConfig } from './session.ts';
import { grouped, table } from './terminal.ts';

const MOST_BYTES = 16 * 1024 * 1024;
/** As the agent's. */
const CHUNK_BYTES = 64 * 1024;

type Options = CommonOptions & { seconds: number; json?: boolean };

/** Measures a pipeline on the lines of a file: lines a second on one core, and what every stage takes of a line. */
export async function benchPipeline(name: string, file: string, options: Options): Promise<void> {
  namedFiles([file]);
  const pipelines = await openAllPipelines(await readConfig(options));
  const { multiline } = pipelines.get(name);
  const lines = framedText(await beginning(path.resolve(file)), multiline);
  if (lines.length === 0) throw new LogmillError('INPUT_NO_LINES', { path: path.resolve(file) });
  const figures = await measurePipeline({
    pipelines,
    name,
    chunks: chunksOf(lines, name, path.resolve(file)),
    binding: {
      input: { name: 'bench' },
      namespace: 'default',
      host: { id: 'bench', name: 'bench' },
      timezone: 'UTC',
      sourceTime: Date.now,
    },
    duration: options.seconds * 1000,
  });
  process.stdout.write(options.json === true ? `${JSON.stringify(figures)}\n` : showFigures(figures));
}

function showFigures(figures: PipelineFigures): string {
  const { linesPerSecond, jsonLinesPerSecond, lines, documents, rejected, dropped, stages, rest } = figures;
  const list = table<StageFigures>(
    [...stages, rest],
    [
      { title: 'stage', value: ({ stage }) => stage },
      { title: 'µs per line', value: (one) => (one.nanosecondsPerLine / 1000).toFixed(2), align: 'right' },
      { title: 'share', value: ({ share }) => `${Math.round(share * 100)} %`, align: 'right' },
      { title: 'lines/s alone', value: linesAlone, align: 'right' },
    ],
  );
  const ratio = linesPerSecond / jsonLinesPerSecond;
  return [
    list,
    '',
    `${grouped(Math.round(linesPerSecond))} lines/s on one core (${grouped(lines)} lines: ${grouped(documents)} documents, ${grouped(rejected)} rejected, ${grouped(dropped)} dropped)`,
    `${ratio.toFixed(2)} of the speed of JSON.parse on its documents (${grouped(Math.round(jsonLinesPerSecond))}/s)`,
    '',
  ].join('\n');
}

/** Of what takes less than can be measured nothing can be said. */
function linesAlone({ nanosecondsPerLine }: StageFigures): string {
  return nanosecondsPerLine < 1 ? '' : grouped(Math.round(1e9 / nanosecondsPerLine));
}

/** The first lines of a file, as many as fit. */
async function beginning(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MOST_BYTES), 0, MOST_BYTES, 0);
    const text = buffer.subarray(0, bytesRead).toString('utf8');
    return bytesRead < MOST_BYTES ? text : text.slice(0, text.lastIndexOf('\n') + 1);
  } finally {
    await handle.close();
  }
}

function chunksOf(lines: readonly Line[], name: string, file: string): Chunk[] {
  const chunks: Chunk[] = [];
  const frame = chunkOf([], name, file);
  let rest: Line[] = [];
  let bytes = 0;
  for (const line of lines) {
    rest.push({ ...line, fileKey: 'bench'.padEnd(16, '-') });
    bytes += line.bytes;
    if (bytes < CHUNK_BYTES) continue;
    chunks.push({ ...frame, lines: rest, end: bytes });
    rest = [];
    bytes = 0;
  }
  if (rest.length > 0) chunks.push({ ...frame, lines: rest, end: bytes });
  return chunks;
}
