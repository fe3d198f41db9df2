import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { closeDocument } from '../../src/model/document-writer.ts';
import type { JsonValue } from '../../src/model/event.ts';
import { fieldType } from '../../src/model/field-type.ts';
import type { PipelineDefinition } from '../../src/pipeline/definition.ts';
import { runAlone } from '../../src/pipeline/flow/run-alone.ts';
import { loadPipelines } from '../../src/pipeline/pipelines.ts';
import { chunkOf, flatten } from '../../src/pipeline/testing.ts';
import { ALLOWED } from './allowed-values.ts';

const shipped = await loadPipelines();
const NOW = Date.parse('2026-11-01T00:00:00Z');

/** Lines of the pipeline's own cases with a piece cut out, doubled, or replaced by something else. */
function damaged(lines: readonly string[]): fc.Arbitrary<string> {
  const piece = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom(
      '',
      '"',
      '\\',
      '[',
      '{}',
      '-',
      '=',
      '\t',
      '\u0000',
      '😀',
      '\ud800',
      'NaN',
      '-1',
      '99999999999999999999',
    ),
  );
  return fc
    .record({
      line: fc.constantFrom(...lines),
      from: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.nat(30),
      piece,
    })
    .map(({ line, from, length, piece: text }) => {
      const at = Math.floor(from * line.length);
      return line.slice(0, at) + text + line.slice(at + length);
    });
}

const keys = fc.constantFrom(
  'message',
  'msg',
  'level',
  'time',
  'ts',
  '@timestamp',
  'host',
  'error',
  'user',
  'status',
  'log',
  'event',
  'a.b',
);
const json = fc.dictionary(keys, fc.jsonValue({ maxDepth: 2 })).map((value) => JSON.stringify(value));

function linesFor({ tests }: PipelineDefinition): fc.Arbitrary<string> {
  return fc.oneof(damaged(tests.map((one) => one.in)), json, fc.string({ maxLength: 200, unit: 'binary' }));
}

describe('every shipped pipeline', () => {
  for (const definition of shipped.definitions) {
    test(`${definition.name} loses no line of any text, fails on none, and makes documents of ECS's types`, async () => {
      const lines = fc.array(linesFor(definition), { minLength: 1, maxLength: 8 });
      await fc.assert(
        fc.asyncProperty(lines, async (texts) => {
          const faults: string[] = [];
          const compiled = shipped.compile(definition.name, {
            input: { name: 'in' },
            namespace: 'default',
            host: { id: 'h1', name: 'host', fields: {} },
            timezone: 'Europe/Vienna',
            sourceTime: () => NOW,
            now: () => NOW,
            onFault: (fault) => void faults.push(fault.message),
          });
          const { documents, rejected, dropped } = await runAlone(compiled, chunkOf(texts, definition.name));
          assert.deepEqual(faults, []);
          const named = new Set([...documents, ...rejected, ...dropped].map(({ line }) => line));
          assert.equal(named.size, texts.length, 'every line ends in a document, a rejection or a drop');
          for (const { document } of documents) assertTyped(JSON.parse(closeDocument(document)) as JsonValue);
        }),
        { numRuns: 25 },
      );
    });
  }
});

function assertTyped(document: JsonValue): void {
  for (const [field, value] of Object.entries(flatten(document))) {
    for (const one of Array.isArray(value) ? value : [value]) {
      assert.ok(fits(field, one as JsonValue), `${field} cannot be ${JSON.stringify(one)}`);
    }
  }
}

function fits(field: string, value: JsonValue): boolean {
  if (value === null) return true;
  const allowed = ALLOWED[field];
  if (allowed !== undefined) return allowed.includes(String(value));
  const type = fieldType(field);
  if (type === 'long') return Number.isInteger(Number(value)) && value !== '';
  if (type === 'double') return Number.isFinite(Number(value)) && value !== '';
  if (type === 'boolean') return typeof value === 'boolean';
  if (type === 'date') return typeof value === 'string' && !Number.isNaN(Date.parse(value));
  if (type === 'ip') return typeof value === 'string' && isIP(value) !== 0;
  if (type === 'keyword' || type === 'text') return typeof value !== 'object';
  return true;
}
