import { type Exception, exceptionOf, type Frame, frame, headAbove, type Language, topmost } from './trace.ts';

/** JavaScript as V8 prints it (Node, Deno, Bun, Chrome, Edge), with causes as pino, bunyan and util.inspect print them. */
const FRAME =
  /^\s*at (?:async )?(?:(.{1,500}?) \((.{1,1000})\)|([^()]{0,1000}:\d+:\d+|<anonymous>|native|wasm:\/\/[^()\s]{1,1000}|[^()]{0,1000}\(eval at .{1,1000}))( \{)?$/;
const PLACE = /:\d+:\d+\)?$|^<anonymous>$|^native$|^index \d+$|^node:|^address at |^eval at |^wasm:/;
const NAME = String.raw`([A-Za-z_$][\w$.]{0,200})`;
const HEADS = [
  /^\s*\[([A-Za-z_$][\w$.]{0,200}(?:Error|Exception))(?: \[\w+\])?(?:: (.*?))?\](?: \{)?$/,
  /^\s*(?:Uncaught (?:\(in promise\) )?)?([A-Za-z_$][\w$.]{0,200}(?:Error|Exception|Warning|Failure|Fault))(?: \[\w+\])?(?:: (.*?)|:?)(?: \{)?$/,
  /(?:^|[\s:([>])([A-Z][\w$.]{0,200}(?:Error|Exception)|Error)(?: \[\w+\])?(?:: (.*?)|:?)(?: \{)?$/,
  /(?:^|: )([A-Z][a-z0-9]{1,60}[A-Z][\w$]{1,100})(?: \[\w+\])?: (.*)$/,
  /^([A-Z][\w$.]{0,200}|error)(?: \[\w+\])?: (.*)$/,
];
/** The code that Deno shows below a message, with marks below it. */
const SHOWN = /\n.*\n[ \t]{0,200}[\^~]{1,200}\s{0,10}$/;
const HEAD = new RegExp(String.raw`^(?:Uncaught )?${NAME}(?: \[\w+\])?(?:: (.*))?$`);
const LINK = /^\s*(?:caused by|Caused by|\[cause\]): (.*?)(?: \{)?$/;
const MEMBERS = /^\s*\[errors\]: \[\s*(.*)$/;
const NEXT_HEAD = /^[A-Za-z_$][\w$.]{0,200}(?:Error|Exception)(?: \[\w+\])?(?:: |$)/;
const MEMBER = /^\s+([A-Za-z_$][\w$.]{0,200}(?: \[\w+\])?(?:: .*|$))/;

export const node: Language = {
  name: 'javascript',
  recognises: (line) => nodeFrame(line) !== undefined,
  parse(lines, at) {
    // An error without frames of its own has its cause or its members above the first frame.
    const from = topmost(lines, at, [LINK, MEMBERS]);
    const { first, exception } = headAbove(lines, from, HEADS);
    exception.message = exception.message.replace(SHOWN, '');
    return { first, chain: chainOf(lines, from, exception) };
  },
};

function chainOf(lines: readonly string[], at: number, head: Exception): Exception[] {
  const chain = [head];
  let current = head;
  let members: 'none' | 'expected' | 'seen' = 'none';
  const begin = (text: string): void => {
    current = exceptionOf(HEAD, text);
    chain.push(current);
  };
  for (const line of lines.slice(at)) {
    const found = nodeFrame(line);
    if (found !== undefined) {
      current.frames.push(found);
      continue;
    }
    const link = LINK.exec(line);
    if (link !== null) {
      begin(link[1]!);
      continue;
    }
    // Of several members the first stands for the cause; any further head begins another exception.
    if (members === 'expected') {
      const member = MEMBER.exec(line);
      if (member !== null) {
        begin(member[1]!);
        members = 'seen';
      }
      continue;
    }
    const opened = MEMBERS.exec(line);
    if (opened !== null) {
      members = opened[1] === '' ? 'expected' : 'seen';
      if (opened[1] !== '') begin(opened[1]!);
    } else if (NEXT_HEAD.test(members === 'seen' ? line.trim() : line)) break;
  }
  return chain;
}

/** The frame that a line is; undefined for any other line. */
function nodeFrame(line: string): Frame | undefined {
  if (!line.includes('at ')) return undefined;
  const match = FRAME.exec(line);
  if (match === null) return undefined;
  const place = match[2] ?? match[3]!;
  if (!PLACE.test(place)) return undefined;
  return frameAt(match[1] ?? '', place);
}

/** Where code that was evaluated comes from: `eval at run (/srv/a.js:3:5), <anonymous>:1:1`. */
const EVAL = /eval at [^(]{0,300}\((?:eval at [^(]{0,300}\()*([^()]{1,500}:\d+:\d+)\)/;

/** What compilers put in for `async` where the target has none. */
const ASYNC_HELPER = /^(?:__awaiter|__generator|fulfilled|rejected|asyncGeneratorStep|_next|_throw|_asyncToGenerator)$/;

function frameAt(name: string, place: string): Frame {
  const origin = EVAL.exec(place)?.[1] ?? place;
  const [, file = '', line] = /^(?:address at )?(.{1,1000}?):(\d+):\d+$/.exec(origin) ?? [];
  const wasm = /^(wasm:\/\/[^:]{1,300}):/.exec(origin)?.[1];
  const fn = cleanName(name);
  // A function of WebAssembly without a name has a number, which every build changes.
  const unnamed = wasm === undefined ? file === '' : fn === '';
  return frame(fn, wasm ?? file, line, unnamed || ASYNC_HELPER.test(fn));
}

/**
 * Without what depends on how a function was called (`async`, `new`, `[as handler]`, plain receivers) and without the
 * number that bundlers append to a name they have twice (`charge$1`).
 */
export function cleanName(name: string): string {
  return name
    .replace(/^(?:async |new |get |set )+/, '')
    .replace(/ \[as .{1,200}\]$/, '')
    .replace(
      /^(?:(?:Object|Module|Function|exports|module\.exports|global|globalThis|Window|window|self|Timeout|Immediate|Runtime)\.)+/,
      '',
    )
    .replace(/(?:^|\.)<anonymous>$/, '')
    .replace(/\$\d+$/, '')
    .replace(/^(_callee)\d*\$?$/, '$1')
    .replace(/^(?:eval|\d+|Anonymous function|Global code|eval code)$/, '');
}
