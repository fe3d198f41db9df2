import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { closeDocument } from '../../../../src/model/document-writer.ts';
import { loadPipelines } from '../../../../src/pipeline/pipelines.ts';
import { chunkOf } from '../../../../src/pipeline/testing.ts';
import { BINDING } from '../../documents.ts';

type Doc = Readonly<Record<string, unknown>>;
type Values = { readonly LINE: string; readonly FN: string; readonly TYPE: string; readonly MSG: string };
type Logger = { readonly name: string; readonly pipelines: readonly string[]; readonly body: string };

const FIRST: Values = { LINE: '9', FN: 'charge', TYPE: 'PayError', MSG: 'card 4711 refused' };

const pipelines = await loadPipelines();

function loggers(): Logger[] {
  const text = readFileSync(new URL('./logger-lines.txt', import.meta.url), 'utf8');
  return text
    .split(/^=== /m)
    .slice(1)
    .map((part) => {
      const end = part.indexOf('\n');
      const [, name = '', names = ''] = /^(.*): (.*)$/.exec(part.slice(0, end)) ?? [];
      return { name, pipelines: names.split(' '), body: part.slice(end + 1).trimEnd() };
    });
}

/** The JSON line and what its document must have. */
function filled(body: string, values: Values): { line: string; fields: readonly (readonly [string, string])[] } {
  const lines = Object.entries(values)
    .reduce((text, [name, value]) => text.replaceAll(name, value), body)
    .split('\n');
  const line = lines.pop()!;
  return { line, fields: lines.map((text) => [text.slice(0, text.indexOf(': ')), text.slice(text.indexOf(': ') + 2)]) };
}

function read(pipeline: string, body: string, values: Values): (field: string) => unknown {
  const { documents } = pipelines.compile(pipeline, BINDING).run(chunkOf([filled(body, values).line], pipeline, '/x'));
  const doc = JSON.parse(closeDocument(documents[0]!.document)) as Doc;
  return (field) => doc[field] ?? field.split('.').reduce<unknown>((at, step) => (at as Doc | undefined)?.[step], doc);
}

for (const { name, pipelines: names, body } of loggers()) {
  for (const pipeline of names) {
    test(`an error of ${name} read by ${pipeline} has its type, message and culprit, and the key that they make`, () => {
      const get = read(pipeline, body, FIRST);
      const key = (changes: Partial<Values>) => read(pipeline, body, { ...FIRST, ...changes })('error.grouping_key');
      for (const [field, value] of filled(body, FIRST).fields) assert.equal(get(field) ?? '-', value, field);
      const first = get('error.grouping_key');
      assert.equal(typeof first, 'string');
      assert.equal(key({ LINE: '99' }), first, 'another line');
      assert.equal(key({ MSG: 'card 4712 refused' }), first, 'another card');
      assert.notEqual(key({ TYPE: 'StockError' }), first, 'another type');
      if (get('error.culprit') === undefined) return;
      assert.notEqual(key({ FN: 'refund' }), first, 'another function');
      assert.equal(typeof get('error.stack_trace'), 'string');
    });
  }
}
