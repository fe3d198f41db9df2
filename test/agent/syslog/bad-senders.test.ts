import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { startAgent } from '../../../src/agent/agent.ts';
import { balances } from '../../../src/model/ledger.ts';
import { eventually } from '../../process/server.ts';
import { acknowledge, Rig } from '../rig.ts';
import { makeCertificates, OPENSSL_SKIP } from './certificates.ts';
import { lines, listening, syslogInput } from './rig.ts';

describe('bad senders of syslog', () => {
  let rig: Rig;
  const sockets: Socket[] = [];
  beforeEach(() => {
    rig = new Rig();
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await rig.stop().catch(() => {});
    rig.dispose();
  });

  function dial(port: number | undefined): Socket {
    const socket = connect(port!, '127.0.0.1');
    socket.on('error', () => {});
    socket.resume();
    sockets.push(socket);
    return socket;
  }

  /** Resolves when the connection is over, in whatever way. */
  const closed = (socket: Socket) => new Promise((resolve) => socket.once('close', resolve));

  async function datagrams(port: number | undefined, messages: readonly (string | Buffer)[]): Promise<void> {
    const socket = createSocket('udp4');
    for (const message of messages) {
      await new Promise((resolve) => socket.send(message, port!, '127.0.0.1', resolve));
    }
    socket.close();
  }

  const refused = async (reason: string) => {
    const { values } = await rig.telemetry.refused.get();
    return values.find(({ labels }) => labels.reason === reason)?.value ?? 0;
  };
  const entry = () => rig.agent.files()[0]!;

  test('a connection cut within a counted message: its bytes are a gap, what came before is read', async () => {
    const { tcp } = await listening(rig, syslogInput({ tcp: '127.0.0.1:0' }));
    dial(tcp).end('5 <1>ab50 <2>half');
    await lines(rig, 1);
    await eventually('the gap', async () => entry().gaps === 7);
    assert.deepEqual(rig.texts(), ['<1>ab']);
    assert.equal(await refused('cut_off'), 1);
    assert.ok(rig.troubles().includes('a connection ended within a message'));
    assert.ok(balances(entry()));
  });

  test('a connection that is reset within a message is the same', async () => {
    const { tcp } = await listening(rig, syslogInput({ tcp: '127.0.0.1:0' }));
    const socket = dial(tcp);
    socket.write('<1>whole\n<2>half');
    await lines(rig, 1);
    socket.resetAndDestroy();
    await eventually('the gap', async () => entry().gaps === 7);
    assert.deepEqual(rig.texts(), ['<1>whole']);
  });

  test('a connection that ends without a last newline has ended its last message', async () => {
    const { tcp } = await listening(rig, syslogInput({ tcp: '127.0.0.1:0' }));
    dial(tcp).end('<1>one\n<2>two');
    await lines(rig, 2);
    assert.deepEqual(rig.texts(), ['<1>one', '<2>two']);
  });

  for (const [title, keepTalking] of [
    ['silent', false],
    ['that sends a byte now and then', true],
  ] as const) {
    test(`a connection ${title} is closed after its time`, async () => {
      const { tcp } = await listening(rig, syslogInput({ tcp: '127.0.0.1:0', idle_timeout: '200ms' }));
      const socket = dial(tcp);
      const talking = setInterval(() => keepTalking && socket.writable && socket.write('x'), 20);
      await closed(socket);
      clearInterval(talking);
    });
  }

  test('more connections than may be are refused, those that are go on', async () => {
    const { tcp } = await listening(rig, syslogInput({ tcp: '127.0.0.1:0', max_connections: 2 }));
    const [first] = [dial(tcp), dial(tcp)];
    await eventually('two are open', async () => (await rig.telemetry.connections.get()).values[0]?.value === 2);
    await closed(dial(tcp));
    assert.equal(await refused('too_many_connections'), 1);
    first!.write('<1>still here\n');
    await lines(rig, 1);
  });

  test('senders outside the networks that may send are not heard', async () => {
    const { udp, tcp } = await listening(
      rig,
      syslogInput({ udp: '127.0.0.1:0', tcp: '127.0.0.1:0', allow: ['10.0.0.0/8'] }),
    );
    await datagrams(udp, ['<1>a']);
    await closed(dial(tcp));
    await eventually('both are counted', async () => (await refused('not_allowed')) === 2);
    assert.deepEqual(rig.lines, []);
  });

  test('a sender that speaks no TLS, or shows no certificate, is refused', { skip: OPENSSL_SKIP }, async () => {
    const { ca, server, client } = makeCertificates(rig.folder);
    const { tls } = await listening(
      rig,
      syslogInput({ tls: { listen: '127.0.0.1:0', ...server, ca, client_auth: true } }),
    );
    const garbage = dial(tls);
    garbage.write('<1>this is no TLS at all, and long enough to be looked at\n');
    await closed(garbage);
    await eventually('it is counted', async () => (await refused('tls')) >= 1);
    const stranger = connectTls({ port: tls!, host: '127.0.0.1', rejectUnauthorized: false });
    stranger.on('error', () => {});
    stranger.resume();
    await closed(stranger);
    await eventually('so is the stranger', async () => (await refused('tls')) >= 2);
    const known = connectTls({
      port: tls!,
      host: '127.0.0.1',
      ca: readFileSync(ca),
      cert: readFileSync(client.cert),
      key: readFileSync(client.key),
    });
    await once(known, 'secureConnect');
    known.end('<1>hello\n');
    await lines(rig, 1);
  });

  test('messages that are too long, or not in UTF-8, are kept as such', async () => {
    const { udp, tcp } = await listening(
      rig,
      syslogInput({ udp: '127.0.0.1:0', tcp: '127.0.0.1:0' }, { max_line_bytes: '1KB' }),
    );
    dial(tcp).end(`3000 <1>${'x'.repeat(2997)}<2>${'y'.repeat(1997)}\n`);
    await lines(rig, 2);
    await datagrams(udp, [Buffer.from([0x3c, 0x31, 0x3e, 0xff, 0x0a])]);
    await lines(rig, 3);
    assert.deepEqual(
      rig.lines.map(({ overlong }) => overlong?.length),
      [3000, 2000, undefined],
    );
    assert.deepEqual(rig.lines[2]!.raw, Buffer.from([0x3c, 0x31, 0x3e, 0xff]));
    assert.ok(balances(entry()));
  });

  test('datagrams that find the queue full are counted, said once, and a gap of their bytes', async () => {
    rig.acknowledging = false;
    const queue = { max_bytes: '2KB', segment_bytes: '512B' };
    const { udp } = await listening(rig, syslogInput({ udp: '127.0.0.1:0' }, { queue }));
    const message = `<1>${'x'.repeat(397)}`;
    for (let n = 0; n < 20; n++) await datagrams(udp, [message]);
    await eventually('all have come', async () => rig.lines.length + (await refused('queue_full')) === 20);
    const lost = await refused('queue_full');
    assert.ok(lost > 10, `${lost} are lost, ${rig.lines.length} read`);
    await eventually('the gap', async () => entry().gaps === lost * 400);
    assert.equal(rig.troubles().filter((msg) => msg === 'lines of senders cannot be taken for now').length, 1);
    assert.ok(balances(entry()));
  });

  test('a connection is not read on while the queue is full, and nothing of it is lost', async () => {
    rig.acknowledging = false;
    const queue = { max_bytes: '64KB', segment_bytes: '8KB' };
    const { tcp } = await listening(rig, syslogInput({ tcp: '127.0.0.1:0' }, { queue }));
    const all = Array.from({ length: 5000 }, (_, n) => `<1>message ${n} ${'x'.repeat(200)}`);
    dial(tcp).end(`${all.join('\n')}\n`);
    await eventually('it is held back', async () =>
      rig.troubles().includes('lines of senders cannot be taken for now'),
    );
    assert.ok(rig.lines.length < all.length);
    rig.acknowledging = true;
    for (const chunk of rig.chunks.splice(0)) acknowledge(chunk);
    await lines(rig, all.length);
    assert.deepEqual(rig.texts(), all);
    assert.equal(entry().gaps, 0);
  });

  test('what connections have sent before a stop is read, and a port in use is said', async () => {
    const { tcp } = await listening(rig, syslogInput({ tcp: '127.0.0.1:0' }));
    const socket = dial(tcp);
    socket.write('<1>early\n');
    await lines(rig, 1);
    const other = startAgent(
      rig.options([syslogInput({ tcp: `127.0.0.1:${tcp}` })], { dataFolder: rig.file('other') }),
    );
    const reading = async () => {
      for await (const _chunk of other.chunks()) assert.fail('nothing can come');
    };
    await assert.rejects(reading(), { code: 'PORT_BUSY' });
    const stopped = rig.stop();
    socket.write('<2>late\n');
    await stopped;
    rig.lines.length = 0;
    await rig.once([syslogInput({})], { dataFolder: rig.file('data') });
    assert.deepEqual(rig.texts(), ['<2>late'], 'it waits on disk for the next run');
  });

  test('what a stop finds held back by a full queue is a gap, which the next start still knows', async () => {
    rig.acknowledging = false;
    const input = syslogInput({ tcp: '127.0.0.1:0' }, { queue: { max_bytes: '4KB', segment_bytes: '1KB' } });
    const { tcp } = await listening(rig, input);
    const all = Array.from({ length: 300 }, (_, n) => `<1>${String(n).padStart(397, '0')}`);
    dial(tcp).write(`${all.join('\n')}\n`);
    await eventually('it is held back', async () =>
      rig.troubles().includes('lines of senders cannot be taken for now'),
    );
    await rig.stop();
    rig.lines.length = 0;
    rig.acknowledging = true;
    await rig.once([input], { dataFolder: rig.file('data') });
    const lost = await refused('stopping');
    assert.ok(lost > 0 && rig.lines.length > 0);
    // Besides whole messages there is the one that the stop cut in two.
    assert.equal(Math.floor(entry().gaps / 400), lost);
    assert.deepEqual(rig.texts(), all.slice(0, rig.lines.length));
  });
});
