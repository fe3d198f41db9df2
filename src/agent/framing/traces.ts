/** What an event of several lines knows about itself while it grows. */
export type Growing = {
  /**
   * Whether the line goes on with the event; if so it has been taken note of. Blank lines are not asked about. `perhaps`:
   * it does if a later line does.
   */
  takes(text: string): boolean | 'perhaps';
  /** It mostly stays a line of its own: it is not worth waiting for more for long. */
  readonly isUndecided?: boolean;
};

/** How lines make events. Results depend on the lines of the event alone. */
export type Grouping = {
  /** An event that begins with this line; undefined where nothing can go on with it. */
  open(text: string): Growing | undefined;
  /** Whether a line looks like the middle of an event: what came before it is then somewhere else. */
  isContinuation(text: string): boolean;
};

/** The ready-made modes. */
export type TraceMode = 'java' | 'python' | 'go' | 'ruby' | 'node' | 'dotnet';

/** Whose events wait for every next line. */
type WaitingGrouping = Omit<Grouping, 'open'> & {
  open(text: string): { takes(text: string): boolean };
};

const INDENTED = /^[ \t]/;

/** A mode as patterns; indented lines always continue. */
type TraceForm = {
  /** Beyond indented lines, what continues whatever came before. */
  readonly always: RegExp;
  /** What continues by what the event has held so far: the marks that its lines have set. */
  readonly after: (text: string, seen: ReadonlySet<string>) => boolean;
  /** What a line is, to be remembered. */
  readonly marks: readonly (readonly [mark: string, pattern: RegExp])[];
};

/** A qualified class with a capital, and its message: `java.io.IOException: Broken pipe`. */
const JAVA_HEADER = /^(?:[a-z_][\w$]*\.)+[A-Z][\w$]*(?::.*)?$/;
const DOTNET_HEADER = /^(?:[A-Z]\w*\.)+\w*Exception(?:`\d+)?\b/;
const GO_BLOCK = /^(?:goroutine \d+(?: [^[]{0,80})? ?\[|runtime stack:)/;
const GO_CALL = /^[^\s(]+\(.*\)$/;
const GO_REGISTER = /^\w{2,6}\s+0x[0-9a-f]+$/;
const RUBY_HEADER = /^[^\s:]+:\d+:in [`'].+?': /;

/**
 * Stack traces as the runtimes print them: Throwable.printStackTrace, Go's runtime/traceback.go, Exception#full_message
 * (a cause is an event of its own: nothing tells it from the next crash), Exception.ToString.
 */
const FORMS: Readonly<Record<Exclude<TraceMode, 'python' | 'node'>, TraceForm>> = {
  java: {
    always: /^(?:Caused by: |Suppressed: |Wrapped by: |\.\.\. \d+ (?:more|common frames omitted))/,
    // The message of a log line, then the exception; after its frames another one is another event.
    after: (text, seen) => JAVA_HEADER.test(text) && !seen.has('header') && !seen.has('frames'),
    marks: [
      ['frames', /^\s+at |^\s*\.\.\. \d+ /],
      ['header', JAVA_HEADER],
    ],
  },
  go: {
    always: /^(?:\[signal |created by |exit status \d+$|\.\.\.(?:additional|\d+) frames elided|PC=0x)/,
    after: (text, seen) => GO_BLOCK.test(text) || (seen.has('block') && (GO_CALL.test(text) || GO_REGISTER.test(text))),
    marks: [['block', GO_BLOCK]],
  },
  ruby: {
    always: /^[^\s:]+:\d+:in [`'][^']*'$/,
    after: (text, seen) => seen.has('reversed') && !seen.has('header') && RUBY_HEADER.test(text),
    marks: [
      ['reversed', /^Traceback \(most recent call last\):/],
      ['header', RUBY_HEADER],
    ],
  },
  dotnet: {
    always: /^(?:--- End of (?:inner exception )?stack trace|---> |<---)/,
    after: (text, seen) => DOTNET_HEADER.test(text) && !seen.has('header') && !seen.has('frames'),
    marks: [
      ['frames', /^\s+at /],
      ['header', DOTNET_HEADER],
    ],
  },
};

/** The grouping of a ready-made mode. */
export function traceGrouping(mode: TraceMode): WaitingGrouping {
  if (mode === 'python') return PYTHON;
  if (mode === 'node') return NODE;
  const { always, after, marks } = FORMS[mode];
  return {
    isContinuation: (text) => INDENTED.test(text) || always.test(text),
    open(first) {
      const seen = new Set<string>();
      const note = (text: string) => {
        for (const [mark, pattern] of marks) if (!seen.has(mark) && pattern.test(text)) seen.add(mark);
      };
      note(first);
      return {
        takes(text) {
          if (!INDENTED.test(text) && !always.test(text) && !after(text, seen)) return false;
          note(text);
          return true;
        },
      };
    },
  };
}

const PYTHON_HEADER = /^(?:Traceback|\s+\+ Exception Group Traceback) \(most recent call last\):/;
const PYTHON_LINK =
  /^(?:During handling of the above exception, another exception occurred:|The above exception was the direct cause of the following exception:)/;
const PYTHON_FRAME = /^\s+File ".*", line \d+/;
/** An exception group draws a tree, which ends itself. */
const PYTHON_TREE = /^\s+[|+]/;
const PYTHON_ERROR = /^[A-Za-z_](?:\w|\.(?:<locals>\.)?)*(?::( |$)|$)/;

/**
 * As traceback.print_exception writes: a header after what was logged, frames, one line with the error; then, if an
 * exception led to another, a line that says so and the next part.
 */
const PYTHON: WaitingGrouping = {
  isContinuation: (text) => (INDENTED.test(text) && !PYTHON_HEADER.test(text)) || PYTHON_LINK.test(text),
  open(first) {
    let state: 'logged' | 'frames' | 'error' | 'link' = 'logged';
    if (PYTHON_HEADER.test(first) || PYTHON_FRAME.test(first)) state = 'frames';
    if (PYTHON_LINK.test(first)) state = 'link';
    return {
      takes(text) {
        if (PYTHON_HEADER.test(text)) {
          if (state === 'frames' || state === 'error') return false;
          state = 'frames';
          return true;
        }
        if (INDENTED.test(text)) {
          if (PYTHON_FRAME.test(text)) state = 'frames';
          else if (PYTHON_TREE.test(text)) state = 'error';
          return true;
        }
        if (PYTHON_LINK.test(text)) state = 'link';
        else if (PYTHON_ERROR.test(text) && state === 'frames') state = 'error';
        else return false;
        return true;
      },
    };
  },
};

const NODE_PLACE = /^(?:node:|file:\/\/|\/|[A-Za-z]:\\)\S*:\d+$/;
const NODE_CARET = /^\s*\^+\s*$/;
const NODE_CLOSING = /^(?:[}\])]+[,;]?$|Node\.js v\d|\(Use `node |Emitted 'error' event )/;

/**
 * As util.inspect and the uncaught handler write: an error, indented frames, properties in braces; uncaught ones come
 * after the place, its source line and a caret.
 */
const NODE: WaitingGrouping = {
  isContinuation: (text) => INDENTED.test(text) || NODE_CLOSING.test(text),
  open(first) {
    let state: 'place' | 'caret' | 'error' = NODE_PLACE.test(first) ? 'place' : 'error';
    return {
      takes(text) {
        if (state === 'place' && NODE_CARET.test(text)) state = 'caret';
        else if (state === 'caret') state = 'error';
        else return state === 'place' || INDENTED.test(text) || NODE_CLOSING.test(text);
        return true;
      },
    };
  },
};
