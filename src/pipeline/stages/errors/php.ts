import { type Exception, type Frame, frame, type Language } from './trace.ts';

/** PHP: uncaught exceptions, Exception.__toString, Monolog's and Laravel's `[object] (…)`, Xdebug's numbered stack. */
const FRAME = /^#(\d+) (?:\[internal function\]|(.{1,800}?)\((\d+)\)): (.{0,1000})$|^#(\d+) \{main\}/;
const XDEBUG = /^(?:PHP)?\s{1,4}\d+\. ([^(]{1,300})\(.{0,1000}\) (\S.{0,800}):(\d+)$/;
const TYPE = String.raw`([A-Za-z_\\][\w\\]{0,300}(?:@anonymous)?)`;
const THROWN = new RegExp(
  String.raw`(?:Uncaught |^Next |^|: |\] )(?:exception ')?${TYPE}(?:: (.{0,1500}?)|' with message '(.{0,1500}?)') in (\S.{0,800}?)(?::|\()(\d+)\)?(?:$|\s)`,
);
const OBJECT = new RegExp(String.raw`\[object\] \(${TYPE}\(code: [^)]{0,40}\): (.{0,1500}?) at (\S.{0,800}?):(\d+)\)`);
const START = /^(?:Stack trace:|\[stacktrace\])\s*$/;

export const php: Language = {
  name: 'php',
  recognises: (line) =>
    START.test(line) || OBJECT.test(line) || (line.startsWith('#') && FRAME.test(line)) || XDEBUG.test(line),
  parse(lines, at) {
    const first = headAt(lines, at);
    const chain: Exception[] = [];
    const places: (readonly [string, string])[] = [];
    let outerFirst = false;
    let entries: RegExpExecArray[] = [];
    const finish = (): void => {
      const current = chain[chain.length - 1];
      if (current !== undefined) current.frames.push(...framesOf(places[chain.length - 1]!, entries));
      entries = [];
    };
    for (let index = first; index < lines.length; index++) {
      const line = lines[index]!;
      const entry = FRAME.exec(line);
      if (entry !== null) {
        entries.push(entry);
        continue;
      }
      const head = thrownAt(lines, index);
      if (head === undefined || (chain.length > 0 && !/^Next |\[object\]/.test(line))) continue;
      finish();
      outerFirst ||= head.object;
      chain.push({ type: head.type, message: head.message, frames: [] });
      places.push([head.file, head.line]);
    }
    if (chain.length === 0) {
      chain.push({ type: '', message: '', frames: [] });
      places.push(['', '0']);
    }
    finish();
    if (chain[0]!.frames.length <= 1) chain[0]!.frames.push(...xdebugFrames(lines.slice(at)));
    return { first, chain: outerFirst ? chain : chain.reverse() };
  },
};

type Thrown = {
  readonly type: string;
  readonly message: string;
  readonly file: string;
  readonly line: string;
  readonly object: boolean;
};

/** The head of an exception at that line; a message of several lines has its place in a later one. */
function thrownAt(lines: readonly string[], index: number): Thrown | undefined {
  const object = OBJECT.exec(lines[index]!);
  if (object !== null) return thrown(object[1]!, object[2]!, object[3]!, object[4]!, true);
  const one = THROWN.exec(lines[index]!);
  if (one !== null) return thrown(one[1]!, one[2] ?? one[3] ?? '', one[4]!, one[5]!, false);
  if (!/Uncaught |^Next /.test(lines[index]!)) return undefined;
  const several = THROWN.exec(
    lines
      .slice(index, index + 8)
      .join(' ')
      .slice(0, 2000),
  );
  return several === null
    ? undefined
    : thrown(several[1]!, several[2] ?? several[3] ?? '', several[4]!, several[5]!, false);
}

function thrown(type: string, message: string, file: string, line: string, object: boolean): Thrown {
  // In an object's text names are as JSON has them.
  const name = object ? type.replaceAll('\\\\', '\\') : type;
  return { type: name.replace(/^\\/, ''), message, file, line, object };
}

function headAt(lines: readonly string[], at: number): number {
  for (let index = at; index >= Math.max(0, at - 12); index--) if (thrownAt(lines, index) !== undefined) return index;
  return at;
}

/** An entry names a function and where it was called from; so the function stands in the file of the entry before. */
function framesOf(place: readonly [string, string], entries: readonly RegExpExecArray[]): Frame[] {
  const frames: Frame[] = [];
  let [file, line] = place;
  for (const entry of entries) {
    const main = entry[5] !== undefined;
    const called = main ? '{main}' : entry[4]!;
    if (!main || file !== '') frames.push(phpFrame(called, file, line));
    if (main) return frames;
    file = entry[2] ?? '';
    line = entry[3] ?? '0';
  }
  if (file !== '') frames.push(phpFrame('', file, line));
  return frames;
}

function phpFrame(called: string, file: string, line: string): Frame {
  const fn = called
    .replace(/\(.*$/s, '')
    .replace(/(?:[\w\\]{1,300}\\)?\{closure(?::[^}]{0,300})?\}?.*$/, '{closure}')
    .replace(/@anonymous.*?(?=->|::|$)/s, '@anonymous')
    .replace(/^\\/, '');
  return frame(fn, file, line, file === '' || /^(?:include|require)(?:_once)?$/.test(fn));
}

function xdebugFrames(lines: readonly string[]): Frame[] {
  const frames: Frame[] = [];
  for (const line of lines) {
    const match = XDEBUG.exec(line);
    if (match !== null) frames.unshift(phpFrame(match[1]!.trim(), match[2]!, match[3]!));
  }
  return frames;
}
