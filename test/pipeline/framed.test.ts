import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Line } from '../../src/model/line.ts';
import { loadPipelines } from '../../src/pipeline/pipelines.ts';
import { chunkOf } from '../../src/pipeline/testing.ts';
import { BINDING, fieldsOf } from './documents.ts';

const pipelines = await loadPipelines();
const TIME = '2026-11-21T10:00:00.123456789Z';
const ID = 'ab'.repeat(32);

function documentOf(text: string, path: string, more: Partial<Line>, pipeline = 'plain-text') {
  const chunk = chunkOf([text], pipeline, path);
  const processed = pipelines.compile(pipeline, BINDING).run({ ...chunk, lines: [{ ...chunk.lines[0]!, ...more }] });
  return fieldsOf(processed.documents[0]!);
}

describe('a document says of its line', () => {
  test('what framing did to it', () => {
    const flags = ['truncated', 'invalid_shift_jis'];
    const document = documentOf('a', '/a.log', { truncated: { length: 9_000_000 }, flags });
    assert.deepEqual([document['log.flags'], document['logmill.line.bytes']], [flags, 9_000_000]);
  });

  test('how many records it had when no more came in time', () => {
    assert.equal(documentOf('a\nb', '/a.log', { waited: 2 })['logmill.line.count'], 2);
    assert.equal(documentOf('a', '/a.log', {})['logmill.line.count'], undefined);
  });

  test('which stream of which container wrote it, by the names that runtimes and kubelets give to files', () => {
    const container = { stream: 'stderr', time: TIME };
    const docker = documentOf('a', `/var/lib/docker/containers/${ID}/${ID}-json.log`, { container });
    assert.deepEqual([docker['stream'], docker['container.id']], ['stderr', ID]);
    const pod = documentOf('a', '/var/log/pods/shop_cart-7d9f_0a1b-2c3d/app/0.log', { container });
    assert.deepEqual(
      ['namespace', 'pod.name', 'pod.uid', 'container.name'].map((key) => pod[`kubernetes.${key}`]),
      ['shop', 'cart-7d9f', '0a1b-2c3d', 'app'],
    );
    const link = documentOf('a', `/var/log/containers/cart-7d9f_shop_app-${ID}.log`, { container });
    assert.deepEqual(
      [
        link['kubernetes.pod.name'],
        link['kubernetes.namespace'],
        link['kubernetes.container.name'],
        link['container.id'],
      ],
      ['cart-7d9f', 'shop', 'app', ID],
    );
  });

  test('when its runtime took it, unless the line has a time of its own', () => {
    const container = { stream: 'stdout', time: TIME };
    assert.equal(documentOf('a', '/a.log', { container })['@timestamp'], '2026-11-21T10:00:00.123Z');
    const own = documentOf('{"level":30,"time":1790000000000,"msg":"x"}', '/a.log', { container }, 'pino');
    assert.equal(own['@timestamp'], new Date(1790000000000).toISOString());
    const none = documentOf('a', '/a.log', { container: { stream: 'stdout', time: 'soon' } });
    assert.notEqual(none['@timestamp'], undefined);
  });
});
