import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { closeDocument } from '../../src/model/document-writer.ts';
import type { JsonValue } from '../../src/model/event.ts';
import { levelOfWord } from '../../src/model/log-level.ts';
import { loadPipelines } from '../../src/pipeline/pipelines.ts';
import { chunkOf, flatten } from '../../src/pipeline/testing.ts';

const FOLDER = fileURLToPath(new URL('../../../shared/data/beats-modules/', import.meta.url));
const absent = existsSync(FOLDER) ? false : 'the shared module logs are not beside this checkout';

/** Files of an established shipper's tests, and the pipeline of ours that reads them. */
const FILES: [file: string, pipeline: string][] = [
  ['apache/access/test.log', 'apache-access'],
  ['apache/error/test.log', 'apache-error'],
  ['apache/error/darwin-2.4.23.log', 'apache-error'],
  ['nginx/access/test.log', 'nginx-access'],
  ['nginx/error/error.log', 'nginx-error'],
  ['system/auth/test.log', 'system-auth'],
  ['system/auth/auth-ubuntu1204.log', 'system-auth'],
  ['system/syslog/suse-syslog.log', 'system-syslog'],
];

/** The fields of theirs that are ECS and that both should make of the same line. */
const COMPARED = [
  '@timestamp',
  'log.level',
  'source.ip',
  'source.address',
  'http.request.method',
  'http.response.status_code',
  'http.response.body.bytes',
  'http.version',
  'url.original',
  'user_agent.name',
  'user_agent.original',
  'user.name',
  'process.name',
  'process.pid',
  'host.hostname',
  'event.outcome',
  'event.action',
] as const;

/**
 * Where we differ on purpose: "-" and empty values are no values (theirs keeps them); of a list of host names the first
 * is the address; an agent that no pattern knows has no name (theirs: Other); a new account is the target of the change,
 * not its author; the outcome of a request follows its status.
 */
function isDeliberate(field: string, theirs: JsonValue, ours: Record<string, JsonValue>, pipeline: string): boolean {
  if (theirs === '-' || theirs === '') return ours[field] === undefined;
  if (field === 'user_agent.name' && theirs === 'Other') return ours[field] === undefined;
  if (field === 'user.name' && ours['user.target.name'] === theirs) return true;
  if (field === 'source.address') return ours[field] === String(theirs).split(', ')[0];
  if (field === 'log.level') return ours[field] === levelOfWord(String(theirs));
  if (field === 'event.outcome' && pipeline.endsWith('-access')) return ours[field] !== undefined;
  return false;
}

const pipelines = await loadPipelines();

describe('the ECS documents of another shipper', { skip: absent }, () => {
  for (const [file, pipeline] of FILES) {
    test(`${file} gives the same ECS fields`, () => {
      const text = readFileSync(FOLDER + file, 'utf8').replace(/\n$/, '');
      const expected = JSON.parse(readFileSync(`${FOLDER}${file}-expected.json`, 'utf8')) as Record<
        string,
        JsonValue
      >[];
      const compiled = pipelines.compile(pipeline, {
        input: { name: 'beats' },
        namespace: 'default',
        host: { id: 'h', name: 'n', fields: {} },
        timezone: 'UTC',
        sourceTime: () => Date.parse('2019-08-01T00:00:00Z'),
      });
      const processed = compiled.run(chunkOf(text.split('\n'), pipeline, '/x.log'));
      assert.deepEqual(processed.rejected, []);
      const byOffset = new Map(
        processed.documents.map(({ document }) => {
          const flat = flatten(JSON.parse(closeDocument(document)) as JsonValue);
          return [flat['log.offset'], flat];
        }),
      );
      for (const theirs of expected) {
        const ours = byOffset.get(theirs['log.offset']!);
        assert.ok(ours !== undefined, `line at ${theirs['log.offset']}`);
        for (const field of COMPARED) {
          const wanted = theirs[field];
          if (wanted === undefined || isDeliberate(field, wanted, ours, pipeline)) continue;
          assert.deepEqual(ours[field], wanted, `${field} at ${theirs['log.offset']}`);
        }
      }
    });
  }
});
