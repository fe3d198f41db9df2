import { type Exception, type Frame, frame, type Language } from './trace.ts';

/** Go: panics and fatal errors with goroutine traces, zap's stacktrace, and github.com/pkg/errors under %+v. */
const PLACE = /^\s+(\S.{0,1000}\.(?:go|s|c|cgo\d?\.go)):(\d+)(?: \+0x[0-9a-f]+)?(?: fp=.{0,200})?\s*$/;
const GOROUTINE = /^goroutine \d+ (?:gp=\S{1,40} m=\S{1,40} (?:mp=\S{1,40} )?)?\[/;
/** What the runtime says of itself before the goroutines, of a fatal error. */
const RUNTIME_STACK = /^runtime stack:$/;
const PANIC =
  /(?:^|[\s:\]])(panic|fatal error|http: panic serving \S{1,100}|unexpected fault address \S{1,40}|(?<=^)SIG[A-Z]{2,8})(?:: |$)(.*)$/;
/** gin's Recovery: the place first, then function and source, `\t(*Server).Cart: return 1 / n`. */
const GIN = /^(\S.{0,1000}\.(?:go|s)):(\d+) \(0x[0-9a-f]{1,16}\)$/;
const GIN_FUNCTION = /^\t([^\s:]{1,300}): /;
const FUNCTION = /^\s*[\w.\-/@%~*()[\]{}…·]{1,500}(?:\[.{1,300}\][\w.\-/@%~*()…·]{0,200})?(?:\(.{0,1000})?$/;

export const go: Language = {
  name: 'go',
  recognises: (line) => GOROUTINE.test(line) || PLACE.test(line) || RUNTIME_STACK.test(line) || GIN.test(line),
  parse(lines, at) {
    if (GIN.test(lines[at]!)) return recoveredOf(lines, at);
    const goroutine = RUNTIME_STACK.test(lines[at]!) ? lines.findIndex((line) => GOROUTINE.test(line)) : at;
    return GOROUTINE.test(lines[goroutine] ?? '') ? panicOf(lines, at, goroutine) : wrappedOf(lines, at);
  },
};

/** @param at index of the first line that is no head, @param goroutine of that whose frames they are. */
function panicOf(lines: readonly string[], at: number, goroutine: number): { first: number; chain: Exception[] } {
  let first = at;
  let head: RegExpExecArray | null = null;
  // The panic that came first is the cause; those raised again stand below it, indented.
  for (let index = at - 1; index >= Math.max(0, at - 30); index--) {
    const match = PANIC.exec(lines[index]!);
    if (match === null) continue;
    head = match;
    first = index;
    if (!/^\s/.test(lines[index]!)) break;
  }
  const exception = goException(head?.[2] ?? '', head?.[1] ?? 'panic');
  let end = lines.findIndex((line, index) => index > goroutine && (line.trim() === '' || GOROUTINE.test(line)));
  if (end < 0) end = lines.length;
  const frames = framesOf(lines.slice(goroutine + 1, end)).map(({ frame: found }) => found);
  // What is above `panic(` only recovered from it and told of it.
  const raised = frames.findLastIndex(({ fn }) => fn === 'panic' || fn === 'runtime.gopanic');
  exception.frames.push(...frames.slice(raised + 1));
  return { first, chain: [exception] };
}

/** What a server recovered from; the error stands above the places. */
function recoveredOf(lines: readonly string[], at: number): { first: number; chain: Exception[] } {
  const exception = goException(lines[at - 1] ?? '', 'panic');
  for (let index = at; index < lines.length - 1; index++) {
    const place = GIN.exec(lines[index]!);
    const fn = place === null ? null : GIN_FUNCTION.exec(lines[index + 1]!);
    if (place !== null && fn !== null) exception.frames.push(frame(cleanGo(fn[1]!), place[1]!, place[2]));
  }
  return { first: Math.max(0, at - 1), chain: [exception] };
}

/** What was thrown: `runtime error: …`, a value `main.Err{…}` or `(*main.Err) 0xc000…`, any text. */
function goException(text: string, kind: string): Exception {
  const message = text.replace(/ \[recovered(?:, repanicked)?\].*$/, '').trim();
  const value = /^\(?\*?([\w/.-]{1,200}\.\w{1,100})(?:\)|\{|\(")/.exec(message)?.[1];
  if (value !== undefined) return { type: value, message, frames: [] };
  const runtime = /^runtime error: (.*)$/.exec(message);
  if (runtime !== null) return { type: 'runtime error', message: runtime[1]!, frames: [] };
  return { type: kind === 'fatal error' ? 'fatal error' : 'panic', message, frames: [] };
}

type Found = { readonly frame: Frame; readonly at: number };

/** Function and place stand in two lines. Who started the goroutine is no caller. */
function framesOf(lines: readonly string[]): Found[] {
  const frames: Found[] = [];
  for (let index = 1; index < lines.length; index++) {
    const place = PLACE.exec(lines[index]!);
    const fn = place === null ? null : FUNCTION.exec(lines[index - 1]!);
    if (place === null || fn === null || lines[index - 1]!.startsWith('created by ')) continue;
    frames.push({ frame: frame(cleanGo(lines[index - 1]!.trim()), place[1]!, place[2]), at: index - 1 });
  }
  return frames;
}

/** Messages and stacks by turns, the root first. zap's has a stack alone. */
function wrappedOf(lines: readonly string[], at: number): { first: number; chain: Exception[] } | undefined {
  const found = framesOf(lines.slice(Math.max(0, at - 1)));
  if (found.length === 0) return undefined;
  const base = Math.max(0, at - 1);
  const rootFirst: Exception[] = [];
  let next = -1;
  for (const { frame: one, at: index } of found) {
    if (index !== next) {
      const above = base + index === 0 ? '' : lines[base + index - 1]!;
      rootFirst.push({ type: '', message: PLACE.test(above) ? '' : messageOf(above), frames: [] });
    }
    rootFirst[rootFirst.length - 1]!.frames.push(one);
    next = index + 2;
  }
  return { first: rootFirst[0]!.message === '' ? base : Math.max(0, base - 1), chain: rootFirst.reverse() };
}

function messageOf(line: string): string {
  return line.replace(/^(?:Error|error|err): /, '').trim();
}

/** Type arguments, which may have some of their own: each pass takes the innermost. */
const TYPES = /\[[^[\]]{0,300}\]/g;

/** Without arguments, type arguments and the numbers of closures. */
function cleanGo(name: string): string {
  const called = name.endsWith(')')
    ? name.replace(/\([^()]{0,1000}\)$/, '')
    : name.replace(/\((?:0x|\{|\.\.\.|")[^()]{0,1000}$/, '');
  return called
    .replace(TYPES, '')
    .replace(TYPES, '')
    .replace(TYPES, '')
    .replace(/\.init\.\d+/, '.init')
    .replace(/(?:\.(?:func|gowrap|deferwrap)\d+(?:\.\d+)*)+$/, '.func')
    .replace(/\.func\d+/g, '.func')
    .replace(/-fm$/, '')
    .replace(/-range\d+$/, '');
}
