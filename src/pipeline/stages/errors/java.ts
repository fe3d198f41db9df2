import { type Exception, exceptionOf, type Frame, frame, headAbove, type Language, topmost } from './trace.ts';

/**
 * Java, Kotlin, Scala, Groovy, Clojure as Throwable.printStackTrace prints them, and logback's and log4j2's additions: jar
 * and version after a frame, `... n common frames omitted`, the root cause first with `Wrapped by`.
 */
const FRAME =
  /^\s*at ([^()]{0,600}[^()\s])\((Native Method|Unknown Source(?::\d+)?|<generated>|[^():]{1,200}\.(?:java|kt|kts|scala|groovy|clj|cljc|jsp|rb|js)(?::\d+)?|SourceFile(?::\d+)?|[\w$.-]{1,200}:\d+)\)(?:$|\s*(?:~?\[|\{|$))/;
const TYPE = String.raw`((?:[\w$]{1,100}\.){1,20}[\w$]{1,200}|[A-Z][\w$]{0,200}(?:Exception|Error|Throwable))`;
/** Of a type that says what it is first: a logger's name and lines of a message (`server.port: taken`) look like a type too. */
const HEADS = [
  /^\s*(?:Exception in thread "[^"]{0,200}" )?((?:[\w$]{1,100}\.){0,20}[\w$]{0,200}(?:Exception|Error|Throwable))(?:: (.*))?:?$/,
  new RegExp(String.raw`^\s*(?:Exception in thread "[^"]{0,200}" )?${TYPE}(?:: (.*))?:?$`),
  /(?:^|[\s:\]>)])((?:[a-z_][\w$]{0,100}\.){1,20}[A-Z][\w$]{0,200}(?:Exception|Error|Throwable))(?:: (.*))?$/,
  /(?:^|[\s:\]>)])((?:[a-z_][\w$]{0,100}\.){1,20}[A-Z][\w$]{0,200}|[A-Z][\w$]{0,200}(?:Exception|Error|Throwable))(?:: (.*))?$/,
];
const LINK = /^(\s*)(Caused by|Suppressed|Wrapped by): (.*)$/;
const HEAD = new RegExp(String.raw`^(?:\[CIRCULAR REFERENCE:\s?)?${TYPE}(?:: ?(.*))?$`);
const OMITTED = /^\s*\.\.\. \d+ (?:more|common frames omitted|frames)/;

/** Classes and methods that a proxy, a weaver, the reflection or the compiler made; which of them are there differs by run. */
const GENERATED =
  /\$\$(?:EnhancerBy|FastClassBy|SpringCGLIB|Lambda|KeyFactory|FastClass|_Weld|YieldClass)|\$Proxy\d|Generated(?:Method|Constructor|SerializationConstructor)Accessor|\$HibernateProxy|\$ByteBuddy|\$MockitoMock|_\$\$_(?:jvst|javassist)|_ClientProxy|_Subclass|\$auxiliary\$|LambdaForm\$|\.access\$\d|\$r8\$lambda\$|\$\$ExternalSynthetic|\$\$Nest\$|\$default$/;

export const java: Language = {
  name: 'java',
  recognises: (line) => line.includes('at ') && FRAME.test(line),
  parse(lines, at) {
    const from = topmost(lines, at, [LINK]);
    const { first, exception } = headAbove(lines, from, HEADS);
    return { first, chain: chainOf(lines, from, exception) };
  },
};

function chainOf(lines: readonly string[], at: number, head: Exception): Exception[] {
  const chain = [head];
  let rootFirst = false;
  let current: Exception | undefined = head;
  let suppressed = -1;
  for (const line of lines.slice(at)) {
    const match = FRAME.exec(line);
    if (match !== null) {
      current?.frames.push(javaFrame(match[1]!, match[2]!));
      continue;
    }
    const link = LINK.exec(line);
    if (link === null) {
      if (current !== undefined && current !== head && current.frames.length === 0 && !OMITTED.test(line))
        current.message += `\n${line}`;
      continue;
    }
    const depth = link[1]!.length;
    // What was suppressed is indented, and so are its causes: none of them is a cause of the rest.
    if (link[2] === 'Suppressed') suppressed = depth;
    else if (depth < suppressed || suppressed === 0) suppressed = -1;
    current = suppressed >= 0 ? undefined : exceptionOf(HEAD, link[3]!);
    if (current === undefined) continue;
    rootFirst ||= link[2] === 'Wrapped by';
    chain.push(current);
  }
  return rootFirst ? chain.reverse() : chain;
}

function javaFrame(name: string, place: string): Frame {
  const [file, line] = place.split(':');
  const fn = cleanJava(name);
  const isFile = /\.\w+$/.test(file!);
  return frame(fn, isFile ? file! : '', isFile ? line : 0, place === '<generated>' || GENERATED.test(name));
}

/** Without class loader and module (`app//`, `java.base@21/`), and without the numbers the compiler gives to classes and lambdas. */
export function cleanJava(name: string): string {
  return name
    .trim()
    .replace(/^(?:[^/]{0,200}\/){1,2}/, '')
    .replace(/\$\d+(?=[.$]|$)/g, '$')
    .replace(/(lambda\$.{1,200})\$$/, '$1')
    .replace(/(?:__|-)\d+(?=[.$]|$)/g, '')
    .replace(/liftedTree\d+/g, 'liftedTree')
    .replace(/^Script\d+(?=[.$])/, 'Script')
    .replace(/\$eval\d+/g, '$$eval');
}

/** A frame of the fields that log4j2 and logback write of a stack trace element. */
export function javaElement(type: string, method: string, file: string, line: number): Frame {
  const name = `${type}.${method}`;
  return frame(cleanJava(name), file, Math.max(line, 0), GENERATED.test(name));
}
