import { browser } from './browser.ts';
import { dotnet } from './dotnet.ts';
import { go } from './go.ts';
import { java } from './java.ts';
import { node } from './node.ts';
import { php } from './php.ts';
import { python } from './python.ts';
import { ruby } from './ruby.ts';
import { rust } from './rust.ts';
import { type Language, linesOf, type Trace } from './trace.ts';

/** Those whose lines are unmistakable come first; `at name(…)` is Java's, JavaScript's and .NET's by what is in the brackets. */
const LANGUAGES: readonly Language[] = [python, php, ruby, go, rust, java, node, dotnet, browser];

/** A line that is none of these is in no language a frame, nor the announcement of one; it spares most lines all patterns. */
const HINT =
  /^\s*(?:at|bei|à|в|在|於|場所) \S|^\s{2,}(?:en|em|in|w|v|vid|ved|bij|konum:|위치:) \S|Traceback \(most recent|File "|:in [`']|^\s+\S.*\.(?:go|s):\d|^goroutine \d|^runtime stack:$|^\S.*\.(?:go|s):\d+ \(0x| panicked at |^#\d+ |^\s*[Ss]tack backtrace:|^\s*Location:\s*$|^The application panicked |\[object\] \([A-Za-z_\\]|^\s*Caused by:\s*$|^Stack trace:|^\[stacktrace\]|^(?:PHP)?\s{1,4}\d+\. .*:\d+$/;
/** How a frame of a browser ends. */
const BROWSER_END = /:(?:\d{1,9}|0x[0-9a-f]{1,16})$|@\[(?:native|wasm) code\]$/;
/** A language that announced a trace so often without there being one is asked no more: texts of any length take linear time. */
const MOST_FAILURES = 5;

/** The exception that a text tells of, in whichever language; undefined where there is none. */
export function findTrace(text: string): Trace | undefined {
  const lines = linesOf(text);
  const failures = new Map<Language, number>();
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    if (!HINT.test(line) && !(line.includes('@') && BROWSER_END.test(line))) continue;
    for (const language of LANGUAGES) {
      const failed = failures.get(language) ?? 0;
      if (failed >= MOST_FAILURES || !language.recognises(line)) continue;
      const trace = language.parse(lines, at);
      if (trace !== undefined) return { language: language.name, ...trace };
      failures.set(language, failed + 1);
    }
  }
  return undefined;
}

/** The text from that line on. */
export function fromLine(text: string, line: number): string {
  let at = 0;
  for (let count = 0; count < line; count++) at = text.indexOf('\n', at) + 1;
  return at === 0 ? text : text.slice(at);
}
