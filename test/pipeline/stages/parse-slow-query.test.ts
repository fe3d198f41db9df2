import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Rejected } from '../../../src/model/rejected.ts';
import { present, runnerOf } from '../stage-context.ts';

const run = runnerOf('parse-slow-query');
const ACCOUNT = '# User@Host: root[root] @ localhost [10.0.0.7]  Id: 5';

function read(...lines: readonly string[]) {
  const result = run({ message: lines.join('\n') });
  assert.ok(!(result instanceof Rejected), lines.join('\n'));
  return present(result);
}

test('accounts in all the forms that versions write', () => {
  const cases: [account: string, user: string | undefined, domain: string | undefined, ip: string | undefined][] = [
    ['root[root] @ localhost []', 'root', 'localhost', undefined],
    ['root[root] @  [192.168.0.10]', 'root', undefined, '192.168.0.10'],
    ['[SQL_SLAVE] @  []', 'SQL_SLAVE', undefined, undefined],
    ['web[app] @ h.example.org [2001:db8::1]  Id: 10997316', 'web', 'h.example.org', '2001:db8::1'],
    ['my user[my user] @ h []', 'my user', 'h', undefined],
    ['web[app] @ h.example.org [2001:db8::1]', 'web', 'h.example.org', '2001:db8::1'],
  ];
  for (const [account, user, domain, ip] of cases) {
    const event = read(`# User@Host: ${account}`, 'select 1;');
    assert.equal(event['user.name'], user, account);
    assert.equal(event['source.domain'], domain, account);
    assert.equal(event['source.ip'], ip, account);
  }
});

test('a key without a value fills nothing and takes nothing from the next one', () => {
  const event = read(ACCOUNT, '# Thread_id: 8  Schema:   QC_hit: No', 'select 1;');
  assert.equal(event['example.log.schema'], undefined);
  assert.equal(event['example.log.query_cache_hit'], false);
  assert.equal(event['example.log.thread_id'], 8);
});

test('the text of a statement stays as it came, blank lines and comments included', () => {
  const query = '/* a: 1 */ select\n\n# no pair: 7\n  2;';
  assert.equal(read(ACCOUNT, 'SET timestamp=1528898676;', query)['example.log.query'], query);
});

test('a time and a block in one event are one event, its time beginning where the block says', () => {
  const event = read('# Time: 2019-03-24T14:01:47.811234Z', ACCOUNT, 'SET timestamp=1553436105;', 'select 1;');
  assert.equal(event['@timestamp'], '2019-03-24T14:01:45.000Z');
  assert.equal(event['example.log.time'], '2019-03-24T14:01:47.811234Z');
});

test('the old form of a time, the hour with a blank before it', () => {
  assert.equal(read('# Time: 160312  9:22:10')['@timestamp'], '2016-03-12T09:22:10.000Z');
});

const key = fc.stringMatching(/^[A-Z][a-z_]{1,12}$/).filter((text) => !['Start', 'End', 'Schema', 'Id'].includes(text));

test('no number of a block is lost, whatever its keys are called', () => {
  fc.assert(
    fc.property(fc.uniqueArray(key, { maxLength: 12 }), fc.nat(), (keys, number) => {
      const line = keys.map((name, index) => `${name}: ${number + index}`).join('  ');
      const event = read(ACCOUNT, `# ${line}`, 'select 1;');
      const values = new Set(Object.values(event));
      for (const [index, name] of keys.entries()) {
        const wanted = name === 'Query_time' ? Math.round((number + index) * 1e9) : number + index;
        assert.ok(values.has(wanted), `${name} in ${line}`);
      }
    }),
  );
});

test('no text makes it throw', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.constantFrom('# Time: ', ACCOUNT, '# a: ', '#', 'use x;'))),
      (lines) => {
        run({ message: lines.join('\n') });
      },
    ),
  );
});
