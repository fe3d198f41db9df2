import { clipped, type TraceLine, traceLine } from './trace-lines.ts';
import { type Grouping, type Growing, traceGrouping } from './traces.ts';

type Python = ReturnType<ReturnType<typeof traceGrouping>['open']>;

/** Words of lines after which an exception is to be expected. */
const ALARM =
  /error|exception|warn|fail|fatal|panic|severe|crit|alert|emerg|uncaught|unhandled|thrown|throwable|traceback|crash|abort|fault/i;
/** Of lines without such a word: what only a trace has, or a class with its package. It spares most of them all other patterns. */
const HINT =
  /^(?:\s|#\d|goroutine \d|SIG[A-Z]|runtime: g|PHP Stack trace:|[A-Z]\w{0,100}(?:::[A-Z]\w{0,100}){1,10}(?: \(|: )|(?:[A-Za-z_]\w{0,100}\\){1,10}[A-Z]|(?:node:|file:\/\/|\/|[A-Za-z]:\\)\S{1,1000}:\d{1,9}$|Caused by: |(?:[a-z_][\w$]{0,100}\.){1,20}[A-Z][\w$]{0,200}(?::|$))|:in [`']|@[^@\s]{1,1500}:\d{1,9}$/;
/** What goes on with a trace of which nothing else is there. */
const MIDDLE = /^\s{0,80}(?:Caused by: |Suppressed: )|^(?:goroutine \d|PHP Stack trace:)/;

/** Begins like a line of a log, and so is no line of an exception's message. */
const LOGGED =
  /^(?:[[{\d]|<\d|[A-Z][a-z]{2} {1,2}\d|(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|SEVERE|FATAL|CRITICAL)\b|(?:trace|debug|info|notice|warn|warning|error|fatal|crit|trce|dbug|fail)\b|[DIWEF](?:,|\d{4} )|(?:time|ts|level|timestamp|msg)=)/;
const INDENTED = /^[ \t]/;

/** Lines that belong to the trace only if it goes on after them: so many are waited for. */
const MOST_INDENTED = 20;
const MOST_OTHERS = 12;

/** After these a message follows that may have several lines. */
const NEXT_EXCEPTION = /^\s{0,80}(?:(?:Caused by|caused by|Suppressed|Wrapped by|--->|\[cause\]): ?\S|---> |Next )/;
/** The line after these belongs to them, whatever it says. */
const ANNOUNCES =
  /^The application panicked \(|:\d{1,9}:\d{1,9}:$|\.(?:go|s):\d{1,9} \(0x[0-9a-f]{1,16}\)$|^\s{0,8}(?:Caused by|Location):\s{0,8}$/;
const CLOSING =
  /^(?:\[native code\]$|ClientConnectionId:|Error Number:-?\d|Backtrace omitted\.|Node\.js v\d|\(Use `node |"\}(?: |$)|Did you mean\?|exit status \d{1,5}$)/;
const NUMBERED = /^\s{1,8}\d{1,4}: {1,30}\S/;
const EXCEPTION = /Error|Exception|\)|:\d/;
const CLOSES_BRACES = /^[}\])]/;
/** An entry of .NET's console logger, whose lines it all indents by six blanks. */
const CONSOLE_ENTRY = /^(?:fail|crit|warn): [\w.+`[\]]{1,300}\[\d{1,10}\]$/;
const CONSOLE_LINE = /^ {6}/;

const GO_BLOCK = /^goroutine \d|^runtime stack:/;
const GO_CALL = /^[^\s(]{1,500}\(.{0,1400}\)$|^\w{2,6}\s{1,8}0x[0-9a-f]{1,16}$|^PC=0x/;
const GO_PLACE = /^\s{1,8}\S.{0,1000}\.(?:go|s|c):\d/;
const GO_FUNCTION = /^[\w.\-/@%~*()[\]{}…·]{1,500}\.[\w.…·()[\]*{}-]{1,300}$/;

const PYTHON_BEGINS = /Traceback \(most recent call last\):\s{0,10}$|\(most recent call first\):|^[ |]{1,80}File "/;
const PYTHON_LINE = /^(?:\s{1,40}[|+] |\s{1,40}File "|(?:During handling of|The above exception was) )/;
const PYTHON_TAIL = /^(?:"""$|Call stack:$|Arguments: )/;
const RUBY_HEAD = /^[^\s:][^:]{0,600}:\d{1,9}:in [`'][^'\n]{1,300}': /;
const RUBY_CAUSE = /^[A-Z]\w{0,100}(?:::[A-Z]\w{0,100}){0,10} \(/;

/**
 * Stack traces of any runtime, in a text of which nothing else is known. An event of several lines begins only where an
 * exception does: at its head, at a frame, or at a line that sounds like one and has a head or a frame right below it.
 * All other lines are events at once, and so are indented ones: without a trace around them nothing says what they go on with.
 * What may be a line of the exception's message, or indented between its frames, belongs to it only if frames follow.
 */
export const ANY_TRACE: Grouping = {
  isContinuation(text) {
    const line = clipped(text);
    return HINT.test(line) && (MIDDLE.test(line) || traceLine(line) === 'frame');
  },
  open(text) {
    const line = clipped(text);
    if (ALARM.test(line)) return new GrowingTrace(line, traceLine(line));
    // Fast path: lines of most logs begin with a time.
    if (/^[\d[{]/.test(line)) return undefined;
    const kind = HINT.test(line) ? quietKind(line) : 'other';
    return kind === 'other' && !GO_FUNCTION.test(line) ? undefined : new GrowingTrace(line, kind);
  },
};

/** Whether indented lines follow that end with a brace; of Npgsql without one. */
function opensBraces(line: string): boolean {
  return line === '  Exception data:' || (line.endsWith(' {') && EXCEPTION.test(line));
}

/** What a line is that nothing stands before, and that has no word of alarm: `--- report ---` is part of no trace then. */
function quietKind(line: string): TraceLine {
  const kind = traceLine(line);
  return kind === 'link' && !MIDDLE.test(line) ? 'other' : kind;
}

class GrowingTrace implements Growing {
  /** What the last line was that belongs to it. */
  #after: 'log' | 'head' | 'frame' = 'log';
  /** An exception's head stands in it: another one is another event. */
  #isHeaded = false;
  #isSure = false;
  #indented = 0;
  #others = 0;
  /** The next line belongs to it, whatever it says. */
  #isAnnounced = false;
  #isInBraces = false;
  readonly #isConsoleEntry: boolean;
  #python: Python | undefined;
  #pythonEnded = false;
  #go: 'goroutines' | 'places' | undefined;
  #isRuby = false;

  constructor(line: string, kind: TraceLine) {
    this.#isConsoleEntry = CONSOLE_ENTRY.test(line);
    if (kind === 'may-head' || kind === 'may-announce') this.#after = 'head';
    this.#isHeaded = kind === 'may-head';
    if (kind === 'may-head' || kind === 'may-announce') this.#isInBraces = opensBraces(line);
    else if (kind !== 'other') this.#goOn(line, kind);
  }

  get isUndecided(): boolean {
    return !this.#isSure;
  }

  takes(text: string): boolean | 'perhaps' {
    const line = clipped(text);
    const taken = this.#judge(line);
    if (taken === true) {
      this.#indented = 0;
      this.#others = 0;
    }
    return taken;
  }

  #judge(line: string): boolean | 'perhaps' {
    if (this.#isAnnounced) {
      this.#isAnnounced = false;
      return true;
    }
    if (this.#python !== undefined) return this.#inPython(this.#python, line);
    if (this.#isInBraces && this.#inBraces(line)) return true;
    const kind = traceLine(line);
    if (kind === 'frame' || kind === 'link') return this.#goOn(line, kind);
    if (this.#isOfRuntime(line)) return true;
    if (kind === 'head') return !this.#isHeaded && this.#goOn(line, kind);
    if (kind === 'may-head' && !this.#isHeaded) {
      this.#isHeaded = true;
      this.#after = 'head';
      this.#isInBraces = opensBraces(line);
      return 'perhaps';
    }
    return INDENTED.test(line) ? this.#indentedLine(line) : this.#otherLine(line);
  }

  #goOn(line: string, kind: 'frame' | 'link' | 'head'): true {
    this.#isSure = true;
    this.#isHeaded = true;
    this.#after = kind === 'head' || (kind === 'link' && NEXT_EXCEPTION.test(line)) ? 'head' : 'frame';
    this.#isAnnounced = ANNOUNCES.test(line);
    this.#isInBraces = opensBraces(line);
    this.#isRuby = RUBY_HEAD.test(line);
    if (PYTHON_BEGINS.test(line)) {
      this.#python = traceGrouping('python').open(line.replace(/^.{0,1900}(?=Traceback \()/, ''));
    }
    if (GO_BLOCK.test(line)) this.#go = 'goroutines';
    else if (GO_PLACE.test(line)) this.#go ??= 'places';
    return true;
  }

  #isOfRuntime(line: string): boolean {
    if (this.#go === 'goroutines' && GO_CALL.test(line)) return true;
    if (this.#isSure && NUMBERED.test(line)) return true;
    if (this.#after === 'log' || !CLOSING.test(line)) return false;
    this.#after = 'frame';
    return true;
  }

  #inBraces(line: string): boolean {
    this.#isInBraces = INDENTED.test(line);
    const belongs = this.#isInBraces || CLOSES_BRACES.test(line);
    if (belongs) this.#isSure = true;
    return belongs;
  }

  /** After the line with the error an indented one is no code any more. */
  #inPython(python: Python, line: string): boolean | 'perhaps' {
    if (this.#pythonEnded && INDENTED.test(line) && !PYTHON_LINE.test(line)) return this.#indentedLine(line);
    const taken = python.takes(line) || PYTHON_TAIL.test(line);
    if (taken) this.#pythonEnded = !INDENTED.test(line) && !PYTHON_BEGINS.test(line) && !PYTHON_LINE.test(line);
    // Ruby's older order has the same head, and its own line with the error.
    if (taken || this.#pythonEnded || !RUBY_HEAD.test(line)) return taken;
    this.#python = undefined;
    return this.#goOn(line, 'head');
  }

  #indentedLine(line: string): boolean | 'perhaps' {
    // The code that Ruby shows; the lines of an entry that says so.
    if (this.#isRuby || (this.#isConsoleEntry && CONSOLE_LINE.test(line))) return true;
    return ++this.#indented <= MOST_INDENTED && 'perhaps';
  }

  #otherLine(line: string): boolean | 'perhaps' {
    if (++this.#others > MOST_OTHERS) return false;
    if (this.#after === 'head') return !LOGGED.test(line) && 'perhaps';
    if (GO_FUNCTION.test(line)) return 'perhaps';
    if (this.#after === 'log') return false;
    // What github.com/pkg/errors says of each error stands above its frames; of a cause, Rails.
    if (this.#go === 'places') return this.#others === 1 && !LOGGED.test(line) && 'perhaps';
    return RUBY_CAUSE.test(line) && 'perhaps';
  }
}
