import { shardError } from '../body.ts';

/** A query in Lucene's syntax, parsed. `field` undefined means the default fields. */
export type LuceneNode =
  | { readonly kind: 'bool'; readonly clauses: readonly LuceneClause[] }
  | { readonly kind: 'all' }
  | { readonly kind: 'words'; readonly field: string | undefined; readonly text: string }
  | { readonly kind: 'phrase'; readonly field: string | undefined; readonly text: string }
  | { readonly kind: 'wildcard'; readonly field: string | undefined; readonly pattern: string }
  | { readonly kind: 'regexp'; readonly field: string | undefined; readonly pattern: string }
  | { readonly kind: 'range'; readonly field: string | undefined; readonly bounds: Readonly<Record<string, string>> };
export type LuceneClause = { occurs: 'must' | 'should' | 'must_not'; readonly node: LuceneNode };

type Token = { readonly kind: string; readonly text: string };
const TOKENS =
  /\s+|(&&|AND\b|\|\||OR\b|NOT\b|!)|([()+\-:])|"((?:[^"\\]|\\[\s\S])*)"|\/((?:[^/\\]|\\[\s\S])*)\/|([[{])\s*((?:"(?:[^"\\]|\\.)*"|[^\]}"])*?)\s*([\]}])|(>=|<=|>|<)|([~^][\d.]*)|((?:[^\s+\-!(){}[\]^"~*?:\\/&|<>=]|[*?]|\\[\s\S]|&(?!&)|\|(?!\|))(?:[^\s!(){}[\]^"~:\\]|\\[\s\S])*)/gy;

/** Parses Lucene's query syntax as Elasticsearch's query_string does. Throws EsError for what does not parse. */
export function parseLucene(text: string, everyWord: boolean): LuceneNode {
  const parser = new LuceneParser(tokenise(text), text, everyWord);
  return parser.parse();
}

function tokenise(text: string): Token[] {
  const tokens: Token[] = [];
  const scanner = new RegExp(TOKENS);
  while (scanner.lastIndex < text.length) {
    const at = scanner.lastIndex;
    const match = scanner.exec(text);
    if (match === null) throw cannotParse(text, `Encountered "${text[at]}" at column ${at}`);
    const [, operator, punctuation, phrase, regexp, open, range, close, compare, suffix, word] = match;
    if (operator !== undefined) tokens.push({ kind: OPERATORS[operator] ?? 'NOT', text: operator });
    else if (punctuation !== undefined) tokens.push({ kind: punctuation, text: punctuation });
    else if (phrase !== undefined) tokens.push({ kind: 'phrase', text: phrase });
    else if (regexp !== undefined) tokens.push({ kind: 'regexp', text: regexp });
    else if (open !== undefined) tokens.push({ kind: 'range', text: `${open}${range}${close}` });
    else if (compare !== undefined) tokens.push({ kind: 'compare', text: compare });
    else if (suffix !== undefined) tokens.push({ kind: 'suffix', text: suffix });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
  }
  return tokens;
}
const OPERATORS: Record<string, string> = { '&&': 'AND', AND: 'AND', '||': 'OR', OR: 'OR' };

function cannotParse(text: string, detail: string) {
  return shardError('query_shard_exception', `Failed to parse query [${text}]: ${detail}`);
}

class LuceneParser {
  readonly #tokens: readonly Token[];
  readonly #text: string;
  readonly #everyWord: boolean;
  #at = 0;

  constructor(tokens: readonly Token[], text: string, everyWord: boolean) {
    this.#tokens = tokens;
    this.#text = text;
    this.#everyWord = everyWord;
  }

  parse(): LuceneNode {
    const node = this.#clauses(undefined, 0);
    if (this.#at < this.#tokens.length) throw this.#unexpected();
    return node;
  }

  #clauses(field: string | undefined, depth: number): LuceneNode {
    if (depth > 30) throw cannotParse(this.#text, 'too many parentheses');
    const clauses: LuceneClause[] = [];
    while (this.#at < this.#tokens.length && this.#peek()?.kind !== ')') {
      const joined = this.#take('AND') ? 'AND' : this.#take('OR') ? 'OR' : undefined;
      if (joined !== undefined && clauses.length === 0) throw this.#unexpected();
      const modifier = this.#take('+') ? '+' : this.#take('-') || this.#take('NOT') ? '-' : undefined;
      const words = modifier === undefined && joined === undefined ? this.#bareWords(field) : undefined;
      addClause(clauses, joined, modifier, words ?? this.#clause(field, depth), this.#everyWord);
    }
    return clauses.length === 1 && clauses[0]!.occurs !== 'must_not' ? clauses[0]!.node : { kind: 'bool', clauses };
  }

  /** Plain words side by side go to the analyser as one text, so that a keyword field sees all of them. */
  #bareWords(field: string | undefined): LuceneNode | undefined {
    const start = this.#at;
    const words: string[] = [];
    for (;;) {
      const token = this.#tokens[this.#at];
      const after = this.#tokens[this.#at + 1]?.kind;
      if (token?.kind !== 'word' || isWildcard(token.text)) break;
      if (after === ':' || after === 'AND' || after === 'OR' || after === 'suffix') break;
      words.push(plain(token.text));
      this.#at += 1;
    }
    if (words.length > 1) return { kind: 'words', field, text: words.join(' ') };
    this.#at = start;
    return undefined;
  }

  #clause(outer: string | undefined, depth: number): LuceneNode {
    let field = outer;
    if (this.#peek()?.kind === 'word' && this.#tokens[this.#at + 1]?.kind === ':') {
      field = plain(this.#tokens[this.#at]!.text);
      this.#at += 2;
      if (field === '*' && this.#peek()?.text === '*') {
        this.#at += 1;
        return { kind: 'all' };
      }
    }
    const token = this.#tokens[this.#at++];
    const node = this.#value(token, field, depth);
    const suffix = this.#peek();
    if (suffix?.kind === 'suffix') {
      if (suffix.text.startsWith('~'))
        throw cannotParse(this.#text, 'fuzzy and sloppy terms (~) are not supported by the embedded store');
      this.#at += 1;
    }
    return node;
  }

  #value(token: Token | undefined, field: string | undefined, depth: number): LuceneNode {
    switch (token?.kind) {
      case '(': {
        const node = this.#clauses(field, depth + 1);
        if (!this.#take(')')) throw cannotParse(this.#text, 'Encountered "<EOF>", was expecting ")"');
        return node;
      }
      case 'phrase':
        return { kind: 'phrase', field, text: plain(token.text) };
      case 'regexp':
        return { kind: 'regexp', field, pattern: token.text.replaceAll('\\/', '/') };
      case 'range':
        return { kind: 'range', field, bounds: this.#bounds(token.text) };
      case 'compare': {
        const value = this.#tokens[this.#at++];
        const sign = value?.kind === '-' ? '-' : '';
        const word = sign === '' ? value : this.#tokens[this.#at++];
        if (word?.kind !== 'word' && word?.kind !== 'phrase') throw this.#unexpected();
        return { kind: 'range', field, bounds: { [COMPARE[token.text]!]: sign + plain(word.text) } };
      }
      case 'word':
        return isWildcard(token.text)
          ? { kind: 'wildcard', field, pattern: token.text }
          : { kind: 'words', field, text: plain(token.text) };
      default:
        this.#at -= 1;
        throw this.#unexpected();
    }
  }

  #bounds(text: string): Record<string, string> {
    const match = /^([[{])\s*("(?:[^"\\]|\\.)*"|\S+)\s+TO\s+("(?:[^"\\]|\\.)*"|\S+?)\s*([\]}])$/.exec(text);
    if (match === null) throw cannotParse(this.#text, `Encountered "${text}", was expecting a range such as [1 TO 5]`);
    const value = (part: string) => plain(part.startsWith('"') ? part.slice(1, -1) : part);
    return {
      ...(match[2] === '*' ? {} : { [match[1] === '[' ? 'gte' : 'gt']: value(match[2]!) }),
      ...(match[3] === '*' ? {} : { [match[4] === ']' ? 'lte' : 'lt']: value(match[3]!) }),
    };
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #take(kind: string): boolean {
    if (this.#tokens[this.#at]?.kind !== kind) return false;
    this.#at += 1;
    return true;
  }

  #unexpected() {
    return cannotParse(this.#text, `Encountered "${this.#tokens[this.#at]?.text ?? '<EOF>'}"`);
  }
}

const COMPARE: Record<string, string> = { '>': 'gt', '>=': 'gte', '<': 'lt', '<=': 'lte' };

/** Lucene's classic rules: AND makes its left neighbour required, too; OR under a default of AND makes it optional. */
function addClause(
  clauses: LuceneClause[],
  joined: 'AND' | 'OR' | undefined,
  modifier: '+' | '-' | undefined,
  node: LuceneNode,
  everyWord: boolean,
): void {
  const last = clauses.at(-1);
  if (last !== undefined && last.occurs !== 'must_not') {
    if (joined === 'AND') last.occurs = 'must';
    if (joined === 'OR' && everyWord) last.occurs = 'should';
  }
  const required = everyWord ? joined !== 'OR' : modifier === '+' || joined === 'AND';
  clauses.push({ occurs: modifier === '-' ? 'must_not' : required ? 'must' : 'should', node });
}

function isWildcard(text: string): boolean {
  return /(?:^|[^\\])(?:\\\\)*[*?]/.test(text);
}

function plain(text: string): string {
  return text.replace(/\\([\s\S])/g, '$1');
}
