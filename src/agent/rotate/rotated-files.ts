import { existsSync, readdirSync, renameSync } from 'node:fs';
import path from 'node:path';

/** A file that another one was rotated into. */
export type Rotated = {
  readonly file: string;
  /** What stands behind the name of the live file, without `.gz`: `.1`, `-20261121`. Its plain and its packed form share it. */
  readonly suffix: string;
  readonly compressed: boolean;
};

const NUMBERED = /^(\.(\d{1,4}))(\.gz)?$/;
const DATED = /^(-\d{8}(?:-\d{6})?)(\.gz)?$/;

/** What `file` was rotated into, the newest first: those named in the way of now before those named in the other way. */
export function rotatedFiles(file: string, dateext: boolean): Rotated[] {
  const name = path.basename(file);
  const numbered: (Rotated & { number: number })[] = [];
  const dated: Rotated[] = [];
  for (const entry of readdirSync(path.dirname(file))) {
    if (!entry.startsWith(name)) continue;
    const rest = entry.slice(name.length);
    const at = path.join(path.dirname(file), entry);
    const [, suffix = '', number, packed] = NUMBERED.exec(rest) ?? [];
    if (suffix !== '') numbered.push({ file: at, suffix, compressed: packed !== undefined, number: Number(number) });
    const [, date = '', gz] = DATED.exec(rest) ?? [];
    if (date !== '') dated.push({ file: at, suffix: date, compressed: gz !== undefined });
  }
  numbered.sort((one, other) => one.number - other.number);
  dated.sort((one, other) => (one.suffix < other.suffix ? 1 : -1));
  return dateext ? [...dated, ...numbered] : [...numbered, ...dated];
}

/**
 * A free name for what `file` holds now. Numbered ones move up by one to make room for `.1`; a crash amid that leaves a hole,
 * which the next call fills. Undefined where the day and the second are taken: try again later.
 */
export function makeRoom(file: string, dateext: boolean, now: Date): string | undefined {
  if (dateext) return [`${file}-${day(now)}`, `${file}-${day(now)}-${time(now)}`].find((name) => !isTaken(name));
  let hole = 1;
  while (isTaken(`${file}.${hole}`)) hole++;
  for (let number = hole - 1; number >= 1; number--) {
    for (const packed of ['', '.gz']) {
      const from = `${file}.${number}${packed}`;
      if (existsSync(from)) renameSync(from, `${file}.${number + 1}${packed}`);
    }
  }
  return `${file}.1`;
}

function isTaken(name: string): boolean {
  return existsSync(name) || existsSync(`${name}.gz`);
}

function day(now: Date): string {
  return `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
}

function time(now: Date): string {
  return `${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** A name beside `file` that no pattern matches, for what is not finished. */
export function temporaryName(file: string): string {
  return path.join(path.dirname(file), `.${path.basename(file)}.logmill-tmp`);
}
