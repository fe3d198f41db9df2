import { type Exception, type Frame, frame, type Language } from './trace.ts';

/** Rust: panics with and without a backtrace, and the chains that anyhow and eyre print. */
const NEW_PANIC = /thread '?([^']{0,200}?)'?(?: \(\d+\))? panicked at (\S.{0,500}?):(\d+):(\d+):$/;
const OLD_PANIC = /thread '?([^']{0,200}?)'?(?: \(\d+\))? panicked at '(.{0,1500})', (\S.{0,500}?):(\d+):(\d+)$/;
/** Of a message of several lines, in the older form: its first line and its last. */
const OLD_BEGIN = /thread '?([^']{0,200}?)'?(?: \(\d+\))? panicked at '(.{0,1500})$/;
const OLD_END = /', (\S.{0,500}?):(\d+):(\d+)$/;
const BACKTRACE = /^\s*(?:[Ss]tack backtrace:|━{3,60} BACKTRACE ━{3,60})\s*$/;
/** What color-eyre makes of a panic: `Message:  …`, `Location: src/main.rs:9`. */
const CRASHED = /^The application panicked \(crashed\)\.$/;
/** Where eyre says an error was made, below the numbered list of its causes. */
const LOCATION = /^\s*Location:\s*$/;
const NUMBERED = /^\s{2,4}\d{1,3}: (.{1,1500})$/;
const ENTRY = /^\s*\d+:\s+(?:0x[0-9a-f]+ - )?(\S.{0,800})$/;
const AT = /^\s+at (\S.{0,800}?):(\d+)(?::\d+)?$/;
const CAUSES = /^\s*Caused by:\s*$/;
const CAUSE = /^\s{2,}(?:\d+: )?(.{1,1500})$/;

export const rust: Language = {
  name: 'rust',
  recognises: (line) =>
    line.includes(' panicked at ') ||
    CRASHED.test(line) ||
    BACKTRACE.test(line) ||
    CAUSES.test(line) ||
    LOCATION.test(line),
  parse(lines, at) {
    if (CRASHED.test(lines[at]!)) return crashOf(lines, at);
    return panicOf(lines, at) ?? (LOCATION.test(lines[at]!) ? eyreOf(lines, at) : reportOf(lines, at));
  },
};

function panicOf(lines: readonly string[], at: number): { first: number; chain: Exception[] } | undefined {
  const old = OLD_PANIC.exec(lines[at]!) ?? oldOfLines(lines, at);
  const fresh = old === null ? NEW_PANIC.exec(lines[at]!) : null;
  if (old === null && fresh === null) return undefined;
  const message = old?.[2] ?? lines[at + 1] ?? '';
  const file = old?.[3] ?? fresh![2]!;
  const line = old?.[4] ?? fresh![3]!;
  const frames = framesOf(lines.slice(at + 1));
  if (frames.length === 0) frames.push(frame('', file, line));
  return { first: at, chain: [{ type: 'panic', message: message.trim(), frames }] };
}

function crashOf(lines: readonly string[], at: number): { first: number; chain: Exception[] } {
  const message = /^Message: {1,4}(.*)$/.exec(lines[at + 1] ?? '')?.[1] ?? '';
  const place = lines.slice(at + 1, at + 20).find((line) => line.startsWith('Location: '));
  const [, file, line] = /^Location: (\S.{0,500}?):(\d+)(?::\d+)?$/.exec(place ?? '') ?? [];
  const frames = framesOf(lines.slice(at));
  if (frames.length === 0 && file !== undefined) frames.push(frame('', file, line));
  return { first: at, chain: [{ type: 'panic', message, frames }] };
}

function oldOfLines(lines: readonly string[], at: number): string[] | null {
  const begin = OLD_BEGIN.exec(lines[at]!);
  if (begin === null) return null;
  for (const line of lines.slice(at + 1, at + 20)) {
    const end = OLD_END.exec(line);
    if (end !== null) return [...begin, ...end.slice(1)];
  }
  return null;
}

/** `Error:`, then what failed and its causes, each with a number, then the place. */
function eyreOf(lines: readonly string[], at: number): { first: number; chain: Exception[] } | undefined {
  const messages: string[] = [];
  let top = at - 1;
  for (; top >= Math.max(0, at - 40); top--) {
    const match = NUMBERED.exec(lines[top]!);
    if (match !== null) messages.unshift(match[1]!.trim());
    else if (lines[top]!.trim() !== '') break;
  }
  if (messages.length === 0) return undefined;
  const chain: Exception[] = messages.map((message) => ({ type: '', message, frames: [] }));
  const [, file, line] = /^\s{1,8}(\S.{0,500}?):(\d+)(?::\d+)?$/.exec(lines[at + 1] ?? '') ?? [];
  const frames = framesOf(lines.slice(at));
  if (frames.length === 0 && file !== undefined) frames.push(frame('', file, line));
  chain[chain.length - 1]!.frames.push(...frames);
  return { first: Math.max(0, top), chain };
}

/** `Error: what failed`, then `Caused by:` with the causes, numbered where there are several, the root last. */
function reportOf(lines: readonly string[], at: number): { first: number; chain: Exception[] } | undefined {
  let top = CAUSES.test(lines[at]!) ? at - 1 : Math.max(0, at - 1);
  while (top > 0 && lines[top]!.trim() === '') top--;
  const head = lines[top] ?? '';
  const chain: Exception[] = [{ type: '', message: head.replace(/^.{0,200}?\bError: /, '').trim(), frames: [] }];
  for (let index = at + 1; CAUSES.test(lines[at]!) && index < lines.length; index++) {
    const cause = CAUSE.exec(lines[index]!);
    if (cause === null || BACKTRACE.test(lines[index]!)) break;
    chain.push({ type: '', message: cause[1]!.trim(), frames: [] });
  }
  const trace = lines.findIndex((line, index) => index >= at && BACKTRACE.test(line));
  if (trace >= 0) chain[chain.length - 1]!.frames.push(...framesOf(lines.slice(trace)));
  // A list of causes without a head or a backtrace may be any text.
  if (chain.length === 1 && chain[0]!.frames.length === 0) return undefined;
  return { first: Math.max(0, top), chain };
}

function framesOf(lines: readonly string[]): Frame[] {
  const start = lines.findIndex((line) => BACKTRACE.test(line));
  const frames: Frame[] = [];
  if (start < 0) return frames;
  for (let index = start + 1; index < lines.length; index++) {
    const entry = ENTRY.exec(lines[index]!);
    if (entry === null) continue;
    const place = AT.exec(lines[index + 1] ?? '');
    frames.push(frame(cleanRust(entry[1]!), place?.[1] ?? '', place?.[2], entry[1]!.startsWith('<unknown>')));
  }
  return frames;
}

/** Without the hash of the build, type arguments, and the marks of closures. */
function cleanRust(name: string): string {
  return name
    .trim()
    .replace(/::h[0-9a-f]{16}$/, '')
    .replace(/(?:::\{\{closure\}\}|::\{closure(?:#\d+|_env#\d+)?\})+$/, '')
    .replace(/(?:::(?:closure|async_fn|async_block)(?:_env)?\$\d+)+$/, '')
    .replace(/\{\{impl\}\}|\{impl#\d+\}|\bimpl\$\d+/g, '{impl}')
    .replace(/::<[^<>]{0,300}>/g, '')
    .replace(/\[[0-9a-f]{16}\]/g, '');
}
