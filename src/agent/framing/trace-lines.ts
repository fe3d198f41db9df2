/** What a line says of a stack trace, whatever stands around it. */
export type TraceLine =
  /** A call, which nothing but a trace has. */
  | 'frame'
  /** What stands between the parts of a trace: a cause, the other goroutines, what is left out. */
  | 'link'
  /** Begins an exception, and can be nothing else. */
  | 'head'
  /** Looks like the head of an exception: `TypeError: x`, and just as well `Error: no such file`. */
  | 'may-head'
  /** Ends in what may be the beginning of an exception's message, or shows the place of one. */
  | 'may-announce'
  | 'other';

/** Longest piece of a line that is looked at; every quantifier below runs over no more. */
const LONGEST = 2000;

export function clipped(text: string): string {
  return text.length > LONGEST ? text.slice(0, LONGEST) : text;
}

/** `at`, in the languages in which Windows says it; short words only before what looks like a method. */
const AT =
  /^\s{1,40}(?:(?:at|bei|à|в|在|於|場所) (?=\S)(?=.{0,900}(?:\(|:\d{1,9}:\d|<anonymous>|native))|(?:en|em|in|w|v|vid|ved|bij|konum:|위치:) \S{3,300}\((?:\)|[A-Z]))/;
/** The same without indentation, as some loggers write it: only with a file in brackets. */
const BARE_AT =
  /^at \S{1,600}\((?:Native Method|Unknown Source|[^():]{1,200}\.(?:java|kts?|scala|groovy|cljc?)(?::\d+)?)\)/;
const PYTHON_FRAME = /^[ |]{1,80}File "[^"]{1,1000}", line \d/;
const GO_PLACE = /^\s{1,8}\S.{0,1000}\.(?:go|s|c):\d{1,9}(?: \+0x[0-9a-f]{1,16}| fp=.{0,200})?\s{0,8}$/;
const GIN_PLACE = /^\S.{0,1000}\.(?:go|s):\d{1,9} \(0x[0-9a-f]{1,16}\)$/;
const RUBY_FRAME =
  /^\s{0,40}(?:\d{1,6}: )?(?:from )?(?:<internal:[^>]{1,200}>|\(eval at [^)]{1,600}\)|(?:[A-Za-z]:)?[^\s:][^:]{0,600}):\d{1,9}:in [`'][^'\n]{1,300}'$/;
const PHP_FRAME = /^#\d{1,5} (?:\{main\}|\[internal function\]: |.{1,800}\(\d{1,9}\): )/;
const XDEBUG_FRAME = /^(?:PHP)?\s{1,4}\d{1,4}\. [^(]{1,300}\(.{0,1000}\) \S.{0,800}:\d{1,9}$/;
const BROWSER_FRAME =
  /^(?:[\w ]{1,40}\*)?(?:[^\s@]{0,300}|(?:global|module|eval) code)@(?:\[native code\]$|(?:(?:https?|file|resource|chrome|(?:moz|safari)-[a-z-]{1,20}|webpack(?:-internal)?|app|blob):|\/).{0,1500}:\d{1,9}$)/;
const FRAMES = [AT, PYTHON_FRAME, RUBY_FRAME, GO_PLACE, PHP_FRAME, BARE_AT, GIN_PLACE, XDEBUG_FRAME, BROWSER_FRAME];

const LINK = new RegExp(
  [
    // Java, Node, Ruby, .NET
    String.raw`^\s{0,80}(?:Caused by: |Suppressed: |Wrapped by: |\[CIRCULAR REFERENCE|\.\.\. \d+ (?:more|common|frames|lines)|- locked <|caused by: |\[cause\]: |\[errors\]: \[)`,
    "^Causes:$|^From previous event:$|^Emitted 'error' event ",
    String.raw`^  Exception data:$|^\s{0,40}(?:---> |<---|--- .{1,200} ---\s{0,8}$)`,
    // Python
    '^(?:During handling of the above exception, another exception occurred|The above exception was the direct cause of the following exception):',
    // Go
    String.raw`^PC=0x|^signal arrived during |^goroutine \d+ (?:gp=\S{1,40} m=\S{1,40} (?:mp=\S{1,40} )?)?\[|^runtime stack:$|^\[signal |^created by |^\s{1,8}panic: |^\.\.\.(?:additional|\d+) frames elided`,
    // PHP
    String.raw`^(?:PHP )?Stack trace:\s{0,8}$|^\[(?:stacktrace|previous exception)\]|^Next [A-Za-z_\\]|^\s{1,4}thrown in .{1,800} on line \d`,
    // Rust
    String.raw`^\s{0,8}(?:[Ss]tack backtrace:|Caused by:|Location:|━{3,60} BACKTRACE ━{3,60})\s{0,8}$|^Location: \S{1,500}:\d|^note: (?:run with|[Ss]ome details)`,
  ].join('|'),
);

/** A class with its package, of which the name says what it is. */
const EXCEPTION = String.raw`(?:[A-Za-z_$][\w$]{0,100}(?:\.|::|\\)){1,20}[\w$+\x60]{0,200}(?:Exception|Error|Throwable|Failure|Fault)(?=$|:| \(|\x60\d)`;
const HEAD = new RegExp(
  [
    String.raw`^\s{0,40}(?:Exception in thread ".{0,200}" |Unhandled [Ee]xception[.:] |Uncaught )?${EXCEPTION}`,
    '^Exception in thread "|^Unhandled [Ee]xception[.:] ',
    String.raw`(?:^|[\s:\]|])(?:Exception Group )?Traceback \(most recent call last\):\s{0,10}$`,
    String.raw`^(?:Current thread|Thread) 0x[0-9a-f]{1,16} .{0,200}\(most recent call first\):`,
    '^(?:panic|fatal error|SIG[A-Z]{2,8}): ',
    String.raw` panicked at |^The application panicked \(`,
    'Fatal error: {1,2}Uncaught ',
  ].join('|'),
);
/** Ruby's head is a frame as well: `a.rb:3:in 'pay': refused (PayError)`. */
const RUBY_HEAD = /^[^\s:][^:]{0,600}:\d{1,9}:in [`'][^'\n]{1,300}': /;

const MAY_HEAD = new RegExp(
  [
    // Any class with a package; a name without one that says what it is.
    String.raw`^(?:[a-z_][\w$]{0,100}\.){1,20}[A-Z][\w$]{0,200}(?::|$)`,
    String.raw`^\s{0,40}(?:\(node:\d+\) )?\[?(?:Uncaught (?:\(in promise\) )?)?[A-Za-z_$][\w$.]{0,200}(?:Error|Exception|Warning|Failure|Fault)(?: \[\w{1,60}\])?(?::|\]|$| \{$| \()`,
    String.raw`^(?:Error|error)(?: \[\w{1,60}\])?:|^Uncaught |^#<[A-Z]`,
    String.raw`^(?:[A-Za-z_]\w{0,100}\\){1,10}[A-Z]\w{0,100}: `,
    String.raw`^[A-Z]\w{0,100}(?:::[A-Z]\w{0,100}){1,10}(?: \(|: )`,
  ].join('|'),
);

/** The end of what a logger wrote; the place that Node shows first; what Go and gin say before they say what happened. */
const MAY_ANNOUNCE =
  /^runtime: goroutine stack exceeds|panic recovered:$|RemoteTraceback: ?$|\w(?:Exception|Error)(?:: |$)|^(?:node:|file:\/\/|\/|[A-Za-z]:\\)\S{0,1000}:\d{1,9}$/;

/** Begins as lines of logs do, and no line of a trace: of those only what a logger may have written before an exception counts. */
const DATED = /^(?:[\d{]|<\d|\[(?!CIRC|[ceps]|[A-Z]\w{0,100}(?:Error|Exception))|[A-Z][a-z]{2} {1,2}\d)/;
const HEAD_WITHIN = /Traceback \(most| panicked at | Uncaught | recovered:$|(?:Exception|Error)(?:: |$)/;

/** What a line is by itself. */
export function traceLine(line: string): TraceLine {
  if (DATED.test(line) && !HEAD_WITHIN.test(line)) return 'other';
  if (isFrame(line)) return 'frame';
  if (LINK.test(line)) return 'link';
  if (HEAD.test(line) || RUBY_HEAD.test(line)) return 'head';
  if (MAY_HEAD.test(line)) return 'may-head';
  return MAY_ANNOUNCE.test(line) ? 'may-announce' : 'other';
}

function isFrame(line: string): boolean {
  return FRAMES.some((pattern) => pattern.test(line));
}
