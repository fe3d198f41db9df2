import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Identity, keyOf, resolveHostId, stemOf } from '../../src/agent/identity.ts';

describe('file identity', () => {
  test('a log and everything it is rotated into have one stem', () => {
    const suffixes = [
      '.1',
      '.12',
      '.1.gz',
      '-20261121',
      '-20261121.gz',
      '.2026-11-21-16',
      '.2026-11-21',
      '-1795305600',
      '.old',
      '.2.xz',
      '-20261121-1532.zst',
    ];
    for (const suffix of suffixes) assert.equal(stemOf(`/var/log/app.log${suffix}`), '/var/log/app.log', suffix);
  });

  test('names that only look alike keep their own stem', () => {
    for (const name of ['app.log', 'app2.log', 'app-v2.log', 'worker-1.log', 'app.2026.log', '.1', '2026-11-21']) {
      assert.equal(stemOf(`/logs/${name}`), `/logs/${name}`);
    }
  });

  test('a key is 16 base64url characters and depends on host, stem and head', () => {
    const key = keyOf('host', '/a.log', Buffer.from('head'));
    assert.match(key, /^[\w-]{16}$/);
    for (const other of [
      keyOf('host2', '/a.log', 'head'),
      keyOf('host', '/b.log', 'head'),
      keyOf('host', '/a.log', 'heat'),
    ]) {
      assert.notEqual(other, key);
    }
    assert.equal(keyOf('host', '/a.log', 'head'), key);
  });

  test('keys do not depend on how the head was learnt, nor on what follows it', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 3000 }),
        fc.array(fc.nat(3000), { maxLength: 8 }),
        fc.nat(3000),
        (content, cuts, end) => {
          const bytes = Buffer.from(content);
          const identity = new Identity('host', '/a.log');
          let from = 0;
          for (const cut of [...cuts, bytes.length].sort((a, b) => a - b)) {
            identity.learn(bytes.subarray(from, cut), from);
            from = Math.max(from, Math.min(cut, bytes.length));
          }
          const at = Math.min(end, bytes.length);
          assert.equal(identity.keyAt(at), keyOf('host', '/a.log', bytes.subarray(0, Math.min(at, 1024))));
        },
      ),
    );
  });
});

describe('host id', () => {
  const folder = () => mkdtempSync(path.join(tmpdir(), 'logmill-host-'));

  test('the configured one comes first, then the machine id', async () => {
    const file = path.join(folder(), 'machine-id');
    writeFileSync(file, 'abc\n');
    assert.equal(await resolveHostId('mine', folder(), file), 'mine');
    assert.equal(await resolveHostId(undefined, folder(), file), 'abc');
  });

  test('without a machine id one is made up and kept', async () => {
    const data = folder();
    const first = await resolveHostId(undefined, data, path.join(data, 'absent'));
    assert.match(first, /^[0-9a-f-]{36}$/);
    assert.equal(await resolveHostId(undefined, data, path.join(data, 'absent')), first);
  });
});
