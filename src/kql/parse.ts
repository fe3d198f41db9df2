import { type ErrorCode, LogmillError } from '../errors.ts';
import { storedType } from '../model/field-type.ts';
import { SyntaxError as ParseError, parse } from './grammar.generated.js';
import { type KqlNode, plainName } from './node.ts';

export type { KqlNode } from './node.ts';

export type KqlOptions = {
  /** false refuses `now` in comparisons of dates: for conditions that must not depend on when they run. */
  readonly now?: boolean;
};

/** A query is written by a person; Elasticsearch refuses conditions nested much deeper. */
const LONGEST = 32_768;
const DEEPEST = 28;

/**
 * Parses Kibana's query language (without nested objects). An empty text asks for everything.
 * @throws LogmillError KQL_SYNTAX or KQL_NOW, `where.column` counting from 1 in the whole text.
 */
export function parseKql(text: string, options: KqlOptions = {}): KqlNode {
  if (text.length > LONGEST) throw syntaxError(text, 0, `a query of more than ${LONGEST} characters`);
  const node = parsed(text);
  if (depthOf(node) > DEEPEST) throw syntaxError(text, 0, `conditions nested more than ${DEEPEST} deep`);
  if (options.now === false) {
    const column = columnOfNow(node);
    if (column !== undefined) {
      throw new LogmillError('KQL_NOW', { mark: `\n${markedLine(text, column - 1)}` }, { column });
    }
  }
  return node;
}

function parsed(text: string): KqlNode {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof RangeError) throw syntaxError(text, 0, 'conditions nested too deep', error);
    if (!(error instanceof ParseError)) throw error;
    throw syntaxError(text, error.location.start.offset, detailOf(error), error);
  }
}

/** What was expected and what stood there; messages of the grammar's own stay as they are. */
function detailOf(error: ParseError): string {
  if (error.expected === null) return error.message;
  const names = error.expected.map(({ type, description, text = '' }) => {
    if (type === 'end') return 'the end';
    return description ?? `"${text}"`;
  });
  const wanted = [...new Set(names)].filter((name) => name !== 'blank' && name !== '"{"').toSorted();
  const last = wanted.pop() ?? 'something else';
  const list = wanted.length === 0 ? last : `${wanted.join(', ')} or ${last}`;
  return `expected ${list}, found ${error.found === null ? 'the end' : `"${error.found}"`}`;
}

function syntaxError(text: string, offset: number, detail: string, cause?: unknown): LogmillError {
  const [line = '', caret = ''] = markedLine(text, offset)
    .split('\n')
    .map((part) => part.slice(2));
  const code: ErrorCode = 'KQL_SYNTAX';
  return new LogmillError(code, { detail, line, caret }, { column: offset + 1 }, cause);
}

/** The line of the text around the offset, at most 120 characters of it, with a mark under the place. */
function markedLine(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  const from = Math.max(start, offset - 80);
  const line = text.slice(from, Math.min(end === -1 ? text.length : end, from + 120));
  const before = text.slice(from, offset);
  return `  ${line.replace(/\t/g, ' ')}\n  ${' '.repeat([...before].length)}^`;
}

function depthOf(node: KqlNode): number {
  if (node.type === 'not') return 1 + depthOf(node.child);
  if (node.type === 'and' || node.type === 'or') return 1 + Math.max(...node.children.map(depthOf));
  return 1;
}

/** Where the query asks for a date relative to now; in fields nobody maps, only comparisons can mean a date. */
function columnOfNow(node: KqlNode): number | undefined {
  if (node.type === 'not') return columnOfNow(node.child);
  if (node.type === 'and' || node.type === 'or') {
    return node.children.map(columnOfNow).find((column) => column !== undefined);
  }
  if (node.type !== 'range' && node.type !== 'is') return undefined;
  if (node.value.kind === 'wildcard' || !/^now(?:$|[+\-/|])/.test(node.value.text)) return undefined;
  const name = node.field === undefined ? undefined : plainName(node.field);
  const type = name === undefined ? undefined : storedType(name);
  const meansDate = type === 'date' || (node.type === 'range' && type === undefined);
  return meansDate ? node.value.column : undefined;
}
