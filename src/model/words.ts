/*
 * Elasticsearch's standard analyser: words as Unicode Annex 29 breaks them, lower-cased. A word is a run of letters and
 * digits; `.`, `:` and `'` hold letters together, `.` `,` `;` `'` digits, `_` anything. Han and Hiragana break into
 * single characters, Katakana and Thai-like scripts into runs, emoji stand alone.
 */
const point = (...hex: string[]) => hex.map((code) => `\\u{${code}}`).join('');
const script = (name: string) => `\\p{Script=${name}}`;
const KATAKANA = `${script('Katakana')}${point('30fc', 'ff70')}`;
const COMPLEX = ['Thai', 'Lao', 'Khmer', 'Myanmar'].map(script).join('');
const SINGLE = `${script('Han')}${script('Hiragana')}`;
const MARK = '\\p{M}\\p{Cf}';
const QUOTE = `'.${point('2018', '2019', '2024', 'fe52', 'ff07', 'ff0e')}`;
const BETWEEN_LETTERS = `[:${point('b7', '387', '5f4', '2027', 'fe13', 'fe55', 'ff1a')}${QUOTE}][${MARK}]*`;
const BETWEEN_DIGITS = `[,;${point('37e', '589', '60c', '60d', '66c', '7f8', '2044', 'fe10', 'fe14', 'fe50', 'fe54', 'ff0c', 'ff1b')}${QUOTE}][${MARK}]*`;

function run(character: string): string {
  return `${character}(?:${character}|[${MARK}])*`;
}

function wordPattern(): string {
  const letters = run(`[^\\P{L}${KATAKANA}${COMPLEX}${SINGLE}]`);
  const digits = run(`[\\p{Nd}${point('66b')}]`);
  const join = `[\\p{Pc}${point('202f')}][${MARK}]*`;
  const word = `(?:${letters}(?:${BETWEEN_LETTERS}${letters})*|${digits}(?:${BETWEEN_DIGITS}${digits})*)+`;
  const unit = `(?:${word}|${run(`[${KATAKANA}]`)})`;
  return [
    `(?:${join})*${unit}(?:(?:${join})+${unit})*(?:${join})*`,
    `[${SINGLE}][${MARK}]*`,
    `[${COMPLEX}][${COMPLEX}${MARK}]*`,
    `[\\u{1f300}-\\u{1faff}][${MARK}]*`,
  ].join('|');
}

const WORDS = new RegExp(wordPattern(), 'gu');
const PLAIN_WORD = "(?:[a-z]+(?:[:.'][a-z]+)*|[0-9]+(?:[,;.'][0-9]+)*)+";
/** The same for texts of ASCII alone, many times faster. */
const PLAIN_WORDS = new RegExp(`_*${PLAIN_WORD}(?:_+${PLAIN_WORD})*_*`, 'g');
const ASCII = /^[\u0000-\u007f]*$/;

/** Words of a text as Elasticsearch indexes a `text` field. */
export function wordsOf(text: string): string[] {
  return wordsOfLower(lowerCase(text));
}

/** The same of a text that is in lower case already. */
export function wordsOfLower(lower: string): string[] {
  return lower.match(ASCII.test(lower) ? PLAIN_WORDS : WORDS) ?? [];
}

/** Lower case code point by code point, as Lucene does (JavaScript's own knows final sigma and dotted I). */
export function lowerCase(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  let lower = '';
  for (const character of text) lower += character === 'İ' ? 'i' : character.toLowerCase();
  return lower;
}
