import { type Exception, type Frame, frame, type Language } from './trace.ts';

/** Python 2 and 3: chained exceptions, exception groups, carets below the code, abbreviated recursion. */
const FRAME = /^[>\s]{0,80}File "([^"]{1,1000})", line (\d+)(?:, in (.{1,300}))?$/;
/** faulthandler's, most recent first and without a comma, below a head of its own. */
const FAULT_FRAME = /^\s*File "([^"]{1,1000})", line (\d+) in (.{1,300})$/;
const FAULT_HEAD = /^(Fatal Python error|Windows fatal exception): (.{1,500})$/;
const TRACEBACK = /(?:^|[\s:])(?:Exception Group )?Traceback \(most recent call last\):\s*$/;
const HEAD = /^([A-Za-z_][\w.<>]{0,300})(?:: ?(.*))?$/;
/** The margin of exception groups: `  | `, `  + `, `  +-+---------------- 1 ----------------`. */
const MARGIN = /^ {1,60}[|+][| +-]{0,60}?(?= {2}| File|[^\s|+-]|$)/;
const MEMBER = /^[ |+]{0,80}\+-[+-]{1,40} ?(\d{1,6}|\.\.\.) -{3}/;
const CONTEXT =
  /^(?:During handling of the above exception, another exception occurred|The above exception was the direct cause of the following exception):$/;

export const python: Language = {
  name: 'python',
  recognises: (line) =>
    TRACEBACK.test(line) || (line.includes('File "') && (FRAME.test(unmargin(line)) || FAULT_FRAME.test(line))),
  parse(lines, at) {
    if (FAULT_FRAME.test(lines[at]!)) return faultOf(lines, at);
    const reader = new PythonReader();
    for (const line of lines.slice(at)) if (!reader.read(line)) break;
    const chain = reader.chain();
    const [thrown] = chain;
    if (thrown === undefined) return undefined;
    // AWS Lambda has the head above the frames, and none below.
    const above = thrown.type === '' ? HEAD.exec(lines[at - 1]?.replace(/^\[ERROR\]\s{1,4}/, '') ?? '') : null;
    if (above === null) return { first: at, chain };
    Object.assign(thrown, { type: above[1], message: above[2] ?? '' });
    return { first: at - 1, chain };
  },
};

/** What the interpreter says of its end: of several threads the one that failed. */
function faultOf(lines: readonly string[], at: number): { first: number; chain: Exception[] } {
  const top = Math.max(0, at - 20);
  const head = lines.slice(top, at).findLastIndex((line) => FAULT_HEAD.test(line));
  const [, type = '', message = ''] = FAULT_HEAD.exec(lines[top + head] ?? '') ?? [];
  const failed = lines.findIndex((line, index) => index >= at && line.startsWith('Current thread '));
  const frames: Frame[] = [];
  for (let index = failed > 0 ? failed + 1 : at; index < lines.length; index++) {
    const match = FAULT_FRAME.exec(lines[index]!);
    if (match === null) break;
    frames.push(frame(match[3]!, match[1]!, match[2]));
  }
  return { first: head < 0 ? at : top + head, chain: [{ type, message, frames }] };
}

function unmargin(line: string): string {
  return line.replace(MARGIN, '').replace(/^ (?=\S)/, '');
}

/** Reads line by line: frames most recent last, then the head; what caused it stands before it, members of a group after. */
class PythonReader {
  private frames: Frame[] = [];
  private readonly rootFirst: Exception[] = [];
  private last: Exception | undefined;
  private inMember = false;

  /** False where the first member of a group ends: the others say nothing more of the cause. */
  read(line: string): boolean {
    const member = MEMBER.exec(line);
    if (member !== null) {
      if (member[1] !== '1') return false;
      this.inMember = true;
      this.last = undefined;
      return true;
    }
    const text = unmargin(line);
    const match = FRAME.exec(text);
    if (match !== null) {
      this.last = undefined;
      const native = /^<(?:decorator-gen|__array_function__|frozen)/.test(match[1]!);
      this.frames.push(frame(match[3]?.trim() ?? '', match[1]!, match[2], native));
      return true;
    }
    if (TRACEBACK.test(text) || CONTEXT.test(text)) this.last = undefined;
    else if (this.last !== undefined) this.last.message += `\n${text}`;
    else if (/^\S/.test(text)) this.head(text);
    return true;
  }

  private head(text: string): void {
    const match = HEAD.exec(text);
    if (match === null && this.frames.length === 0) return;
    const type = (match?.[1] ?? '').replace(/^__main__\./, '').replace(/^.*<locals>\./, '');
    const message = match === null ? text : (match[2] ?? '');
    this.last = { type, message, frames: this.frames.reverse() };
    this.frames = [];
    if (this.inMember) this.rootFirst.unshift(this.last);
    else this.rootFirst.push(this.last);
  }

  /** Thrown last first. A trace cut off before its head still has its frames. */
  chain(): Exception[] {
    if (this.frames.length > 0) this.rootFirst.push({ type: '', message: '', frames: this.frames.reverse() });
    for (const exception of this.rootFirst) exception.message = exception.message.trim();
    return this.rootFirst.reverse();
  }
}
