import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import { addressKey, networkSpan } from '../../../src/model/ip-address.ts';
import { optionFiles } from '../../../src/pipeline/option-files.ts';
import { NetworkTable, readNetwork } from '../../../src/pipeline/stages/lookup/network-table.ts';
import { present, runnerOf } from '../stage-context.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'logmill-lookup-'));
after(() => rmSync(folder, { recursive: true }));
const files = optionFiles(path.join(folder, 'pipeline.yaml'));

function table(name: string, content: string, options: object) {
  writeFileSync(path.join(folder, name), content);
  return runnerOf('lookup', { field: 'a', file: name, ...options }, { files });
}

describe('tables', () => {
  test('are read from CSV, whose values are of the type that their field has', () => {
    const run = table('t.csv', '\uFEFFname , id,bytes\n"Smith, Jo",7,12\r\n\nx,8,\n', {
      key: 'id',
      fields: { name: 'user.name', bytes: 'source.bytes' },
    });
    assert.deepEqual(present(run({ a: '7' })), { a: '7', 'user.name': 'Smith, Jo', 'source.bytes': 12 });
    assert.deepEqual(present(run({ a: 8 })), { a: 8, 'user.name': 'x' });
    assert.deepEqual(present(run({ a: '9' })), { a: '9' });
  });

  test('are read from JSON, by name or as a list', () => {
    const byName = table('n.json', '{"x": {"n": [1, 2]}, "y": 5}', { fields: { n: 'k.n', value: 'k.v' } });
    assert.deepEqual(present(byName({ a: 'x' })), { a: 'x', 'k.n': [1, 2] });
    assert.deepEqual(present(byName({ a: 'y' })), { a: 'y', 'k.v': 5 });
    const list = table('l.json', '[{"id": 1, "n": true}, {"n": false, "id": "q"}]', {
      key: 'id',
      fields: { n: 'k.n' },
    });
    assert.deepEqual(present(list({ a: 1 })), { a: 1, 'k.n': true });
    assert.deepEqual(present(list({ a: 'q' })), { a: 'q', 'k.n': false });
    const words = table('w.json', '["x", 5]', { tag: 'known' });
    assert.deepEqual(present(words({ a: 5 })), { a: 5, tags: ['known'] });
  });

  test('are read from text, without comments', () => {
    const run = table('t.txt', '# all\nalice  # the first\r\n\nb#b\n', { tag: 't', ignore_case: true });
    const tagged = (a: string) => present(run({ a }))['tags'] !== undefined;
    assert.deepEqual(['ALICE', 'b#b', '# all', '', 'bob'].map(tagged), [true, true, false, false, false]);
  });

  test('leave fields that are there alone, unless told otherwise', () => {
    const content = 'k,v\nx,new\n';
    const options = { fields: { v: 'b' } };
    assert.equal(present(table('o.csv', content, options)({ a: 'x', b: 'old' }))['b'], 'old');
    assert.equal(present(table('o.csv', content, { ...options, override: true })({ a: 'x', b: 'old' }))['b'], 'new');
  });

  test('are asked for the first value of a list that they have, and once for a tag', () => {
    const run = table('list.txt', 'y\nz\n', { tag: 't' });
    assert.deepEqual(present(run({ a: ['x', null, 'y', 'z'], tags: 't' })), { a: ['x', null, 'y', 'z'], tags: 't' });
    assert.deepEqual(present(run({ a: ['x', 'z'] })), { a: ['x', 'z'], tags: ['t'] });
  });

  test('that cannot be read, or lack a column, are refused with what is wrong', () => {
    assert.throws(
      () => table('bad.txt', '10.0.0.0/8\n10.0.0/99\n', { match: 'cidr', tag: 't' }),
      /line 2: "10.0.0\/99"/,
    );
    assert.throws(() => table('bad.json', '{"a": ', { tag: 't' }), /file cannot be used/);
    assert.throws(() => table('c.csv', 'a,b\n1,2\n', { fields: { c: 'x' } }), /column that is not in c.csv: c/);
    assert.throws(() => table('k.csv', 'a,b\n1,2\n', { key: 'c', tag: 't' }), /no column "c"/);
    assert.throws(() => table('n.csv', 'a,b\n1,2\n', {}), /fields or tag must be given/);
  });

  test('may have a column without any value', () => {
    const run = table('e.csv', 'k,v,w\nx,1,\n', { fields: { v: 'b', w: 'c' } });
    assert.deepEqual(present(run({ a: 'x' })), { a: 'x', b: '1' });
  });

  test('stay as they are where a change takes a column away, which is said', async () => {
    const name = 'columns.csv';
    writeFileSync(path.join(folder, name), 'k,v\nx,1\n');
    const faults: string[] = [];
    const noting = optionFiles(path.join(folder, 'pipeline.yaml'), ({ message }) => void faults.push(message));
    const run = runnerOf('lookup', { field: 'a', file: name, fields: { v: 'b' } }, { files: noting });
    writeFileSync(path.join(folder, name), 'k,w\nx,22\n');
    while (faults.length === 0) await wait(50);
    assert.match(faults[0]!, /columns\.csv.*no column "v" any more/);
    assert.deepEqual(present(run({ a: 'x' })), { a: 'x', b: '1' });
  });

  test('are read again when the file has changed', async () => {
    const run = table('live.txt', 'x\n', { tag: 't' });
    assert.equal(present(run({ a: 'y' }))['tags'], undefined);
    writeFileSync(path.join(folder, 'live.txt'), 'x\ny\n');
    while (present(run({ a: 'y' }))['tags'] === undefined) await wait(50);
  });
});

/** Addresses of few different bits, so that networks contain them and one another. */
const v4 = fc.array(fc.constantFrom(0, 1, 128, 255), { minLength: 4, maxLength: 4 }).map((bytes) => bytes.join('.'));
const v6 = fc
  .array(fc.constantFrom('0', '1', '8000', 'ffff'), { minLength: 8, maxLength: 8 })
  .map((groups) => groups.join(':'));
const v4Network = fc.tuple(v4, fc.nat(32)).map(([ip, bits]) => `${ip}/${bits}`);
const v6Network = fc.tuple(v6, fc.nat(128)).map(([ip, bits]) => `${ip}/${bits}`);
const networks = fc.array(fc.oneof(v4Network, v6Network), { maxLength: 30 });

/** The same by looking at every network. */
function longest(all: readonly string[], address: string): string | undefined {
  const key = addressKey(address)!;
  let best: string | undefined;
  for (const network of all) {
    if (network.includes(':') !== address.includes(':')) continue;
    const { first, last } = networkSpan(network)!;
    const bits = (text: string) => Number(text.split('/')[1]);
    if (first <= key && key <= last && (best === undefined || bits(network) >= bits(best))) best = network;
  }
  return best;
}

describe('a table of networks', () => {
  test('finds what a look at every network does', () => {
    fc.assert(
      fc.property(networks, fc.oneof(v4, v6), (all, address) => {
        fc.pre(!address.startsWith('0:0:0:0:0:ffff'));
        const plain = all.filter((network) => !network.startsWith('0:0:0:0:0:ffff'));
        const found = new NetworkTable<string>();
        for (const network of plain) found.add(readNetwork(network)!, network);
        assert.equal(found.find(address), longest(plain, address));
      }),
      { numRuns: 300 },
    );
  });

  test('takes IPv4 written as IPv6 for IPv4, on both sides', () => {
    const found = new NetworkTable<string>();
    found.add(readNetwork('::ffff:10.0.0.0/104')!, 'ten');
    assert.equal(found.find('10.1.2.3'), 'ten');
    assert.equal(found.find('::ffff:10.1.2.3'), 'ten');
    assert.equal(found.find('11.1.2.3'), undefined);
  });

  test('knows what is no network', () => {
    for (const text of [
      '',
      'x',
      '10.0.0.0/33',
      '10.0.0.0/',
      '10.0.0.0/8/8',
      '10.0.0.0/-1',
      '::1/129',
      '::ffff:1.2.3.4/95',
    ]) {
      assert.equal(readNetwork(text), undefined, text);
    }
  });
});
