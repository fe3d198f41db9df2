import { hash } from 'node:crypto';

/** What changes from one occurrence to the next, and what stands for it. Order matters: the longer forms come first. */
const VARIABLES: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<uuid>'],
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?/g, '<time>'],
  [/\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s"'<>]+/gi, '<url>'],
  [/\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+\b/g, '<email>'],
  [/"[^"\n]{0,500}"|'[^'\n]{0,500}'|`[^`\n]{0,500}`/g, '<value>'],
  [/\b(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?\b/g, '<ip>'],
  [/(?<![\w:])(?=[0-9a-f]*:[0-9a-f]*:)[0-9a-f:]{3,39}(?![\w:])/gi, '<ip>'],
  [/(?<![\w<])(?:[A-Za-z]:)?(?:[\\/][\w.@~+-]+){2,}[\\/]?/g, '<path>'],
  [/\b0x[0-9a-f]+\b/gi, '<hex>'],
  [/\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b/gi, '<hex>'],
  [/-?\d+(?:[.,]\d+)*/g, '<n>'],
];

/** Longer messages are cut before the patterns run over them: the kind of an error shows at its start. */
const LONGEST = 1000;
const FRAMES = 3;

/** The text with everything that differs between occurrences replaced: numbers, ids, addresses, paths, quoted values. */
export function normaliseMessage(message: string): string {
  const line = message.slice(0, LONGEST).split('\n', 1)[0]!;
  let text = line;
  for (const [pattern, name] of VARIABLES) text = text.replace(pattern, name);
  return text.trim();
}

/** The first frames of a stack trace as function and file name: lines and folders change with every release. */
export function firstFrames(trace: string): string[] {
  const frames: string[] = [];
  for (const line of trace.slice(0, 16_384).split('\n')) {
    const frame = frameOf(line.trim());
    if (frame === undefined) continue;
    frames.push(frame);
    if (frames.length === FRAMES) break;
  }
  return frames;
}

/** JavaScript and Java (`at …`), Python (`File "…", line 3, in f`), Go and Ruby (`path.go:12`); undefined for other lines. */
function frameOf(line: string): string | undefined {
  const python = /^File "([^"]{1,500})", line \d+, in (\S{1,200})/.exec(line);
  if (python !== null) return `${baseName(python[1]!)} ${python[2]}`;
  if (line.startsWith('at ')) {
    if (line.includes('node:internal')) return undefined;
    return line
      .slice(3, 500)
      .replace(/[^\s()]*[\\/]/g, '')
      .replace(/:\d+(?::\d+)?/g, '')
      .replace(/\$\$Lambda[^.(]*/g, '<lambda>');
  }
  const plain = /^(\S{1,500}\.(?:go|rb|rs|py|php)):\d+/.exec(line);
  return plain === null ? undefined : baseName(plain[1]!);
}

function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** A short stable key of the parts, 16 hex digits. */
export function groupingKey(parts: readonly string[]): string {
  return hash('sha256', parts.join('\u0000'), 'hex').slice(0, 16);
}
