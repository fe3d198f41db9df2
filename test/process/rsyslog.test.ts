import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { findProgram } from '../lanes.ts';
import { scratch, start, write } from './command.ts';

const rsyslogd = findProgram('rsyslogd');
const LINES = 2_000;

test('rsyslog ships into the embedded store through /es with its own Elasticsearch output', {
  skip: rsyslogd === undefined ? 'no rsyslogd' : false,
}, async (t) => {
  const folder = scratch(t);
  const config = write(folder, 'logmill.yaml', 'data: ./data\nhttp: { port: 0 }\nstore: { embedded: {} }\n');
  const server = start(t, ['serve', '--config', config]);
  const [, port] = await server.until(/http:\/\/127\.0\.0\.1:(\d+)/);
  const lines = Array.from({ length: LINES }, (_, at) => `line ${at} of rsyslog "quoted" \\ back`);
  const input = write(folder, 'in.log', `${lines.join('\n')}\n`);
  const rsyslogConfig = write(
    folder,
    'rsyslog.conf',
    `global(workDirectory="${folder}")
module(load="imfile") module(load="omelasticsearch")
template(name="doc" type="list" option.jsonf="on") {
  property(outname="@timestamp" name="timereported" dateFormat="rfc3339" format="jsonf")
  property(outname="message" name="msg" format="jsonf")
}
template(name="index" type="string" string="rsyslog-test")
input(type="imfile" File="${input}" Tag="t" ruleset="ship")
ruleset(name="ship") {
  action(type="omelasticsearch" searchIndex="index" dynSearchIndex="on"
         searchType="" bulkmode="on" template="doc" healthchecktimeout="5000" errorfile="${folder}/errors"
         server="http://127.0.0.1:${port}/es/")
}
`,
  );
  const shipper = spawn(rsyslogd!, ['-n', '-f', rsyslogConfig, '-i', path.join(folder, 'rsyslog.pid')], {
    stdio: 'ignore',
  });
  t.after(() => shipper.kill('SIGKILL'));
  const count = async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/es/rsyslog-test/_count?ignore_unavailable=true`);
    return answer.ok ? ((await answer.json()) as { count: number }).count : 0;
  };
  for (let tries = 0; tries < 300 && (await count()) < LINES; tries++) await sleep(100);
  assert.equal(await count(), LINES);
});
