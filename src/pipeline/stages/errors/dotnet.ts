import { type Exception, exceptionOf, type Frame, frame, headAbove, type Language, topmost } from './trace.ts';

/** .NET as Exception.ToString prints it: Framework, Core, Mono, in the languages of Windows. */

/**
 * How Windows says `at` before a method in its languages, short words only before what looks like a method; the place has
 * words of its own, and a full stop in German.
 */
const AT = String.raw`(?:\s*(?:at|bei|à|в|在|於|場所)|\s{2,}(?:en|em|in|w|v|vid|ved|bij|konum:|위치:)(?= \S{3,300}\((?:\)|[A-Z])))`;
const FRAME = new RegExp(
  String.raw`^${AT} (?:\(wrapper [\w-]{1,60}\) )?([^\s(][^(]{0,600}?)(?: (?=\([^)]{0,1000}\) \[0x))?\(([^()]{0,1000}(?:\([^()]{0,100}\)[^()]{0,500}){0,5})\)(?: \[0x[0-9a-f]{1,16}\])?(?: (?:\S{1,12} )?(\S.{0,800}?)(?: \S{1,12})?:(?: ?[\p{L}.]{1,12} )?(\d{1,9})\.?(?: ?)|\s*)$`,
  'u',
);
const TYPE = String.raw`([A-Za-z_][\w.+\x60]{0,300})`;
/** Of a type that says what it is first: lines of a message may look like a head too, `DETAIL: …`, `Parametername: id`. */
const HEADS = [
  /^\s*(?:Unhandled [Ee]xception[.:] )?((?:[A-Z_]\w{0,100}\.){1,12}[\w+\x60]{1,200}|\w{1,100}Exception)(?: \(0x[0-9A-Fa-f]{1,16}\))?: (.*)$/,
  new RegExp(String.raw`^\s*(?:Unhandled [Ee]xception[.:] )?${TYPE}(?: \(0x[0-9A-Fa-f]{1,16}\))?: (.*)$`),
  /(?:^|[\s:([])((?:[A-Z]\w{0,100}\.){1,10}\w{1,100}(?:Exception|Error|Fault)): (.*)$/,
  /^\s*(?:Unhandled [Ee]xception[.:] )?((?:[A-Z]\w{0,100}\.){0,10}\w{1,100}Exception)()$/,
];
const HEAD = new RegExp(String.raw`^(?:\([^()#]{1,40}#\d{1,6}\) )?${TYPE}(?: \(0x[0-9A-Fa-f]{1,16}\))?(?:: (.*))?$`);
const INNER = /^\s*---> (.*)$/;
/** In any language: it says `inner`, which the mark of an earlier place of the same exception does not. */
const INNER_END = /^\s*---(?!>).{0,80}(?:inner|intern|wewnętrz|vnitřní|внутренн|内部|內部|내부).{0,80}---\s*$/i;
const FURTHER = /^(?:\s*---> )?\([^()#]{1,40}#[1-9]/;

export const dotnet: Language = {
  name: 'dotnet',
  recognises: (line) => FRAME.test(line) && !/:\d+:\d+\)$/.test(line) && line.includes('.'),
  parse(lines, at) {
    // The first ` ---> ` of a chain stands above the first frame, since the frames of the innermost come first.
    const top = topmost(lines, at, [INNER]);
    const { first, exception } = headAbove(lines, top, HEADS);
    return { first, chain: chainOf(lines, top, exception) };
  },
};

function chainOf(lines: readonly string[], at: number, head: Exception): Exception[] {
  const chain = [head];
  // .NET Framework writes the inner exceptions into the line of the outer one.
  const [own, ...inline] = head.message.split(' ---> ');
  head.message = own!;
  for (const text of inline) chain.push(exceptionOf(HEAD, text));
  const open = [...chain];
  let current = open[open.length - 1]!;
  for (const line of lines.slice(at)) {
    if (FURTHER.test(line)) break;
    const inner = INNER.exec(line);
    if (inner !== null) {
      for (const text of inner[1]!.split(' ---> ')) {
        current = exceptionOf(HEAD, text);
        chain.push(current);
        open.push(current);
      }
    } else if (INNER_END.test(line)) {
      if (open.length > 1) open.pop();
      current = open[open.length - 1]!;
    } else {
      const match = FRAME.exec(line);
      if (match !== null) current.frames.push(dotnetFrame(match[1]!, match[3], match[4]));
    }
  }
  return chain;
}

function dotnetFrame(name: string, file: string | undefined, line: string | undefined): Frame {
  const native = /^lambda_method\d*$|^InvokeStub_|^CallSite\.Target$|^\(wrapper|^DynamicClass\.|^<unknown/.test(name);
  return frame(cleanDotnet(name), file === undefined || file.startsWith('<') ? '' : file, line, native);
}

/** The method that was written: of state machines, lambdas, local functions and generic types as the compiler names them. */
function cleanDotnet(name: string): string {
  return name
    .replace(/<>c__DisplayClass\d+(?:_\d+)?(?:`\d+)?(?:<[^<>]{0,200}>)?[.+]/g, '')
    .replace(/<>c(?:__\d+)?(?:`\d+)?[.+]/g, '')
    .replace(/<<?(\w{1,200})(?:>b__\d+(?:_\d+)?|>\$)?>d(?:__\d+)?(?:`\d+)?[.+]MoveNext/g, '$1')
    .replace(/<<?(\w{1,200})>?\$?>g__(\w{1,200})\|\d+(?:_\d+)?/g, '$1.$2')
    .replace(/<<?(\w{1,200})>?\$?>b__\d+(?:_\d+)?/g, '$1.lambda')
    .replace(/<(\w{1,200})>\$/g, '$1')
    .replace(/@\d+(?:-\d+)?/g, '')
    .replace(/`\d+/g, '')
    .replace(/\[[^[\]]{0,300}\]/g, '')
    .replace(/\[[^[\]]{0,300}\]/g, '')
    .replace(/<[\w, .]{0,200}>$/, '')
    .replace(/[+:]/g, '.')
    .replace(/\.{2,}(?!ctor|cctor)/g, '.')
    .trim();
}
