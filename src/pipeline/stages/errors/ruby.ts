import { type Exception, type Frame, frame, type Language } from './trace.ts';

/** Ruby, with quotes of 3.3 and before (`add') and of 3.4 ('Cart#add'); Rails' form of the head as well. */
const FRAME =
  /^\s*(?:\d+: )?(?:from )?((?:[A-Za-z]:)?[^:\s][^:]{0,600}|<internal:[^>]{1,100}>|\(eval at [^)]{1,600}\)):(\d+):in [`']([^'\n]{1,300})'(?:: (.*))?$/;
/** Message first and type after it, as Ruby's own Logger writes an exception. */
const LOGGED =
  /^(?:[A-Z], \[[^\]]{1,80}\] {1,4}[A-Z]{3,7} -- .{0,100}?: (.*)|(.*)) \(((?:[A-Z]\w{0,100}::)*[A-Z]\w{0,100})\)$/;
const HEADS = [
  /^(?:.{0,200}?\s)?((?:[A-Z]\w{0,100}::)*[A-Z]\w{0,100}) \((.*)\):?$/,
  /(?:^|\s)((?:[A-Z]\w{0,100}::)*[A-Z]\w{0,100}(?:Error|Exception|Interrupt|NotFound|Invalid|Timeout|Failed)): (.*)$/,
  /^((?:[A-Z]\w{0,100}::)*[A-Z]\w{0,100}): (.*)$/,
  /^#<((?:[A-Z]\w{0,100}::)*[A-Z]\w{0,100}): (.*)>$/,
];
/** What Rails adds to the method that it makes of a view: `_app_views_orders_show_html_erb___4352763817263_47260`. */
const VIEW = /_{2,3}\d{1,20}_\d{1,20}$/;
const NAMED = /^((?:[A-Z]\w{0,100}::)*[A-Z]\w{0,100})(?: \((.*)\)|: (.*))$/;

/** Methods of the core classes, which Ruby prints with the place that called them; with quotes of 3.4 the class tells. */
const CORE =
  /^(?:[^\w]{1,3}|each(?:_\w+)?|map!?|flat_map|collect|select|filter(?:_map)?|reject|times|loop|upto|fetch|dig|require(?:_relative)?|load|eval|instance_eval|class_eval|instance_exec|public_send|send|__send__|new|initialize_copy|raise|catch|open|sleep|Integer|Float|inject|reduce|sum|sort_by|sort|min_by|max_by|group_by|to_h|synchronize|tap|then|yield_self|div|fdiv|divmod|modulo)$/;
const CORE_CLASS =
  /^(?:Kernel|Integer|Float|Numeric|String|Symbol|Array|Hash|Range|Enumerable|Enumerator|Proc|Method|BasicObject|Module|Class|IO|File|Dir|Comparable|Struct|Set|Thread|Mutex|Monitor|Time|Regexp|Process|Fiber|Marshal|GC)[#.]/;

export const ruby: Language = {
  name: 'ruby',
  recognises: (line) => line.includes(':in ') && FRAME.test(line),
  parse(lines, at) {
    const reversed = lines[at - 1]?.startsWith('Traceback (most recent call last)') === true;
    const { chain, first } = chainOf(lines, at, reversed);
    if (reversed) for (const exception of chain) exception.frames.reverse();
    return { first: reversed ? at - 1 : first, chain };
  },
};

function chainOf(lines: readonly string[], at: number, headless: boolean): { first: number; chain: Exception[] } {
  const chain: Exception[] = [];
  let first = at;
  const head = headless || FRAME.exec(lines[at]!)![4] !== undefined ? undefined : headBefore(lines, at);
  if (head !== undefined) {
    first = head.first;
    chain.push(head.exception);
  }
  for (let index = at; index < lines.length; index++) {
    const line = lines[index]!;
    const match = FRAME.exec(line);
    if (match === null) {
      const named = NAMED.exec(line.replace(/^Caused by: /, ''));
      // Rails lists causes below the frames: `Causes:`, then `KeyError (…)` with frames of its own.
      if (named !== null && chain.length > 0 && FRAME.test(lines[index + 1] ?? ''))
        chain.push({ type: named[1]!, message: named[2] ?? named[3] ?? '', frames: [] });
      continue;
    }
    if (match[4] !== undefined) {
      const { type, message } = raised(match[4], lines, index);
      const unread = chain.length === 1 && chain[0]!.type === '' ? chain[0] : undefined;
      if (unread === undefined) chain.push({ type, message, frames: [] });
      else Object.assign(unread, { type, message });
    } else if (chain.length === 0) chain.push({ type: '', message: '', frames: [] });
    chain[chain.length - 1]!.frames.push(rubyFrame(match[1]!, match[2]!, match[3]!));
  }
  return { first, chain };
}

/** `message (Type)`; a message of several lines has its type at the end of the first. */
function raised(text: string, lines: readonly string[], at: number): { type: string; message: string } {
  const match = /^(.*?) ?\(((?:[A-Z]\w{0,100}::)*[A-Z]\w{0,100})\)\s*$/.exec(text);
  if (match !== null) return { type: match[2]!, message: match[1]! };
  for (let index = at + 1; index < Math.min(lines.length, at + 20); index++) {
    if (FRAME.test(lines[index]!)) break;
    const type = / ?\(((?:[A-Z]\w{0,100}::)*[A-Z]\w{0,100})\)\s*$/.exec(lines[index]!);
    if (type !== null) return { type: type[1]!, message: text };
  }
  return { type: '', message: text };
}

function headBefore(lines: readonly string[], at: number): { first: number; exception: Exception } | undefined {
  for (let index = at - 1; index >= Math.max(0, at - 20); index--) {
    const [, logged, plain, type = ''] = LOGGED.exec(lines[index]!) ?? [];
    const message = logged ?? (/(?:Error|Exception)$/.test(type) ? plain : undefined);
    if (message !== undefined) return { first: index, exception: { type, message: message.trim(), frames: [] } };
  }
  for (const pattern of HEADS) {
    for (let index = at - 1; index >= Math.max(0, at - 20); index--) {
      const match = pattern.exec(lines[index]!);
      if (match !== null)
        return { first: index, exception: { type: match[1]!, message: match[2]!.trim(), frames: [] } };
    }
  }
  return undefined;
}

function rubyFrame(file: string, line: string, name: string): Frame {
  const fn = name.replace(/^(?:(?:block|rescue|ensure)(?: \(\d+ levels\))? in )+/, '');
  const bare = fn.slice(Math.max(fn.lastIndexOf('#'), fn.search(/\.[^.]*$/)) + 1);
  const method = /^<.*>$/.test(fn) ? fn : (bare === '' ? fn : bare).replace(VIEW, '');
  const written = file.replace(/^\(eval at (.{1,600}):\d+\)$/, '$1');
  return frame(method, written, line, CORE_CLASS.test(fn) || (!/^<|[#.]/.test(name) && CORE.test(fn)));
}
