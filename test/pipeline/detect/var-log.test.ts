import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { startAgent } from '../../../src/agent/agent.ts';
import { pipelineChooser } from '../../../src/choose-pipeline.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { stderrLog } from '../../../src/log.ts';
import { addTally, emptyTally } from '../../../src/model/ledger.ts';
import { loadPipelines } from '../../../src/pipeline/pipelines.ts';
import { createTelemetry } from '../../../src/telemetry.ts';

const SYSLOG = 'Nov 21 10:00:00 web-1';

/** What a busy Debian host has below /var/log: the beginning of each file, and the pipeline that it should be read by. */
const TREE: Record<string, readonly [pipeline: string, ...lines: string[]]> = {
  syslog: [
    'system-syslog',
    `${SYSLOG} systemd[1]: Started x.`,
    `${SYSLOG} CRON[7]: (root) CMD (true)`,
    `${SYSLOG} kernel: [1.5] eth0: link up`,
  ],
  'auth.log': [
    'system-auth',
    `${SYSLOG} CRON[7]: pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)`,
  ],
  'kern.log': ['kernel-log', `${SYSLOG} kernel: [1.5] eth0: link up`],
  'cron.log': ['system-cron', `${SYSLOG} CRON[7]: (root) CMD (true)`],
  'ufw.log': [
    'ufw-log',
    `${SYSLOG} kernel: [1.5] [UFW BLOCK] IN=eth0 OUT= SRC=203.0.113.9 DST=192.0.2.1 LEN=60 PROTO=TCP`,
  ],
  'mail.log': ['postfix-log', `${SYSLOG} postfix/qmgr[1234]: 3F2A1B4C5D: removed`],
  'fail2ban.log': [
    'fail2ban-log',
    '2026-11-21 10:00:00,123 fail2ban.actions        [4711]: NOTICE  [sshd] Ban 203.0.113.9',
  ],
  'dpkg.log': ['dpkg-log', '2026-11-21 10:00:00 startup archives unpack'],
  'apt/history.log': ['apt-history', '', 'Start-Date: 2026-06-24  14:36:25', 'Commandline: apt-get -qqy upgrade'],
  'apt/term.log': ['apt-term', '', 'Log started: 2026-06-24  14:36:25', 'Unpacking nano (8.4-1) ...'],
  'nginx/access.log': [
    'nginx-access',
    '203.0.113.9 - - [21/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "curl/8.0"',
  ],
  'nginx/error.log': ['nginx-error', '2026/11/21 10:00:00 [notice] 12#12: signal process started'],
  'apache2/shop_access.log': ['apache-access', '203.0.113.9 - - [21/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 5'],
  'apache2/error.log': [
    'apache-error',
    '[Sat Nov 21 10:00:00.123456 2026] [mpm_event:notice] [pid 7:tid 7] AH00489: x',
  ],
  'mysql/error.log': [
    'mysql-error',
    '2026-11-21T10:00:00.123456Z 0 [Note] [MY-010931] [Server] ready for connections.',
  ],
  'postgresql/postgresql-16-main.log': [
    'postgresql-log',
    '2026-11-21 10:00:00.123 UTC [77] LOG:  database system is ready',
  ],
  'redis/redis-server.log': ['redis-log', '77:M 21 Nov 2026 10:00:00.123 * Ready to accept connections tcp'],
  'audit/audit.log': ['auditd-log', 'type=CWD msg=audit(1790000000.123:77):  cwd="/root"'],
  'shop/app.log': ['pino', '{"level":30,"time":1763600000000,"pid":1,"hostname":"h","msg":"x"}'],
  'cloud-init-output.log': ['plain-text', 'Generating locales (this might take a while)...', 'Generation complete.'],
  'empty.log': ['none'],
};

test('the shipped configuration reads each file of a host’s /var/log by the pipeline that is made for it', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'logmill-var-log-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const root = path.join(folder, 'var', 'log');
  for (const [name, [, ...lines]] of Object.entries(TREE)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), lines.map((line) => `${line}\n`).join(''));
  }
  const { config } = await loadConfig('config/logmill.yaml');
  const inputs = config.inputs
    .filter(({ files }) => files?.some((file) => file.startsWith('/var/log/')))
    .map((input) => ({
      ...input,
      files: input.files!.map((file) => path.join(folder, file)),
      exclude: input.exclude?.map((glob) => (glob.startsWith('/') ? path.join(folder, glob) : glob)),
    }));
  const pipelines = await loadPipelines();
  const log = stderrLog('silent');
  const agent = startAgent({
    inputs: inputs as typeof config.inputs,
    stateFolder: path.join(folder, 'state'),
    host: { id: 'h' },
    inFlightBytes: 1 << 20,
    once: true,
    choosePipeline: pipelineChooser(pipelines, log),
    multilineOf: (name) => pipelines.get(name).multiline,
    telemetry: createTelemetry(),
    log,
  });
  const found: Record<string, string> = {};
  for await (const chunk of agent.chunks()) {
    found[path.relative(root, chunk.source.path!)] = chunk.source.pipeline;
    const { skipped, merged = { lines: 0, bytes: 0 }, lines } = chunk;
    const bytes = lines.reduce((sum, line) => sum + line.bytes, 0) - merged.bytes;
    const tally = { ...emptyTally(), merged: { ...merged }, skipped: { ...skipped } };
    addTally(tally, { ...emptyTally(), indexed: { lines: lines.length, bytes } });
    chunk.acknowledge(tally);
  }
  await agent.stop();
  const wanted = Object.entries(TREE).flatMap(([name, [pipeline]]) => (pipeline === 'none' ? [] : [[name, pipeline]]));
  assert.deepEqual(found, Object.fromEntries(wanted));
});
