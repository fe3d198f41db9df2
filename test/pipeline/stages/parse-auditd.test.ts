import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Rejected } from '../../../src/model/rejected.ts';
import { socketAddressOf } from '../../../src/pipeline/stages/auditd/decode.ts';
import { readRecord } from '../../../src/pipeline/stages/auditd/read-record.ts';
import { typeName } from '../../../src/pipeline/stages/auditd/record-types.ts';
import { present, runnerOf } from '../stage-context.ts';

const run = runnerOf('parse-auditd');
const head = 'type=USER_CMD msg=audit(1790000000.123:77): ';
const read = (body: string) => present(run({ message: head + body }));
const hex = (text: string) => Buffer.from(text).toString('hex').toUpperCase();

test('a record is known behind whatever a relay puts before it', () => {
  for (const before of [
    '',
    'node=db-1 ',
    'Nov 21 10:00:00 web-1 audispd: ',
    '<13>Nov 21 10:00:00 web-1 audisp-syslog[7]: ',
  ]) {
    const event = present(run({ message: `${before}${head}pid=7` }));
    assert.deepEqual([event['process.pid'], event['@timestamp']], [7, '2026-09-21T14:13:20.123Z'], before);
  }
  for (const line of ['', 'type=', 'type=X msg=audit(1:2): a=1', 'msg=audit(1790000000.123:77): a=1']) {
    assert.ok(run({ message: line }) instanceof Rejected, line);
  }
});

test('a type known by number only gets its name, an unknown one stays', () => {
  const typed = (type: string) => present(run({ message: `type=${type} audit(1790000000.123:77): a=1` }));
  assert.equal(typed('1300')['example.log.record_type'], 'SYSCALL');
  assert.equal(typed('UNKNOWN[1327]')['example.log.record_type'], 'PROCTITLE');
  const unknown = typed('UNKNOWN[1999]');
  assert.deepEqual([unknown['event.action'], unknown['event.category']], ['unknown[1999]', undefined]);
});

test('only values without quotes are hexadecimal, and only of keys that audit encodes', () => {
  const event = read('comm="AB" exe=2F782079 ses=3132 acct=C3A9');
  assert.equal(event['process.name'], 'AB');
  assert.equal(event['process.executable'], '/x y');
  assert.equal(event['example.log.ses'], '3132');
  assert.equal(event['user.name'], 'é');
});

test('a number too large for a process id keeps its text', () => {
  const event = read('pid=99999999999999999999 uid=0');
  assert.equal(event['process.pid'], undefined);
  assert.equal(event['example.log.pid'], '99999999999999999999');
});

test('all numbers of linux/audit.h have their names', () => {
  const names: [number, string][] = [
    [1006, 'LOGIN'],
    [1111, 'USYS_CONFIG'],
    [1138, 'SOFTWARE_UPDATE'],
    [1206, 'DAEMON_RESUME'],
    [1309, 'EXECVE'],
    [1318, 'OBJ_PID'],
    [1327, 'PROCTITLE'],
    [1330, 'KERN_MODULE'],
    [1334, 'BPF'],
    [1415, 'MAC_IPSEC_EVENT'],
    [1503, 'APPARMOR_DENIED'],
    [1700, 'ANOM_PROMISCUOUS'],
    [1805, 'INTEGRITY_RULE'],
    [2404, 'CRYPTO_KEY_USER'],
    [2500, 'VIRT_CONTROL'],
  ];
  for (const [number, name] of names) assert.equal(typeName(String(number)), name);
  assert.equal(typeName('9999'), '9999');
});

test('a key that comes twice keeps both values', () => {
  assert.deepEqual(read('op=a x=1 x=2 x=3')['example.log.x'], ['1', '2', '3']);
});

test('every address of IPv6 has its shortest form', () => {
  const address = (groups: string) => socketAddressOf(`0A000016${'00'.repeat(4)}${groups}00000000`)?.ip;
  assert.equal(address(`${'0000'.repeat(7)}0001`), '::1');
  assert.equal(address('0000'.repeat(8)), '::');
  assert.equal(address('20010DB8000000000001000000000001'), '2001:db8::1:0:0:1');
  assert.equal(address('20010DB8000100000001000100010001'), '2001:db8:1:0:1:1:1:1');
  assert.equal(address('00000000000000000000FFFF0A000001'), '10.0.0.1');
  assert.equal(socketAddressOf('zz'), undefined);
  assert.deepEqual(socketAddressOf('0100002F746D702F78'), { family: 'unix', path: '@/tmp/x' });
  assert.deepEqual(socketAddressOf('10000000000000000000'), { family: 'netlink' });
});

test('what auditd looked up is found where a relay swallowed the character before it, but not inside of a value', () => {
  const first = read('cap_fver=0 cap_frootid=0OUID="root" OGID="adm"');
  assert.deepEqual([first['file.owner'], first['file.group'], first['example.log.cap_frootid']], ['root', 'adm', '0']);
  const second = read('op=start res=successAUID="unset" UID="root"');
  assert.deepEqual([second['event.outcome'], second['user.name']], ['success', 'root']);
  const third = read('cwd="/x GUID=abc UID=def" exe="/bin/env" res=success UID="root" EUID="bob"');
  assert.deepEqual(
    [third['process.working_directory'], third['user.name'], third['user.effective.name']],
    ['/x GUID=abc UID=def', 'root', 'bob'],
  );
});

test('ports of access vectors are no addresses', () => {
  const bind = read('avc:  denied  { name_bind } for  pid=7 comm="httpd" src=8081 tclass=tcp_socket');
  assert.deepEqual([bind['source.port'], bind['source.address'], bind['source.domain']], [8081, undefined, undefined]);
  const packet = read('avc:  denied  { recv_msg } for  saddr=10.0.0.1 src=80 daddr=10.0.0.2 dest=4711 netif=eth0');
  assert.deepEqual([packet['source.ip'], packet['source.port']], ['10.0.0.1', 80]);
  assert.deepEqual([packet['destination.ip'], packet['destination.port']], ['10.0.0.2', 4711]);
});

test('in the log of the kernel the program of a record stands beside the kernel', () => {
  const message = 'audit: type=1400 audit(1790000000.123:77): apparmor="DENIED" pid=7 comm="ntpd"';
  const event = present(run({ 'process.name': 'kernel', message }));
  assert.deepEqual([event['process.name'], event['example.log.comm']], ['kernel', 'ntpd']);
});

test('a hostile record makes neither fields without end nor a slow run', () => {
  const many = Array.from({ length: 5000 }, (_, index) => `k${index}=v`).join(' ');
  assert.ok(Object.keys(read(many)).length < 200);
  const command = Array.from({ length: 5000 }, (_, index) => `a${index}=78`).join(' ');
  const event = present(run({ message: `type=EXECVE msg=audit(1790000000.123:77): argc=5000 ${command}` }));
  assert.ok(Object.keys(event).length < 60);
  assert.equal((event['process.args'] as readonly string[]).length, 1999);
});

test('what is written as audit writes it comes back', () => {
  const text = fc.string({ minLength: 1, maxLength: 40 }).filter((value) => !['(null)', '?'].includes(value));
  fc.assert(
    fc.property(text, text, (executable, title) => {
      const plain = /^[^\s"'\x00-\x1f\x7f]+$/.test(executable);
      const event = read(`exe=${plain ? `"${executable}"` : hex(executable)} cmd=${hex(title)} res=success`);
      assert.equal(event['process.executable'], executable);
      assert.equal(event['process.command_line'], title);
      assert.equal(event['event.outcome'], 'success');
    }),
  );
});

test('no text makes it throw, and no pair outlasts its bounds', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...' ="\'{}\u001da1_AB-[]'), maxLength: 200 }), (body) => {
      read(body);
      assert.ok((readRecord(head + body)?.pairs.length ?? 0) <= 200);
    }),
  );
});
