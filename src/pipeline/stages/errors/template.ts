import { withoutColours } from './trace.ts';

/** What changes from one occurrence to the next, and what stands for it. Order matters: the longer forms come first. */
const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}';
const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}';
const CLOCK = String.raw`\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?: ?[AaPp][Mm]\b)?`;
/** An offset or UTC, and what Java and JavaScript write after it: `[Europe/Berlin]`, `(Central European Standard Time)`. */
const ZONE = String.raw`(?: ?(?:Z|(?:UTC|GMT)?[+-]\d\d:?\d\d|UTC|GMT)\b(?:\[\w{1,40}(?:\/[\w+-]{1,40}){0,2}\]| \([A-Z][A-Za-z ]{2,40}\))?)?`;
/** Any zone where the year comes after it, as in Java's Date. */
const LATE_YEAR = String.raw`(?:(?: [A-Z]{2,5})? \d{4})?`;
const TOP_LEVEL =
  '(?:com|net|org|io|dev|de|uk|fr|eu|nl|ch|info|edu|gov|local|internal|lan|cloud|corp|intra|example|test|invalid|localdomain|arpa)';

/** Words with a number of their own, which others are made of: `base64decode` is no id. */
const TERM =
  '(?:[Bb]ase(?:16|32|58|64)|[Oo][Aa]uth[12]|[Hh]ttps?[123]|HTTP[123]|[Ii][Pp]v[46]|[Uu][Tt][Ff](?:8|16|32)|[Ss][Hh][Aa]\\d|[Mm][Dd]5|[Xx]509|[Ll]og4|[Nn]eo4j|[Ww]in(?:32|64)|x86|amd64|arm64|[Hh]26[45]|[Mm][Pp][34]|i18n|k8s|[Ww]eb[23]|[Ee][Cc]2)';

/** Part of a name of Windows, which may have blanks between such parts. */
const WORD = String.raw`[^\s"'<>|\\:*?]{1,100}`;
/** The same without a dot: what ends in one is a file, and a word after it no part of its name. */
const PLAIN = String.raw`[^\s"'<>|\\:*?.]{1,100}`;
/** What Kubernetes makes the ends of names of: neither vowels nor what looks like another. */
const SAFE = '[bcdfghjklmnpqrstvwxz2456789]';

/** With a third part: a text without it need not be searched. */
const VARIABLES: readonly (readonly [RegExp, string, string?])[] = [
  [/(?:\burn:uuid:)?\{?\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b\}?/gi, '<uuid>'],
  [new RegExp(String.raw`\b\d{4}[-/]\d\d?[-/]\d\d?(?:(?:T| {1,2})${CLOCK}${ZONE})?`, 'g'), '<time>'],
  [/\b\d{8}T\d{4}(?:\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?\b/g, '<time>', 'T'],
  [new RegExp(String.raw`\b(?:${DAY},? )?\d{1,2}[/ -]${MONTH}[/ -]\d{4}(?:[: ]${CLOCK}${ZONE})?`, 'g'), '<time>'],
  [
    new RegExp(String.raw`\b(?:${DAY},? )?${MONTH} {1,2}\d{1,2}(?:,? \d{4})?(?:,? ${CLOCK}${ZONE}${LATE_YEAR})?`, 'g'),
    '<time>',
  ],
  [new RegExp(String.raw`\b\d{1,2}[/.]\d{1,2}[/.](?:\d{4}|\d\d(?=,? \d{1,2}:))(?:,? ${CLOCK})?`, 'g'), '<time>'],
  [/\b(?:jdbc:)?[a-z][a-z0-9+.-]{1,20}:\/\/[^\s"'<>`]+/gi, '<url>', '://'],
  [
    /(?<![\p{L}\p{N}_])[\p{L}\p{N}_][\p{L}\p{N}_.+'%-]{0,63}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63})+/gu,
    '<email>',
    '@',
  ],
  [
    /(?<!\w)"(?:[^"\\\n]|\\.){0,500}"(?!\w)|(?<!\w)"[^"\n]{0,500}"(?!\w)|(?<!\w)'(?:[^'\n]|''(?=\w)){0,500}'(?!\w)|`[^`'\n]{0,500}[`']|„[^“”\n]{0,500}[“”]|“[^”\n]{0,500}”|«[^»\n]{0,500}»|‹[^›\n]{0,500}›|「[^」\n]{0,500}」|‘[^’\n]{0,500}’/g,
    '<value>',
  ],
  [/(?<![\w:.])(?:\d{1,5}\.)?\d{1,2}:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?[AaPp][Mm])?(?![\w:])/g, '<time>', ':'],
  [/(?<![\w:.])\d{1,2}:\d\d ?[AaPp][Mm]\b/g, '<time>', ':'],
  [/\b(?:[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}|(?:[0-9a-f]{4}\.){2}[0-9a-f]{4})\b/gi, '<mac>'],
  [/(?<![\w:.])\/?(?:::ffff:)?(?:\d{1,3}\.){3}\d{1,3}(?:[:#/]\d{1,5})?\b/gi, '<ip>'],
  [/\[(?=[0-9a-f]*:[0-9a-f]*:)[0-9a-f:.]{2,45}(?:%\w{1,20})?\](?::\d{1,5})?/gi, '<ip>', '['],
  [
    /(?<![\w:])(?=[0-9a-f]*:[0-9a-f]*:)(?![0-9a-f:]{0,39}::[0-9a-f:]{1,39}::)[0-9a-f:]{3,39}(?:%\w{1,20})?(?:\/\d{1,3})?(?![\w:])/gi,
    '<ip>',
  ],
  [
    new RegExp(
      String.raw`\b(?:[A-Za-z0-9](?:[\w-]{0,61}[A-Za-z0-9])?\.){1,8}${TOP_LEVEL}(?::\d{1,5})?(?![\w.-]*\w)`,
      'g',
    ),
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
  [
    /(?<![\w<>/.~])(?:[A-Za-z]:|~[\w-]{0,32})?(?:[\\/][\w.@~+%=#\u00c0-\u1fff\u3040-\ud7ff-]+){2,}[\\/]?(?:\?[^\s"'<>]{0,300})?/g,
    '<path>',
  ],
  [/(?<![\w<>/])(?:~|\.{1,2})\/[\w.@~+-]+(?:\/[\w.@~+-]+)*/g, '<path>'],
  [/(?<![\w<>/.~)\]}])\/[\w@~+\u00c0-\u1fff\u3040-\ud7ff-][\w.@~+%\u00c0-\u1fff\u3040-\ud7ff-]+(?![\w/])/g, '<path>'],
  [/(?<![\w<>/.])[\w@~+-]+(?:\/[\w.@~+-]+)*\/[\w@~+-]+\.[A-Za-z]\w{0,5}\b/g, '<path>'],
  [/\bP(?=\d|T\d)(?:\d+(?:\.\d+)?[YMWD]){0,4}(?:T(?:\d+(?:\.\d+)?[HMS]){1,3})?\b/g, '<duration>', 'P'],
  [/\beyJ[\w-]{5,}(?:\.[\w-]*){1,4}/g, '<n>', 'eyJ'],
  [/(?<![\w-])(?=[\w-]*\d[\w-]*\d)(?=[\w-]*[a-z])(?=[\w-]*[A-Z])[\w-]{20,}={0,2}/g, '<n>'],
  [new RegExp(String.raw`(?<=[a-z\d])(?:-${SAFE}{8,10})?-${SAFE}{5}(?![\w-])`, 'g'), '-<n>', '-'],
  [/\b0x[0-9a-f]+\b/gi, '<hex>'],
  [/@[0-9a-f]{4,8}\b/g, '@<hex>', '@'],
  [/\b(?:(?=[0-9a-f]*\d)(?=\d*[a-f])[0-9a-f]{6,}|[a-f]{16,})\b/gi, '<n>'],
  [
    new RegExp(
      String.raw`(?<![A-Za-z0-9])(?!${TERM})(?=[A-Za-z0-9]{8})(?:[A-Za-z]+\d+[A-Za-z]|\d+[A-Za-z]+\d)[A-Za-z0-9]*`,
      'g',
    ),
    '<n>',
  ],
  [
    /(?<![\w.])(?:\d+(?:\.\d+)?(?: ?(?:ns|[µμ]s|us|ms|millis?|(?:milli|micro|nano)seconds?|sec(?:ond)?s?|min(?:ute)?s?|hours?|hrs?|days?|weeks?|months?|years?)|[smhd])(?![A-Za-z]) ?)+(?<! )/g,
    '<duration>',
  ],
  [
    /(?<![\w.])\d+(?:,\d{3})*(?:\.\d+)?(?: ?(?:[kKMGTP]i?B|[kKMGT]b(?:it)?|[mgtp]b|B|[Bb]ytes?|[Oo]ctets?)|[KMGT])(?:\/s(?:ec)?|ps)?\b/g,
    '<size>',
  ],
  [/[-+]?(?:\d+(?:[.,_]\d+)*|(?<!\w)\.\d+)(?:[eE][-+]?\d+|(?:st|nd|rd|th)\b)?/g, '<n>'],
  [/(<[a-z]+>)(?:(?:, ?| |\/)\1)+/g, '$1'],
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
