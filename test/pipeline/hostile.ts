import { framingOf } from '../../src/agent/framing/framer.ts';
import type { Line } from '../../src/model/line.ts';
import { runAlone } from '../../src/pipeline/flow/run-alone.ts';
import type { Pipelines } from '../../src/pipeline/pipelines.ts';
import { chunkOf } from '../../src/pipeline/testing.ts';

/** Numbers that look random and come again with the same seed. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}

/** `json`: known names with unfit values; `names`: ever new names at any depth, some of them long. */
export type Kind = 'bytes' | 'json' | 'names' | 'long';
export const KINDS: readonly Kind[] = ['bytes', 'json', 'names', 'long'];

/** As long as a line may be by default, newline aside. */
const LONGEST = 1024 * 1024;

/** So many bytes of a kind of text that no pipeline is made for; `long` gives one line for each mebibyte. */
export function hostileBytes(kind: Kind, size: number, seed: number): Buffer {
  const random = randomNumbers(seed);
  if (kind === 'bytes') return Buffer.from(Uint8Array.from({ length: size }, () => random(256)));
  const parts: string[] = [];
  for (let length = 0; length < size; ) {
    const line =
      kind === 'long' ? longLine(random, Math.min(size, LONGEST)) : JSON.stringify(jsonValue(random, 4, NAMERS[kind]));
    parts.push(line);
    length += line.length + 1;
  }
  return Buffer.from(`${parts.join('\n')}\n`);
}

const NAMES = [
  'message',
  'msg',
  'level',
  'time',
  '@timestamp',
  'host',
  'user',
  'error',
  'status',
  'event',
  'a.b',
  '__proto__',
];

/** How keys are chosen. */
const NAMERS = {
  json: (random: (below: number) => number) => NAMES[random(NAMES.length)]!,
  names: (random: (below: number) => number) =>
    random(2 ** 31)
      .toString(36)
      .repeat(random(50) === 0 ? 300 : 1),
};

function jsonValue(random: (below: number) => number, depth: number, name: (typeof NAMERS)['json']): unknown {
  const kind = depth === 4 ? 0 : random(depth > 0 ? 7 : 5);
  if (kind === 0)
    return Object.fromEntries(
      Array.from({ length: random(8) }, () => [name(random), jsonValue(random, depth - 1, name)]),
    );
  if (kind === 1) return random(2) === 0 ? random(2 ** 31) : -random(1000) / 7;
  if (kind === 2) return [true, false, null][random(3)];
  if (kind < 6) return String.fromCharCode(...Array.from({ length: random(40) }, () => random(0xd800)));
  return Array.from({ length: random(4) }, () => jsonValue(random, depth - 1, name));
}

/** Repeats a few characters that formats separate their parts by: what a search that tries again and again is slow on. */
function longLine(random: (below: number) => number, length: number): string {
  const pieces = [
    'a',
    ' ',
    '"',
    '\\',
    '[',
    ']',
    ':',
    '=',
    ',',
    '.',
    '-',
    '/',
    '1',
    '{',
    '<',
    '|',
    'x=1 ',
    '\t',
    "'",
    '(',
    'é',
  ];
  const unit = Array.from({ length: 1 + random(4) }, () => pieces[random(pieces.length)]).join('');
  return unit.repeat(Math.ceil(length / Buffer.byteLength(unit)) - 1).slice(0, length - 8);
}

/** What came of a text in one pipeline. */
export type Hostile = { readonly lines: number; readonly lost: number; readonly faults: readonly string[] };

/** Frames bytes as a file's and sends them through a pipeline. */
export async function sendThrough(pipelines: Pipelines, name: string, bytes: Buffer): Promise<Hostile> {
  return senderThrough(pipelines, name)(bytes);
}

/** Makes what frames bytes as a file's and sends them through one and the same pipeline, unless that holds events back. */
export function senderThrough(pipelines: Pipelines, name: string): (bytes: Buffer) => Promise<Hostile> {
  let faults: string[] = [];
  const compile = () =>
    pipelines.compile(name, {
      input: { name: 'hostile' },
      namespace: 'default',
      host: { id: 'h', name: 'h', fields: {} },
      timezone: 'UTC',
      sourceTime: () => 0,
      onFault: (fault) => void faults.push(fault.message),
    });
  const first = compile();
  return async (bytes) => {
    faults = [];
    const lines = framed(bytes);
    // One that holds events back is opened once.
    const compiled = first.flow === undefined ? first : compile();
    const { documents, rejected, dropped } = await runAlone(compiled, { ...chunkOf([], name), lines });
    const named = new Set([...documents, ...rejected, ...dropped].map(({ line }) => line));
    return { lines: lines.length, lost: lines.length - named.size, faults };
  };
}

function framed(bytes: Buffer): readonly Line[] {
  const input = { name: 'x', files: ['x'], start: 'beginning', encoding: 'utf-8', max_line_bytes: '1MB' } as const;
  const framer = framingOf({ ...input, files: ['x'] }).of(bytes);
  return framer.frame(bytes, 0, { keyAt: () => 'hostile-hostile-', closes: true, ends: true }).lines;
}
