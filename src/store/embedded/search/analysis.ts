import { PLAIN_WORDS, wordPattern } from '../../../model/words.ts';
import { type Sql, stringLiteral } from './sql.ts';

const WORDS_SQL = stringLiteral(
  wordPattern(
    (name) => `\\p{${name}}`,
    (hex) => `\\x{${hex}}`,
  ),
);

/** The same for texts of ASCII alone, some 25 times faster. */
const PLAIN_WORDS_SQL = stringLiteral(PLAIN_WORDS);

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
  const exact =
    words.length === 1
      ? `list_contains(${wordsOf(expression)}, ${stringLiteral(words[0]!)})`
      : `contains(' ' || array_to_string(${wordsOf(expression)}, ' ') || ' ', ${stringLiteral(` ${words.join(' ')} `)})`;
  return `(${inside(lower, words)} AND CASE WHEN ${surely(lower, words)} THEN TRUE ELSE ${exact} END)`;
}

/** SQL that holds where a text has any of the words, with `every` all of them, wherever they stand. By the same three steps. */
export function hasWordsAnywhere(expression: Sql, words: readonly string[], every: boolean): Sql {
  if (words.length === 1) return hasWords(expression, words);
  const lower = `lower(${expression})`;
  const list = `[${words.map(stringLiteral).join(', ')}]`;
  const sure = words.map((word) => surely(lower, [word])).join(every ? ' AND ' : ' OR ');
  const maybe = words.map((word) => inside(lower, [word])).join(every ? ' AND ' : ' OR ');
  const exact = `${every ? 'list_has_all' : 'list_has_any'}(${wordsOf(expression)}, ${list})`;
  return `((${maybe}) AND CASE WHEN ${sure} THEN TRUE ELSE ${exact} END)`;
}

function inside(lower: Sql, words: readonly string[]): Sql {
  return [...new Set(words.map((word) => `contains(${lower}, ${stringLiteral(word)})`))].join(' AND ');
}

/** Holds where the words stand between characters that part words for sure. */
function surely(lower: Sql, words: readonly string[]): Sql {
  const between = words.map((word) => escapeRegex(word)).join(`${MAYBE}${APART}+${MAYBE}`);
  return `regexp_matches(${lower}, ${stringLiteral(`(?:^|${APART})${MAYBE}${between}${MAYBE}(?:$|${APART})`)})`;
}

/** A text as a regular expression of RE2 and JavaScript that matches just it. */
export function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
