import { withoutColours } from './trace.ts';

/** What changes from one occurrence to the next, and what stands for it. Order matters: the longer forms come first. */
const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}';
const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}';
const CLOCK = String.raw`\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?`;
const ZONE = String.raw`(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d)\b)?`;
const TOP_LEVEL = '(?:com|net|org|io|dev|local|internal|lan|cloud|corp|intra|example|test|invalid|localdomain|arpa)';

/** Part of a name of Windows, which may have blanks between such parts. */
const WORD = String.raw`[^\s"'<>|\\:*?]{1,100}`;
/** The same without a dot: what ends in one is a file, and a word after it no part of its name. */
const PLAIN = String.raw`[^\s"'<>|\\:*?.]{1,100}`;
/** What Kubernetes makes the ends of names of: neither vowels nor what looks like another. */
const SAFE = '[bcdfghjklmnpqrstvwxz2456789]';

/** With a third part: a text without it need not be searched. */
const VARIABLES: readonly (readonly [RegExp, string, string?])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<uuid>'],
  [new RegExp(String.raw`\b\d{4}[-/]\d\d?[-/]\d\d?(?:(?:T| {1,2})${CLOCK}${ZONE})?`, 'g'), '<time>'],
  [/\b\d{8}T\d{4}(?:\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?\b/g, '<time>', 'T'],
  [new RegExp(String.raw`\b(?:${DAY},? )?\d{1,2}[/ -]${MONTH}[/ -]\d{4}(?:[: ]${CLOCK}${ZONE})?`, 'g'), '<time>'],
  [
    new RegExp(String.raw`\b(?:${DAY},? )?${MONTH} {1,2}\d{1,2}(?:,? \d{4})?(?:,? ${CLOCK}${ZONE}(?: \d{4})?)?\b`, 'g'),
    '<time>',
  ],
  [new RegExp(String.raw`\b\d{1,2}[/.]\d{1,2}[/.]\d{4}(?:,? ${CLOCK}(?: ?[AP]M)?)?`, 'g'), '<time>'],
  [/\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s"'<>`]+/gi, '<url>', '://'],
  [/\b[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+\b/g, '<email>', '@'],
  [
    /(?<!\w)"[^"\n]{0,500}"(?!\w)|(?<!\w)'(?:[^'\n]|''(?=\w)){0,500}'(?!\w)|`[^`'\n]{0,500}[`']|“[^”\n]{0,500}”|«[^»\n]{0,500}»|‘[^’\n]{0,500}’/g,
    '<value>',
  ],
  [/(?<![\w:.])(?:\d{1,5}\.)?\d{1,2}:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?[AP]M)?(?![\w:])/g, '<time>', ':'],
  [/\b[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}\b/gi, '<mac>'],
  [/(?<![\w:.])(?:::ffff:)?(?:\d{1,3}\.){3}\d{1,3}(?:[:#/]\d{1,5})?\b/gi, '<ip>'],
  [/\[(?=[0-9a-f]*:[0-9a-f]*:)[0-9a-f:.]{2,45}(?:%\w{1,20})?\](?::\d{1,5})?/gi, '<ip>', '['],
  [/(?<![\w:])(?=[0-9a-f]*:[0-9a-f]*:)[0-9a-f:]{3,39}(?:%\w{1,20})?(?![\w:])/gi, '<ip>'],
  [
    new RegExp(String.raw`\b(?:[a-z0-9](?:[\w-]{0,61}[a-z0-9])?\.){1,8}${TOP_LEVEL}(?::\d{1,5})?(?![\w.-]*\w)`, 'gi'),
    '<ip>',
  ],
  [/\b(?:localhost|[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)+|[a-z][a-z-]{0,60}\d{1,6})(?::\d{2,5})\b|\blocalhost\b/gi, '<ip>'],
  [
    new RegExp(
      String.raw`(?<![\w<>])[A-Za-z]:\\(?:(?:${PLAIN} ){0,4}${WORD}\\){0,20}(?:${WORD}(?: [\w-]{1,40}\.\w{1,5}\b)?)?`,
      'g',
    ),
    '<path>',
    '\\',
  ],
  [/(?<![\w<>])[A-Za-z]:\\[^\s"'<>|]{1,300}|(?<![\w<>])\\\\[\w.-]{1,100}\\[^\s"'<>|]{1,300}/g, '<path>', '\\'],
  [/(?<![\w<>/.~])(?:[A-Za-z]:|~[\w-]{0,32})?(?:[\\/][\w.@~+%=-]+){2,}[\\/]?(?:\?[^\s"'<>]{0,300})?/g, '<path>'],
  [/(?<![\w<>/])(?:~|\.{1,2})\/[\w.@~+-]+(?:\/[\w.@~+-]+)*/g, '<path>'],
  [/(?<![\w<>/.~)\]}])\/[\w@~+-][\w.@~+%-]+(?![\w/])/g, '<path>'],
  [/(?<![\w<>/.])[\w@~+-]+(?:\/[\w.@~+-]+)*\/[\w@~+-]+\.[A-Za-z]\w{0,5}\b/g, '<path>'],
  [/\bP(?=\d|T\d)(?:\d+(?:\.\d+)?[YMWD]){0,4}(?:T(?:\d+(?:\.\d+)?[HMS]){1,3})?\b/g, '<duration>', 'P'],
  [/\beyJ[\w-]{5,}(?:\.[\w-]*){1,4}/g, '<n>', 'eyJ'],
  [/(?<![\w-])(?=[\w-]*\d[\w-]*\d)(?=[\w-]*[a-z])(?=[\w-]*[A-Z])[\w-]{20,}={0,2}/g, '<n>'],
  [new RegExp(String.raw`(?<=[a-z\d])(?:-${SAFE}{8,10})?-${SAFE}{5}(?![\w-])`, 'g'), '-<n>', '-'],
  [/\b0x[0-9a-f]+\b/gi, '<hex>', '0x'],
  [/@[0-9a-f]{4,8}\b/g, '@<hex>', '@'],
  [/\b(?:(?=[0-9a-f]*\d)(?=\d*[a-f])[0-9a-f]{6,}|[a-f]{16,})\b/gi, '<n>'],
  [/(?<![A-Za-z0-9])(?=[A-Za-z0-9]{8})(?:[A-Za-z]+\d+[A-Za-z]|\d+[A-Za-z]+\d)[A-Za-z0-9]*/g, '<n>'],
  [
    /(?<![\w.])(?:\d+(?:\.\d+)?(?: ?(?:ns|µs|us|ms|milli(?:second)?s?|sec(?:ond)?s?|min(?:ute)?s?|hours?|hrs?|days?|weeks?)|[smhd])(?![A-Za-z]) ?)+(?<! )/g,
    '<duration>',
  ],
  [/(?<![\w.])\d+(?:\.\d+)? ?(?:[KMGTP]i?B|[kmgtp]b|B|[Bb]ytes?)\b/g, '<size>'],
  [/-?\d+(?:[.,]\d+)*(?:[eE][-+]?\d+|(?:st|nd|rd|th)\b)?/g, '<n>'],
  [/(<[a-z]+>)(?:(?:, ?| )\1)+/g, '$1'],
];

/** Longer messages are cut before the patterns run over them: the kind of an error shows at its start. */
const LONGEST = 1000;
/** Before the message of a line that nothing took apart: its time, thread, and process or node. */
const PREFIX =
  /^[[(]?<time>[\])]?(?:[.,:]?<n>)?[ |:-]{0,4}(?:\[[^\]]{0,120}\][ |:-]{1,4})?(?=\[?(?:TRACE|DEBUG|INFO|WARN|WARNING|ERROR|SEVERE|FATAL|CRITICAL)\b)/i;
const THREAD =
  /^(\[?(?:TRACE|DEBUG|INFO|WARN|WARNING|ERROR|SEVERE|FATAL|CRITICAL) {0,4}\]?[ |:-]{0,4})\[[^\]]{0,120}\][ ,|:-]{1,4}(?=\S)/i;

/** The first line with everything that differs between occurrences replaced: numbers, ids, addresses, paths, quoted values. */
export function messageTemplate(message: string): string {
  let text = withoutColours(message).trimStart().slice(0, LONGEST).split('\n', 1)[0]!;
  for (const [pattern, name, sign] of VARIABLES) {
    if (sign === undefined || text.includes(sign)) text = text.replace(pattern, name);
  }
  return text.replace(PREFIX, '').replace(THREAD, '$1').trim();
}

/** A path that was asked for: segments that are ids are replaced, the others tell what was asked. */
export function pathTemplate(path: string): string {
  return path
    .slice(0, LONGEST)
    .split('/')
    .map((part) => (ID_SEGMENT.test(part) ? '<id>' : VERSION.test(part) ? part : part.replace(/\d+/g, '<n>')))
    .join('/');
}

const ID_SEGMENT =
  /^(?:\d+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=.*\d)[0-9a-f]{8,}|(?=.*\d)(?=.*[A-Za-z])[\w-]{16,})$/i;
const VERSION = /^v\d{1,3}$/;
