import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { slowness } from '../../../src/config/slow-pattern.ts';
import { Rejected } from '../../../src/model/rejected.ts';
import { compilePrefix } from '../../../src/pipeline/stages/postgresql/prefix.ts';
import { severityOf } from '../../../src/pipeline/stages/postgresql/severity.ts';
import { present, runnerOf } from '../stage-context.ts';

const run = runnerOf('parse-postgresql');

function read(message: string, runner = run) {
  const result = runner({ message });
  return result instanceof Rejected ? undefined : present(result);
}

describe('prefixes of one’s own', () => {
  const cases: [prefix: string, line: string, wanted: Record<string, unknown>][] = [
    [
      '%c|%x|%v|%l ',
      '5f2a1b3c.4d2|77|3/12|9 LOG:  x',
      { transaction_id: 77, virtual_transaction_id: '3/12', session_line: 9 },
    ],
    ['%%%p%% ', '%77% LOG:  x', { 'process.pid': 77 }],
    ['%-8p|%10u|', '77      |       bob|LOG:  x', { 'process.pid': 77, 'user.name': 'bob' }],
    ['%b %P %Q %p ', 'autovacuum 8 -77 9 LOG:  x', { backend_type: 'autovacuum', leader_pid: 8, query_id: '-77' }],
    ['[%i] %e ', '[idle in transaction] 25P03 FATAL:  x', { command_tag: 'idle in transaction', sql_state: '25P03' }],
    ['%m [%p] %q[%u@%d] ', '2021-03-01 12:00:00.123 UTC [7] LOG:  x', { 'process.pid': 7, 'user.name': undefined }],
  ];
  for (const [prefix, line, wanted] of cases) {
    test(`${prefix} on ${line}`, () => {
      const event = read(line, runnerOf('parse-postgresql', { prefixes: [prefix] }))!;
      for (const [name, value] of Object.entries(wanted)) {
        assert.equal(event[name.includes('.') ? name : `example.log.${name}`], value, name);
      }
      assert.equal(event['message'], 'x');
    });
  }

  test('one that PostgreSQL would not take is refused', () => {
    assert.throws(() => runnerOf('parse-postgresql', { prefixes: ['%m %y '] }), /prefixes\[0\] .*%y/);
    assert.throws(() => runnerOf('parse-postgresql', { prefixes: ['%m 100% '] }), /prefixes\[0\] /);
  });

  test('none can be made slow', async () => {
    for (const prefix of ['%m [%p] %q%u@%d/%a ', '%a%u%d%h', '%r,%a,%b,%i ', '[%a] [%u] ']) {
      assert.equal(await slowness(compilePrefix(prefix).regex.source, ''), undefined, prefix);
    }
  });
});

test('words of other languages are the levels they stand for', () => {
  assert.deepEqual(severityOf('FEHLER'), { level: 'error', part: undefined });
  assert.deepEqual(severityOf('ВАЖНО'), { level: 'fatal', part: undefined });
  assert.deepEqual(severityOf('ANWEISUNG'), { level: 'statement', part: 'statement' });
  assert.deepEqual(severityOf('错误'), { level: 'error', part: undefined });
  assert.deepEqual(severityOf('DEBUG3'), { level: 'debug', part: undefined });
});

test('a text that looks like a severity is none without a prefix that ends before it', () => {
  assert.equal(read('what is LOG:  x'), undefined);
  assert.equal(read('2021-03-01 12:00:00.123 UTC [77] what is NEWS:  x'), undefined);
});

describe('prefixes that nobody named', () => {
  const cases: [line: string, wanted: Record<string, unknown>][] = [
    [
      '2024-06-18 08:01:02.123 EST [64][client backend][3/12][0] LOG:  x',
      { 'process.pid': 64, prefix: '2024-06-18 08:01:02.123 EST [64][client backend][3/12][0]' },
    ],
    [
      '2024-06-18 08:01:02.123 UTC [64:3] bob@shop 42601 ERROR:  x',
      { 'process.pid': 64, session_line: 3, sql_state: '42601' },
    ],
    ['< 2024-06-18 08:01:02.123 UTC 64 bob shop > LOG:  x', { time: '2024-06-18 08:01:02.123 UTC' }],
    [
      '2024-06-18 08:01:02.123 UTC pid=64 user=bob db=shop app=my app client=2001:db8::1 LOG:  x',
      {
        'process.pid': 64,
        'user.name': 'bob',
        database: 'shop',
        application_name: 'my app',
        'source.ip': '2001:db8::1',
      },
    ],
    [
      'user=bob,db=shop,app=,client=10.0.0.1 LOG:  x',
      { 'user.name': 'bob', database: 'shop', 'source.ip': '10.0.0.1' },
    ],
    ['2024-06-18 08:01:02.123 UTC 66713b1e.40 LOG:  x', { session_id: '66713b1e.40' }],
    ['1718697662.123 [64] what is LOG:  x', { epoch: '1718697662.123', 'process.pid': 64 }],
    ['2024-06-18 08:01:02 UTC|[local]|LOG:  x', { remote: '[local]' }],
  ];
  for (const [line, wanted] of cases) {
    test(line, () => {
      const event = read(line)!;
      for (const [name, value] of Object.entries(wanted)) {
        assert.equal(event[name.includes('.') ? name : `example.log.${name}`], value, name);
      }
      assert.equal(event['message'], 'x');
    });
  }
});

test('the state of SQL that log_error_verbosity puts before a text is a field of its own', () => {
  const event = read('2021-03-01 12:00:00.123 UTC [77] ERROR:  42P01: relation "x" does not exist')!;
  assert.equal(event['example.log.sql_state'], '42P01');
  assert.equal(event['message'], 'relation "x" does not exist');
  assert.equal(read('2021-03-01 12:00:00.123 UTC [77] LOG:  AUDIT: x')!['message'], 'AUDIT: x');
});

test('the line is kept where it is asked for', () => {
  const line = '2021-03-01 12:00:00.123 UTC [77] LOG:  x';
  assert.equal(read(line, runnerOf('parse-postgresql', { line: 'whole' }))!['whole'], line);
});

test('no text of a report is lost, and no text makes it throw', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      run({ message: text });
      const event = read(`2021-03-01 12:00:00.123 UTC [77] bob@shop LOG:  ${text}`);
      // Blanks behind the colon are the report's, whatever the text begins with.
      assert.equal(event?.['message'], text);
    }),
  );
});
