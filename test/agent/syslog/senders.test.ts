import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { readSyslog } from '../../../src/pipeline/stages/syslog/read-line.ts';
import { findProgram, findSyslogNg } from '../../lanes.ts';
import { Rig } from '../rig.ts';
import { makeCertificates, OPENSSL_SKIP } from './certificates.ts';
import { lines, listening, syslogInput } from './rig.ts';

const run = promisify(execFile);
const logger = findProgram('logger');
const rsyslogd = findProgram('rsyslogd');
const syslogNg = findSyslogNg();
const COUNT = 500;
const ALL = Array.from({ length: COUNT }, (_, n) => `message ${n} ü`);

describe('real senders of syslog', () => {
  let rig: Rig;
  const endings: (() => void)[] = [];
  beforeEach(() => {
    rig = new Rig();
  });
  afterEach(async () => {
    for (const end of endings.splice(0)) end();
    await rig.stop().catch(() => {});
    rig.dispose();
  });

  /** What was sent by a program of that name, in order, as the pipeline will read it. */
  function messages(program: string): string[] {
    const read = rig.lines.map(({ text }) => readSyslog(text, 'auto'));
    return read.flatMap((line) => (line?.app === program ? [line.message.trim()] : []));
  }

  function background(program: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): void {
    const child = spawn(program, args, { stdio: 'ignore', env });
    endings.push(() => child.kill('SIGKILL'));
  }

  for (const [title, transport, format] of [
    ['UDP, RFC 3164', '--udp', '--rfc3164'],
    ['UDP, RFC 5424', '--udp', '--rfc5424'],
    ['TCP, RFC 3164', '--tcp', '--rfc3164'],
    ['TCP, RFC 5424', '--tcp', '--rfc5424'],
    ['TCP with octet counting', '--tcp', '--octet-count'],
  ] as const) {
    test(`logger over ${title}`, { skip: logger === undefined ? 'no logger' : false }, async () => {
      const ports = await listening(rig, syslogInput({ udp: '127.0.0.1:0', tcp: '127.0.0.1:0' }));
      const port = transport === '--udp' ? ports.udp : ports.tcp;
      for (const text of ['one', 'two <3> ü']) {
        await run(logger!, ['--server', '127.0.0.1', '--port', String(port), transport, format, '--tag', 'shop', text]);
      }
      await lines(rig, 2);
      assert.deepEqual(messages('shop'), ['one', 'two <3> ü']);
      assert.equal(rig.lines[0]!.sender, '127.0.0.1');
      assert.deepEqual(rig.troubles(), []);
    });
  }

  function rsyslogSends(action: string, globals = ''): void {
    const input = rig.file('in.log');
    writeFileSync(input, `${ALL.join('\n')}\n`);
    const config = rig.file('rsyslog.conf');
    writeFileSync(
      config,
      `global(workDirectory="${rig.folder}" ${globals})
module(load="imfile")
input(type="imfile" File="${input}" Tag="shop:" ruleset="ship")
ruleset(name="ship") { action(type="omfwd" target="127.0.0.1" ${action}) }
`,
    );
    background(rsyslogd!, ['-n', '-f', config, '-i', rig.file('rsyslog.pid')]);
  }

  const noRsyslog = { skip: rsyslogd === undefined ? 'no rsyslogd' : false };
  test('rsyslog over UDP', noRsyslog, async () => {
    const { udp } = await listening(rig, syslogInput({ udp: '127.0.0.1:0' }));
    rsyslogSends(`protocol="udp" port="${udp}"`);
    await lines(rig, COUNT);
    assert.deepEqual(messages('shop'), ALL);
  });

  for (const framing of ['traditional', 'octet-counted']) {
    test(`rsyslog over TCP, ${framing}, RFC 5424`, noRsyslog, async () => {
      const { tcp } = await listening(rig, syslogInput({ tcp: '127.0.0.1:0' }));
      rsyslogSends(`protocol="tcp" port="${tcp}" TCP_Framing="${framing}" template="RSYSLOG_SyslogProtocol23Format"`);
      await lines(rig, COUNT);
      assert.deepEqual(messages('shop'), ALL);
    });
  }

  test('rsyslog over TLS with a certificate of its own', {
    skip: noRsyslog.skip || OPENSSL_SKIP,
  }, async () => {
    const { ca, server, client } = makeCertificates(rig.folder);
    const { tls } = await listening(
      rig,
      syslogInput({ tls: { listen: '127.0.0.1:0', ...server, ca, client_auth: true } }),
    );
    rsyslogSends(
      `protocol="tcp" port="${tls}" StreamDriver="gtls" StreamDriverMode="1" StreamDriverAuthMode="x509/certvalid"`,
      `DefaultNetstreamDriverCAFile="${ca}" DefaultNetstreamDriverCertFile="${client.cert}" DefaultNetstreamDriverKeyFile="${client.key}"`,
    );
    await lines(rig, COUNT);
    assert.deepEqual(messages('shop'), ALL);
  });

  function syslogNgSends(destination: string): void {
    const input = rig.file('in.log');
    writeFileSync(input, `${ALL.join('\n')}\n`);
    const config = rig.file('syslog-ng.conf');
    writeFileSync(
      config,
      `@version: 3.38
source in { file("${input}" follow-freq(1) flags(no-parse) program-override("shop")); };
destination out { ${destination}; };
log { source(in); destination(out); };
`,
    );
    const { program, args, env } = syslogNg!;
    const files = ['-R', rig.file('persist'), '-c', rig.file('ctl'), '-p', rig.file('ng.pid')];
    background(program, [...args, '-F', '--no-caps', '-f', config, ...files], env);
  }

  const noSyslogNg = { skip: syslogNg === undefined ? 'no syslog-ng' : false };
  for (const [title, kind, driver] of [
    ['UDP, RFC 3164', 'udp', 'network("127.0.0.1" transport("udp") port(PORT))'],
    ['TCP, RFC 3164', 'tcp', 'network("127.0.0.1" transport("tcp") port(PORT))'],
    ['TCP, RFC 5424 with octet counting', 'tcp', 'syslog("127.0.0.1" transport("tcp") port(PORT))'],
  ] as const) {
    test(`syslog-ng over ${title}`, noSyslogNg, async () => {
      const ports = await listening(rig, syslogInput({ udp: '127.0.0.1:0', tcp: '127.0.0.1:0' }));
      syslogNgSends(driver.replace('PORT', String(ports[kind])));
      await lines(rig, COUNT);
      assert.deepEqual(messages('shop'), ALL);
    });
  }

  test('syslog-ng over TLS', { skip: noSyslogNg.skip || OPENSSL_SKIP }, async () => {
    const { ca, server } = makeCertificates(rig.folder);
    const { tls } = await listening(
      rig,
      syslogInput({ tls: { listen: '127.0.0.1:0', ...server, client_auth: false } }),
    );
    syslogNgSends(
      `syslog("127.0.0.1" transport("tls") port(${tls}) tls(ca-file("${ca}") peer-verify(required-trusted)))`,
    );
    await lines(rig, COUNT);
    assert.deepEqual(messages('shop'), ALL);
  });
});
