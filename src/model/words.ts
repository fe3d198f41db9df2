/**
 * Elasticsearch's standard analyser: words as Unicode Annex 29 breaks them, lower-cased. The same expression runs in
 * JavaScript over events and questions, and in DuckDB (RE2) over what is stored; `script` and `point` write a script and
 * a code point in the dialect.
 *
 * A word is a run of letters and digits; `.`, `:` and `'` hold letters together, `.` `,` `;` digits, `_` anything.
 * Han and Hiragana break into single characters, Katakana and Thai-like scripts into runs, emoji stand alone.
 */
export function wordPattern(script: (name: string) => string, point: (hex: string) => string): string {
  const points = (...hex: string[]) => hex.map(point).join('');
  const katakana = `${script('Katakana')}${points('30fc', 'ff70')}`;
  const complex = ['Thai', 'Lao', 'Khmer', 'Myanmar'].map(script).join('');
  const single = `${script('Han')}${script('Hiragana')}`;
  const mark = '\\p{M}\\p{Cf}';
  const letter = `[^\\P{L}${katakana}${complex}${single}]`;
  const digit = `[\\p{Nd}${points('066b')}]`;
  const quote = `'.${points('2018', '2019', '2024', 'fe52', 'ff07', 'ff0e')}`;
  const betweenLetters = `[:${points('00b7', '0387', '05f4', '2027', 'fe13', 'fe55', 'ff1a')}${quote}]`;
  const betweenDigits = `[,;${points('037e', '0589', '060c', '060d', '066c', '07f8', '2044', 'fe10', 'fe14', 'fe50')}${points('fe54', 'ff0c', 'ff1b')}${quote}]`;
  const join = `(?:[\\p{Pc}${points('202f')}][${mark}]*)`;
  // Written to name each class as seldom as can be: RE2 then compiles faster and stays within its fast automaton.
  const letters = `${letter}[${mark}]*(?:${betweenLetters}[${mark}]*${letter}[${mark}]*)*`;
  const digits = `${digit}[${mark}]*(?:${betweenDigits}[${mark}]*${digit}[${mark}]*)*`;
  const unit = `(?:(?:${letters}|${digits})+|(?:[${katakana}][${mark}]*)+)`;
  return [
    `${join}*${unit}(?:${join}+${unit})*${join}*`,
    `[${single}][${mark}]*`,
    `[${complex}][${complex}${mark}]*`,
    `[${point('1f300')}-${point('1faff')}][${mark}]*`,
  ].join('|');
}

const WORDS = new RegExp(
  wordPattern(
    (name) => `\\p{Script=${name}}`,
    (hex) => `\\u{${hex}}`,
  ),
  'gu',
);
const PLAIN_WORD = "(?:[a-z]+(?:[:.'][a-z]+)*|[0-9]+(?:[,;.'][0-9]+)*)+";
/** The same for texts of ASCII alone in lower case, many times faster; in either dialect. */
export const PLAIN_WORDS = `_*${PLAIN_WORD}(?:_+${PLAIN_WORD})*_*`;
const PLAIN = new RegExp(PLAIN_WORDS, 'g');
const ASCII = /^[\u0000-\u007f]*$/;

/** Words of a text as Elasticsearch indexes a `text` field. */
export function wordsOf(text: string): string[] {
  return wordsOfLower(lowerCase(text));
}

/** The same of a text that is in lower case already. */
export function wordsOfLower(lower: string): string[] {
  return lower.match(ASCII.test(lower) ? PLAIN : WORDS) ?? [];
}

/** Lower case code point by code point, as DuckDB and Lucene do (JavaScript's own knows final sigma and dotted I). */
export function lowerCase(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  let lower = '';
  for (const character of text) lower += character === 'İ' ? 'i' : character.toLowerCase();
  return lower;
}
