import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { crc32 } from 'node:zlib';
import { demoInputs, startDemoTraffic } from '../../src/cli/demo-traffic.ts';
import { closeDocument } from '../../src/model/document-writer.ts';
import type { Chunk, Processed } from '../../src/model/line.ts';
import { loadPipelines } from '../../src/pipeline/pipelines.ts';
import { scratchFolder } from '../process/command.ts';

type Input = ReturnType<typeof demoInputs>[number];
type Doc = {
  '@timestamp': string;
  event: { outcome?: string; duration?: number; category?: string[] };
  http?: { response?: { status_code?: number } };
  source?: { ip?: string };
};

const MINUTE = 60_000;

/** Writes the past alone: the live part is stopped before its first second. */
function writePast(folder: string): void {
  const live = new AbortController();
  startDemoTraffic(folder, live.signal);
  live.abort();
}

function linesOf({ files }: Input): string[] {
  return readFileSync(files[0]!, 'utf8').trimEnd().split('\n');
}

function chunkOf(input: Input): Chunk {
  const path = input.files[0]!;
  return {
    source: { id: path, input: input.name, path, pipeline: input.pipeline, modifiedAt: Date.now() },
    start: 0,
    end: 0,
    lines: linesOf(input).map((text, offset) => {
      return { text, offset, bytes: text.length + 1, fileKey: 'k'.repeat(16), crc: crc32(text) };
    }),
    skipped: { lines: 0, bytes: 0 },
    acknowledge: () => {},
  };
}

describe('the past that --demo writes', () => {
  const { folder, remove } = scratchFolder();
  const inputs = demoInputs(folder);
  const processed = new Map<string, Processed>();
  const docs: Doc[] = [];
  const started = Date.now();

  before(async () => {
    writePast(folder);
    const pipelines = await loadPipelines();
    for (const input of inputs) {
      const binding = { input, namespace: 'default', host: { id: 'h', name: 'demo' }, sourceTime: Date.now };
      const compiled = pipelines.compile(input.pipeline, { ...binding, timezone: input.timezone ?? 'UTC' });
      const result = compiled.run(chunkOf(input));
      processed.set(input.name, result);
      docs.push(...result.documents.map(({ document }) => JSON.parse(closeDocument(document)) as Doc));
    }
  });
  after(remove);

  it('becomes a document line by line, but for a few torn lines of the API', () => {
    for (const [name, { chunk, documents, rejected, dropped }] of processed) {
      assert.ok(chunk.lines.length > 50, `${name} has ${chunk.lines.length} lines`);
      assert.deepEqual([documents.length + rejected.length, dropped], [chunk.lines.length, []], name);
      const torn = chunk.lines.flatMap(({ text }, at) => (name === 'demo-api' && !text.endsWith('}') ? [at] : []));
      assert.deepEqual(
        rejected.map(({ line, rejected: { reason } }) => [line, reason]),
        torn.map((at) => [at, 'unparsable']),
      );
      assert.equal(torn.length > 0, name === 'demo-api');
    }
  });

  it('reaches from half an hour ago to now', () => {
    const times = docs.map((doc) => Date.parse(doc['@timestamp']));
    assert.ok(Math.min(...times) >= started - 30 * MINUTE - 1000);
    assert.ok(Math.min(...times) < started - 29 * MINUTE);
    assert.ok(Math.max(...times) > started - MINUTE);
  });

  it('ends inside an error burst right after a login attack, so that there is something to see at once', () => {
    const recent = docs.filter((doc) => Date.parse(doc['@timestamp']) > started - 5 * MINUTE);
    const failing = new Map<string, number>();
    for (const { event, source } of recent) {
      if (event.category?.includes('authentication') !== true || event.outcome !== 'failure') continue;
      failing.set(source?.ip ?? '', (failing.get(source?.ip ?? '') ?? 0) + 1);
    }
    assert.ok(Math.max(...failing.values()) >= 10, 'failed logins from one address');
    const answers = recent.filter(({ http }) => http?.response?.status_code !== undefined);
    const failed = answers.filter(({ http }) => http!.response!.status_code! >= 500);
    assert.ok(failed.length / answers.length > 0.05, 'share of server errors');
  });

  it('has a slow endpoint in it', () => {
    assert.ok(docs.filter(({ event }) => (event.duration ?? 0) > 1e9).length > 20);
  });

  it('is not written again at a restart', () => {
    const sizes = () => inputs.map((input) => linesOf(input).length);
    const written = sizes();
    writePast(folder);
    const seconds = Math.ceil((Date.now() - started) / 1000) + 1;
    sizes().forEach((size, at) => {
      assert.ok(size - written[at]! <= 6 * seconds, `${size - written[at]!} more lines`);
    });
  });
});
