import { type Sql, stringLiteral } from './sql.ts';

/**
 * Elasticsearch's standard analyser: words as Unicode Annex 29 breaks them, lower-cased. The same expression runs in
 * JavaScript over what is asked and in DuckDB (RE2) over what is stored.
 *
 * A word is a run of letters and digits; `.`, `:` and `'` hold letters together, `.` `,` `;` digits, `_` anything.
 * Han and Hiragana break into single characters, Katakana and Thai-like scripts into runs, emoji stand alone.
 */
function wordPattern(script: (name: string) => string, point: (hex: string) => string): string {
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
  const join = `[\\p{Pc}${points('202f')}][${mark}]*`;
  const letters = run(letter, mark);
  const digits = run(digit, mark);
  const word = `(?:${letters}(?:${betweenLetters}[${mark}]*${letters})*|${digits}(?:${betweenDigits}[${mark}]*${digits})*)+`;
  const unit = `(?:${word}|${run(`[${katakana}]`, mark)})`;
  return [
    `(?:${join})*${unit}(?:(?:${join})+${unit})*(?:${join})*`,
    `[${single}][${mark}]*`,
    `[${complex}][${complex}${mark}]*`,
    `[${point('1f300')}-${point('1faff')}][${mark}]*`,
  ].join('|');
}

function run(character: string, mark: string): string {
  return `${character}(?:${character}|[${mark}])*`;
}

const WORDS = new RegExp(
  wordPattern(
    (name) => `\\p{Script=${name}}`,
    (hex) => `\\u{${hex}}`,
  ),
  'gu',
);
const WORDS_SQL = stringLiteral(
  wordPattern(
    (name) => `\\p{${name}}`,
    (hex) => `\\x{${hex}}`,
  ),
);

/** Words of a text as they are indexed. */
export function analyse(text: string): string[] {
  return lowerCase(text).match(WORDS) ?? [];
}

/** The same for texts of ASCII alone, some 25 times faster. */
const PLAIN_WORD = "(?:[a-z]+(?:[:.'][a-z]+)*|[0-9]+(?:[,;.'][0-9]+)*)+";
const PLAIN_WORDS_SQL = stringLiteral(`_*${PLAIN_WORD}(?:_+${PLAIN_WORD})*_*`);

/** SQL for the words of a text expression, a VARCHAR[]. */
export function wordsOf(expression: Sql): Sql {
  const lower = `lower(${expression})`;
  return `CASE WHEN strlen(${expression}) = length(${expression}) THEN regexp_extract_all(${lower}, ${PLAIN_WORDS_SQL}) ELSE regexp_extract_all(${lower}, ${WORDS_SQL}) END`;
}

/** Characters that part words whatever stands around them, and those that may hold words together. */
const APART = '[\\x00-\\x20!"#$%&()*+/<=>?@\\[\\\\\\]^`{|}~-]';
const MAYBE = "[:.,;']*";

/**
 * SQL that holds where the words follow each other in a text. Three steps, each for what the one before left over:
 * the words occur as strings; they stand between characters that part words for sure; the text's words tell.
 */
export function hasWords(expression: Sql, words: readonly string[]): Sql {
  const lower = `lower(${expression})`;
  const inside = words.map((word) => `contains(${lower}, ${stringLiteral(word)})`);
  const between = words.map((word) => escapeRegex(word)).join(`${MAYBE}${APART}+${MAYBE}`);
  const sure = `regexp_matches(${lower}, ${stringLiteral(`(?:^|${APART})${MAYBE}${between}${MAYBE}(?:$|${APART})`)})`;
  const exact =
    words.length === 1
      ? `list_contains(${wordsOf(expression)}, ${stringLiteral(words[0]!)})`
      : `contains(' ' || array_to_string(${wordsOf(expression)}, ' ') || ' ', ${stringLiteral(` ${words.join(' ')} `)})`;
  return `(${[...new Set(inside)].join(' AND ')} AND CASE WHEN ${sure} THEN TRUE ELSE ${exact} END)`;
}

/** A text as a regular expression of RE2 and JavaScript that matches just it. */
export function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/** Lower case code point by code point, as DuckDB and Lucene do (JavaScript's own knows final sigma and dotted I). */
export function lowerCase(text: string): string {
  if (/^[\u0000-\u007f]*$/.test(text)) return text.toLowerCase();
  let lower = '';
  for (const character of text) lower += character === 'İ' ? 'i' : character.toLowerCase();
  return lower;
}
