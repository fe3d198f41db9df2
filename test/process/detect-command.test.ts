import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { run, scratch, write } from './command.ts';

test('detect names the pipeline of a log, and says of what is no text that no agent reads it', async (t) => {
  const folder = scratch(t);
  const log = write(folder, 'auth.log', 'Nov 21 10:00:00 web-1 sshd[7]: Invalid user bob from 203.0.113.9 port 5\n');
  const binary = path.join(folder, 'wtmp');
  writeFileSync(binary, Buffer.alloc(4096, Buffer.from([7, 0, 0, 0, 123, 1, 0, 0])));
  const blank = path.join(folder, 'lastlog');
  writeFileSync(blank, Buffer.alloc(4096));
  const { stdout, code } = await run(t, ['detect', log, binary, blank]);
  assert.equal(code, 0);
  assert.match(stdout, /auth\.log: system-auth, /);
  assert.match(stdout, /wtmp: no text\. An agent does not read it\.\n/);
  assert.match(stdout, /lastlog: nothing but NUL bytes so far\. An agent does not read it\.\n/);
  const { stdout: json } = await run(t, ['detect', '--json', binary]);
  assert.deepEqual(JSON.parse(json), { file: binary, content: 'binary' });
});
