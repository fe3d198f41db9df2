import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { crc32 } from 'node:zlib';
import type { Multiline } from '../config/multiline.ts';
import { closeDocument } from '../model/document-writer.ts';
import type { JsonValue } from '../model/event.ts';
import type { Chunk, Line, Processed } from '../model/line.ts';
import type { PipelineDefinition, PipelineTest } from './definition.ts';
import { runAlone } from './flow/run-alone.ts';
import type { Pipelines } from './pipelines.ts';
import type { Probe } from './probe.ts';

/** What came of one test case; no faults means it passed. */
export type TestOutcome = { readonly pipeline: string; readonly test: string; readonly faults: readonly string[] };

/** Anchor of year-less times in test cases that name none. */
const SOURCE_TIME = '2026-11-01T00:00:00Z';
const FILE_KEY = createHash('sha256').update('pipeline test').digest('base64url').slice(0, 16);
const HOST = { id: 'test-host-id', name: 'test-host' };

/** Makes events of a text's lines as the agent does: the agent's `framedText`, of which a pipeline knows nothing. */
export type FrameText = (text: string, multiline: Multiline) => readonly Line[];

/** A line as the agent would frame it, alone in a file. */
function lineOf(text: string, offset = 0): Line {
  const bytes = Buffer.from(text);
  return { text, offset, bytes: bytes.length + 1, fileKey: FILE_KEY, crc: crc32(bytes) };
}

/** A chunk of such lines, for runs without an agent (`pipeline run`, tests). `path` becomes log.file.path. */
export function chunkOf(texts: readonly string[], pipeline: string, path?: string): Chunk {
  const lines: Line[] = [];
  let offset = 0;
  for (const text of texts) {
    const line = lineOf(text, offset);
    lines.push(line);
    offset += line.bytes;
  }
  return {
    source: { id: 'test', input: 'test', path, pipeline, modifiedAt: Date.parse(SOURCE_TIME) },
    start: 0,
    end: offset,
    lines,
    skipped: { lines: 0, bytes: 0 },
    acknowledge: () => {},
  };
}

/** Runs the test cases inside a pipeline's file. @param frame where the pipeline joins lines, how it does. */
export async function runPipelineTests(
  pipelines: Pipelines,
  definition: PipelineDefinition,
  frame?: FrameText,
  probe?: Probe,
): Promise<TestOutcome[]> {
  const outcomes = definition.tests.map(async (test) => {
    const { multiline } = definition;
    const events = frame === undefined || multiline === undefined ? undefined : frame(test.in, multiline);
    const faults =
      events === undefined || events.length === 1
        ? judge(test, await runCase(pipelines, definition.name, test, events?.[0], probe))
        : [`multiline makes ${events.length} events of its lines: ${events.map(({ text }) => `"${text}"`).join(', ')}`];
    return { pipeline: definition.name, test: test.name, faults };
  });
  return await Promise.all(outcomes);
}

async function runCase(
  pipelines: Pipelines,
  name: string,
  test: PipelineTest,
  framed: Line | undefined,
  probe: Probe | undefined,
): Promise<Processed> {
  const sourceTime = Date.parse(test.source_time ?? SOURCE_TIME);
  const before = test.before ?? [];
  const texts = [...before, framed?.text ?? test.in];
  const compiled = pipelines.compile(name, {
    input: { name: 'test' },
    namespace: 'default',
    host: HOST,
    timezone: test.timezone ?? 'UTC',
    sourceTime: () => sourceTime,
    head: () => texts,
    probe,
  });
  const chunk = chunkOf(texts, name);
  const { flags } = framed ?? {};
  const lines = chunk.lines.map((line, at) =>
    at === before.length && flags !== undefined ? { ...line, flags } : line,
  );
  return onlyLine(await runAlone(compiled, { ...chunk, lines }), before.length);
}

/** What became of one line. */
function onlyLine({ chunk, documents, rejected, dropped }: Processed, wanted: number): Processed {
  const isOfLine = ({ line }: { readonly line: number }) => line === wanted;
  return {
    chunk,
    documents: documents.filter(isOfLine),
    rejected: rejected.filter(isOfLine),
    dropped: dropped.filter(isOfLine),
  };
}

function judge(test: PipelineTest, { documents, rejected, dropped }: Processed): string[] {
  const verdict = rejected[0]?.rejected;
  if (test.rejected !== undefined) {
    if (verdict === undefined) return [`expected rejection for ${test.rejected.reason}, but it was not rejected`];
    const faults: string[] = [];
    if (verdict.reason !== test.rejected.reason) faults.push(`rejected for ${verdict.reason}: ${verdict.detail}`);
    if (test.rejected.field !== undefined && verdict.field !== test.rejected.field) {
      faults.push(`rejected because of field ${verdict.field ?? '(none)'}, expected ${test.rejected.field}`);
    }
    return faults;
  }
  if (verdict !== undefined)
    return [`rejected for ${verdict.reason} (${verdict.field ?? 'no field'}): ${verdict.detail}`];
  if (test.dropped !== undefined) {
    return dropped[0]?.rule === test.dropped ? [] : [`expected to be dropped by "${test.dropped}", but it was not`];
  }
  if (dropped[0] !== undefined) return [`dropped by "${dropped[0].rule}"`];
  if (documents.length === 0) return ['nothing came out'];
  const document = flatten(JSON.parse(closeDocument(documents[0]!.document)) as JsonValue);
  return Object.entries(flatten((test.out ?? {}) as JsonValue)).flatMap(([field, expected]) =>
    compare(field, expected, document),
  );
}

/** `*` asks for any value, null for none. */
function compare(field: string, expected: JsonValue, document: Readonly<Record<string, JsonValue>>): string[] {
  const actual = document[field];
  if (expected === null) return actual === undefined ? [] : [`${field} is ${JSON.stringify(actual)}, expected none`];
  if (actual === undefined) return [`${field} is missing, expected ${JSON.stringify(expected)}`];
  if (expected === '*' || isDeepStrictEqual(actual, expected)) return [];
  return [`${field} is ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`];
}

/** Nested objects as dotted names. */
export function flatten(
  value: JsonValue,
  prefix = '',
  into: Record<string, JsonValue> = {},
): Record<string, JsonValue> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [key, child] of Object.entries(value)) flatten(child, prefix === '' ? key : `${prefix}.${key}`, into);
  } else into[prefix] = value;
  return into;
}
