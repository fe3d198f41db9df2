import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { createDeadLetters } from '../../src/delivery/dead-letters.ts';
import { Settlement } from '../../src/delivery/settle.ts';
import { closeDocument } from '../../src/model/document-writer.ts';
import { documentId, type Line } from '../../src/model/line.ts';
import { Rejected } from '../../src/model/rejected.ts';
import { chunkOf } from './chunks.ts';

const letters = createDeadLetters({
  namespace: 'shop',
  host: { id: 'host-1', name: 'web1' },
  now: () => Date.UTC(2026, 0, 2),
});

function letterOf(change: Partial<Line>, rejected = new Rejected('invalid', 'must be a number', 'a.b')) {
  const { processed } = chunkOf(['rejected']);
  const line = { ...processed.chunk.lines[0]!, ...change };
  const settlement = new Settlement({ ...processed, chunk: { ...processed.chunk, lines: [line] } }, () => {});
  const { outgoing } = letters.ofLine(settlement, 0, rejected);
  return { outgoing, line, document: JSON.parse(closeDocument(outgoing.document, '2026-01-02T00:00:01.000Z')) };
}

describe('a dead letter', () => {
  it('says why, where and when, and holds the line whole under the id of the line', () => {
    const { outgoing, document, line } = letterOf({ text: 'a "line" \u0000 with ünïcode', offset: 42 });
    assert.equal(outgoing.id, documentId(line));
    assert.equal(outgoing.index, 'logs-logmill.dead_letter-shop');
    assert.deepEqual(document, {
      '@timestamp': '2026-01-02T00:00:00.000Z',
      message: 'plain-text rejected a line, invalid: must be a number',
      ecs: { version: '9.5.0' },
      host: { id: 'host-1', name: 'web1' },
      log: { file: { path: '/var/log/x' }, offset: 42 },
      logmill: {
        dead_letter: {
          reason: 'invalid',
          field: 'a.b',
          detail: 'must be a number',
          pipeline: 'plain-text',
          input: 'app',
          line: 'a "line" \u0000 with ünïcode',
        },
      },
      event: { kind: 'pipeline_error', dataset: 'logmill.dead_letter', ingested: '2026-01-02T00:00:01.000Z' },
    });
  });

  it('holds the exact bytes of a line that is not valid UTF-8', () => {
    const raw = Buffer.from([0x61, 0xff, 0x62]);
    const { document } = letterOf({ text: 'a\ufffdb', raw });
    assert.equal(document.logmill.dead_letter.line_base64, raw.toString('base64'));
  });

  it('holds the beginning, the length and the hash of a line over the limit', () => {
    const overlong = { length: 50_000_000, sha256: createHash('sha256').update('x').digest('hex') };
    const { document } = letterOf({ text: 'x'.repeat(65_536), overlong }, new Rejected('too_long', '50 MB'));
    const { line, length, sha256 } = document.logmill.dead_letter;
    assert.deepEqual([line.length, length, sha256], [65_536, overlong.length, overlong.sha256]);
  });
});
