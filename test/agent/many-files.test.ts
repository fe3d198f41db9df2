import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { appendFileSync, closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { startAgent } from '../../src/agent/agent.ts';
import { createTelemetry } from '../../src/telemetry.ts';
import { findProgram } from '../lanes.ts';
import { allIndexed, fileInput } from './rig.ts';

const PROGRAM = path.join(import.meta.dirname, 'fixture-many.ts');
const FILES = 10_000;
/** Of open files: what Node itself has open, and hardly more than logmill keeps. */
const LIMIT = 320;
const run = promisify(execFile);
const prlimit = findProgram('prlimit');

function scratchFolder(t: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'logmill-many-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(path.join(folder, 'logs'));
  return folder;
}

test('report 32: 10,000 files are read where 320 may be open, and known ones are not opened again', {
  skip: prlimit === undefined && 'no prlimit here (Debian package util-linux)',
}, async (t) => {
  const folder = scratchFolder(t);
  const file = (n: number) => path.join(folder, 'logs', `${n}.log`);
  for (let n = 0; n < FILES; n++) writeFileSync(file(n), `first of ${n}\nsecond of ${n}\n`);
  const read = async () => {
    const { stdout, stderr } = await run(prlimit!, [`--nofile=${LIMIT}:${LIMIT}`, process.execPath, PROGRAM, folder]);
    assert.equal(stderr, '');
    return JSON.parse(stdout) as { lines: number; open: number; unreadable: number };
  };
  const first = await read();
  assert.deepEqual([first.lines, first.unreadable], [2 * FILES, 0]);
  assert.ok(first.open > 1 && first.open <= 257, `${first.open} were open at once`);
  for (let n = 0; n < FILES; n += 1000) appendFileSync(file(n), 'third\n');
  const second = await read();
  assert.deepEqual([second.lines, second.unreadable], [FILES / 1000, 0]);
  assert.ok(second.open <= FILES / 1000, `${second.open} were opened`);
});

test('500 small files are all read before a huge one of 200 MB is through', async (t) => {
  const folder = scratchFolder(t);
  const huge = path.join(folder, 'logs', 'huge.log');
  const handle = openSync(huge, 'w');
  const block = Buffer.from(`${'x'.repeat(32 * 1024 - 1)}\n`.repeat(32));
  for (let written = 0; written < 200 * 1024 * 1024; written += block.length) writeSync(handle, block);
  closeSync(handle);
  for (let n = 0; n < 500; n++) writeFileSync(path.join(folder, 'logs', `small-${n}.log`), `small ${n}\n`);
  const agent = startAgent({
    inputs: [fileInput([path.join(folder, 'logs', '*.log')])],
    stateFolder: path.join(folder, 'state'),
    host: { id: 'host' },
    inFlightBytes: 32 * 1024 * 1024,
    once: true,
    choosePipeline: () => 'json',
    telemetry: createTelemetry(),
    log: pino({ level: 'silent' }),
  });
  const small = new Set<string>();
  let hugeBytes = 0;
  let hugeBytesThen = 0;
  for await (const chunk of agent.chunks()) {
    if (chunk.source.path === huge) hugeBytes = chunk.end;
    else small.add(chunk.source.path!);
    if (small.size === 500 && hugeBytesThen === 0) hugeBytesThen = hugeBytes;
    chunk.acknowledge(allIndexed(chunk));
  }
  await agent.stop();
  assert.equal(hugeBytes, 200 * 1024 * 1024);
  assert.ok(
    hugeBytesThen < hugeBytes / 10,
    `${hugeBytesThen} bytes of the huge one were read before the last small one`,
  );
});
