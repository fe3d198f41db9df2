import { type ChildProcess, spawn } from 'node:child_process';
import type { Logger } from 'pino';
import type { Clock } from '../model/clock.ts';
import type { Line } from '../model/line.ts';
import { keyOf } from './identity.ts';
import type { StreamKind, StreamReader } from './stream-reader.ts';

/** Pause before another attempt after journalctl ended, ms. */
const PAUSE = 5000;
const CURSOR = /"__CURSOR"\s*:\s*"([^"]+)"/;
/** The journal's own session and sequence number, as systemd's journal file format has them in every cursor. */
const SEQUENCE = /(?:^|;)s=([0-9a-f]+);i=([0-9a-f]+)/;

/** Identity of journal entries: the journal's session and sequence number, so ids need no state of ours. */
export function journaldKind(hostId: string, inputName: string): StreamKind {
  const keys = new Map<string, string>();
  const keyOfSession = (session: string): string => {
    let key = keys.get(session);
    if (key === undefined) {
      key = keyOf(hostId, inputName, session);
      keys.set(session, key);
    }
    return key;
  };
  return {
    name: 'journald',
    endsEveryLine: true,
    key: keyOfSession(''),
    pipeline: 'journald',
    cursorOf,
    relabel(line) {
      const [, session, sequence] = SEQUENCE.exec(cursorOf(line) ?? '') ?? [];
      if (session === undefined || sequence === undefined) return line;
      return { ...line, fileKey: keyOfSession(session), offset: Number.parseInt(sequence, 16) };
    },
  };
}

function cursorOf(line: Line): string | undefined {
  return CURSOR.exec(line.text)?.[1];
}

export type JournaldOptions = {
  readonly reader: StreamReader;
  /** Name or path of journalctl. */
  readonly command: string;
  readonly follow: boolean;
  readonly clock: Clock;
  readonly log: Logger;
  /** There is no journalctl, or it ended and will not be tried again. */
  readonly onOver: (reason: string | undefined) => void;
};

/**
 * Reads the journal through journalctl, after the cursor of the last acknowledged entry; starts it again should it end.
 * @returns what ends it.
 */
export function followJournal(options: JournaldOptions): () => void {
  const { reader, command, follow, clock, log, onOver } = options;
  let child: ChildProcess | undefined;
  let stopped = false;
  let absent = false;
  let cancel = () => {};

  function start(): void {
    const started = spawn(command, journalctlArguments(reader, follow), { stdio: ['ignore', 'pipe', 'pipe'] });
    child = started;
    let complaint = '';
    // Without file handles left there are no pipes, whatever the types say.
    started.stderr?.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-500);
    });
    started.on('error', (error: NodeJS.ErrnoException) => {
      // Too many processes or open files pass; a program that is not there does not come by itself.
      absent = error.code === 'ENOENT' || error.code === 'EACCES';
      complaint = error.message;
      if (absent) onOver(error.code === 'ENOENT' ? `no ${command} on this machine` : error.message);
    });
    started.on('close', (code, signal) => {
      if (stopped || absent) return;
      const detail = complaint.trim() || (signal === null ? `exit code ${code}` : `killed by ${signal}`);
      if (!follow) return onOver(code === 0 ? undefined : detail);
      log.warn({ code, signal, detail }, 'journalctl ended; starting it again');
      cancel = clock.after(PAUSE, start);
    });
    if (started.stdout !== undefined) reader.attach(started.stdout);
  }

  start();
  return () => {
    stopped = true;
    cancel();
    child?.kill('SIGTERM');
  };
}

function journalctlArguments(reader: StreamReader, follow: boolean): string[] {
  const from = reader.cursor !== '' ? [`--after-cursor=${reader.cursor}`] : [];
  const lines = reader.cursor === '' && reader.input.start === 'end' ? '0' : 'all';
  return [
    '--output=json',
    '--all',
    '--no-pager',
    '--quiet',
    `--lines=${lines}`,
    ...(follow ? ['--follow'] : []),
    ...from,
  ];
}
