import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { closeDocument } from '../../src/model/document-writer.ts';
import type { JsonValue } from '../../src/model/event.ts';
import type { Processed } from '../../src/model/line.ts';
import { loadPipelines } from '../../src/pipeline/pipelines.ts';
import { chunkOf, flatten } from '../../src/pipeline/testing.ts';

const FOLDER = fileURLToPath(new URL('../../../shared/data/access/', import.meta.url));
const absent = existsSync(FOLDER) ? false : 'the shared access logs are not beside this checkout';
/** What differs between the two forms of one request: the file, the line itself, the name of the pipeline. */
const OF_THE_FORM = ['message', 'log.offset', 'log.file.path', 'event.dataset'];

const pipelines = await loadPipelines();

function run(file: string, pipeline: string): Processed {
  const compiled = pipelines.compile(pipeline, {
    input: { name: 'access' },
    namespace: 'default',
    host: { id: 'h', name: 'n', fields: {} },
    timezone: 'UTC',
    sourceTime: () => 0,
  });
  return compiled.run(
    chunkOf(
      readFileSync(FOLDER + file, 'utf8')
        .trimEnd()
        .split('\n'),
      pipeline,
      `/logs/${file}`,
    ),
  );
}

function documents(processed: Processed): Record<string, JsonValue>[] {
  return processed.documents.map(({ document }) => flatten(JSON.parse(closeDocument(document)) as JsonValue));
}

describe('10,000 real requests', { skip: absent }, () => {
  test('as Apache wrote them are 9,999 documents and one rejected line, the one cut off', () => {
    const processed = run('apache_logs', 'apache-access');
    assert.equal(processed.documents.length, 9999);
    assert.deepEqual(
      processed.rejected.map(({ line, rejected }) => [line + 1, rejected.reason]),
      [[8899, 'unparsable']],
    );
    const all = documents(processed);
    assert.equal(all.filter((document) => document['http.response.status_code'] === 404).length, 213);
    assert.equal(new Set(all.map((document) => document['source.ip'])).size, 1753);
    assert.ok(processed.documents.every(({ index }) => index === 'logs-apache.access-default'));
    assert.equal(new Set(processed.documents.map(({ id }) => id)).size, 9999);
  });

  test('in JSON are 9,999 documents with the same fields, none rejected', () => {
    const json = run('apache_logs.as-nginx-json.ndjson', 'nginx-access');
    assert.equal(json.rejected.length, 0);
    assert.equal(json.documents.length, 9999);
    const text = documents(run('apache_logs', 'apache-access'));
    for (const [index, document] of documents(json).entries()) {
      const other = text[index]!;
      for (const field of OF_THE_FORM) {
        delete document[field];
        delete other[field];
      }
      assert.deepEqual(document, other);
    }
  });
});
