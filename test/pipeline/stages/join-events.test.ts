import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Event } from '../../../src/model/event.ts';
import { runAlone } from '../../../src/pipeline/flow/run-alone.ts';
import { loadPipelines } from '../../../src/pipeline/pipelines.ts';
import { chunkOf } from '../../../src/pipeline/testing.ts';
import { BINDING, fieldsOf } from '../documents.ts';
import { statefulOf, token } from '../stage-context.ts';

const options = { by: ['id'], until: 'last: true', lists: ['v'], timeout: '2s' };

test('an event waits for those of its key until its last one or its time is over', () => {
  const runner = statefulOf('join-events', options);
  const records = [token(), token(), token(), token()];
  assert.deepEqual(runner.push({ id: 1, v: 'a' }, records[0]!, 1000), []);
  assert.deepEqual(runner.push({ id: 2, v: 'b' }, records[1]!, 1500), []);
  const [ended] = runner.push({ id: 1, v: 'c', last: true }, records[2]!, 2000);
  assert.deepEqual(ended, { result: { id: 1, v: ['a', 'c'], last: true }, of: [records[0], records[2]] });
  assert.deepEqual(runner.flush(3499, false), []);
  const early = (id: number, v: string, record = records[1]) => [{ result: { id, v }, of: [record], mayGoOn: true }];
  assert.deepEqual(runner.flush(3500, false), early(2, 'b'));
  runner.push({ id: 3, v: 'd' }, records[3]!, 4000);
  assert.deepEqual(runner.flush(4000, true), early(3, 'd', records[3]), 'room is wanted');
  assert.deepEqual(runner.close(), []);
});

test('too many keys, or too many of one, wait no longer', () => {
  const runner = statefulOf('join-events', { ...options, most_keys: 2, most_events: 2 });
  runner.push({ id: 1 }, token(), 0);
  runner.push({ id: 2 }, token(), 0);
  assert.deepEqual(
    runner.push({ id: 3 }, token(), 0).map(({ result }) => result),
    [{ id: 1 }],
  );
  assert.deepEqual(
    runner.push({ id: 3, w: 1 }, token(), 0).map(({ result }) => result),
    [{ id: 3, w: 1 }],
  );
});

test('whole lines, tags and failures of all events are kept, whatever is said of lists', () => {
  const runner = statefulOf('join-events', { by: ['id'] });
  const error = (reason: string) => ({ stage: 'parse-time', reason, field: 'x', detail: 'no' });
  const said = (event: Event): Event => ({ id: 1, ...event });
  runner.push(said({ message: 'a', 'event.original': '1 a', tags: ['x'] }), token(), 0);
  runner.push(
    said({ message: 'b', 'event.original': '1 b', tags: ['x', 'y'], 'logmill.stage_errors': [error('invalid')] }),
    token(),
    0,
  );
  runner.push(said({ 'event.original': '1 c', 'logmill.stage_errors': [error('fault')] }), token(), 0);
  assert.deepEqual(
    runner.close().map(({ result }) => result),
    [
      {
        id: 1,
        message: 'a\nb',
        'event.original': '1 a\n1 b\n1 c',
        tags: ['x', 'y'],
        'logmill.stage_errors': [error('invalid'), error('fault')],
      },
    ],
  );
});

test('every record comes out exactly once, the first of an event first', () => {
  const events = fc.array(
    fc.record({ id: fc.option(fc.nat(4), { nil: undefined }), last: fc.boolean(), time: fc.nat(9000) }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(events, (all) => {
      const runner = statefulOf('join-events', { ...options, most_keys: 3, most_events: 5 });
      const given = new Map(all.map((event, index) => [token(), { event, index }]));
      const named: number[] = [];
      const note = (outputs: ReturnType<typeof runner.close>) => {
        for (const { of } of outputs) {
          const places = of.map((record) => given.get(record)!.index);
          assert.deepEqual(
            places,
            places.toSorted((a, b) => a - b),
          );
          named.push(...places);
        }
      };
      for (const [record, { event }] of given) {
        const { id, last, time } = event;
        note(runner.push({ ...(id === undefined ? {} : { id }), last } as Event, record, time));
        note(runner.flush(time, false));
      }
      note(runner.close());
      assert.deepEqual(
        named.toSorted((a, b) => a - b),
        [...all.keys()],
      );
    }),
  );
});

const RECORDS = [
  'type=SYSCALL msg=audit(1790000000.123:77): arch=c000003e syscall=59 success=yes exit=0 a0=1 ppid=7 pid=8 auid=1000 uid=1000 euid=0 tty=pts0 comm="tar" exe="/usr/bin/tar" key="exec"',
  'type=SYSCALL msg=audit(1790000000.124:78): arch=c000003e syscall=257 success=no exit=-13 pid=9 comm="cat" exe="/usr/bin/cat"',
  'type=EXECVE msg=audit(1790000000.123:77): argc=3 a0="tar" a1="-c" a2="/home"',
  'type=CWD msg=audit(1790000000.123:77): cwd="/srv"',
  'type=PATH msg=audit(1790000000.124:78): item=0 name="/etc/shadow" nametype=NORMAL',
  'type=PATH msg=audit(1790000000.123:77): item=0 name="/usr/bin/tar" nametype=NORMAL',
  'type=PATH msg=audit(1790000000.123:77): item=1 name="/lib64/ld-linux-x86-64.so.2" nametype=NORMAL',
  'type=PROCTITLE msg=audit(1790000000.123:77): proctitle=746172002D63002F686F6D65',
];

test('auditd-event makes one document of the records of one event, in whatever order they come', async () => {
  const pipelines = await loadPipelines();
  const compiled = pipelines.compile('auditd-event', BINDING);
  const { documents, rejected } = await runAlone(compiled, chunkOf(RECORDS, 'auditd-event'));
  assert.deepEqual(rejected, []);
  const [command, file] = documents
    .map(fieldsOf)
    .sort((one, other) => Number(one['log.offset']) - Number(other['log.offset']));
  assert.equal(documents.length, 2);
  assert.deepEqual(command!['process.args'], ['tar', '-c', '/home']);
  assert.deepEqual(command!['file.path'], ['/usr/bin/tar', '/lib64/ld-linux-x86-64.so.2']);
  assert.deepEqual(command!['event.category'], ['process']);
  assert.equal(command!['process.working_directory'], '/srv');
  assert.equal(command!['user.effective.id'], '0');
  assert.equal(command!['auditd.event.key'], 'exec');
  assert.equal(String(command!['message']).split('\n').length, 6);
  assert.deepEqual([file!['file.path'], file!['event.outcome']], ['/etc/shadow', 'failure']);
});
