/** What the escapes of log_line_prefix stand for: the field it fills and the text it may be, up to the character after it. */
type Escape = { readonly name: string; readonly pattern: string };

export const TIME = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`;
export const ZONE = String.raw`(?:[A-Z][A-Za-z_/]{1,40}|[+-]\d\d(?::?\d\d){0,2})`;

/** postgresql.org, "Error Reporting and Logging", log_line_prefix. TEXT: what holds up to the next literal character. */
const TEXT = 'TEXT';
const ESCAPES: Readonly<Record<string, Escape>> = {
  a: { name: 'application_name', pattern: TEXT },
  u: { name: 'user', pattern: TEXT },
  d: { name: 'database', pattern: TEXT },
  r: { name: 'remote', pattern: TEXT },
  h: { name: 'host', pattern: TEXT },
  L: { name: 'local_address', pattern: TEXT },
  b: { name: 'backend_type', pattern: TEXT },
  i: { name: 'command_tag', pattern: TEXT },
  p: { name: 'pid', pattern: String.raw`\d{1,10}` },
  P: { name: 'leader_pid', pattern: String.raw`\d{0,10}` },
  t: { name: 'time', pattern: `${TIME} ${ZONE}` },
  m: { name: 'time', pattern: `${TIME}\\.\\d{3} ${ZONE}` },
  n: { name: 'epoch', pattern: String.raw`\d{9,12}\.\d{3}` },
  e: { name: 'sql_state', pattern: '[0-9A-Z]{5}' },
  c: { name: 'session_id', pattern: '[0-9a-f]{1,16}\\.[0-9a-f]{1,16}' },
  l: { name: 'session_line', pattern: String.raw`\d{1,15}` },
  s: { name: 'session_start', pattern: `${TIME} ${ZONE}` },
  v: { name: 'virtual_transaction_id', pattern: String.raw`(?:-?\d{1,10}\/\d{1,15})?` },
  x: { name: 'transaction_id', pattern: String.raw`\d{1,15}` },
  Q: { name: 'query_id', pattern: String.raw`-?\d{1,20}` },
};

/** What no user or database has that a common prefix would find: then it is another prefix. */
const GUESSED = String.raw`\s@[\]`;
/** A word alone behind a blank is as well an application's name, so a guess takes for a host what looks like one. */
const LIKE_HOST = String.raw`(?=\[|localhost\b|[^\s.:]{0,63}[.:])`;

/** A compiled prefix: matches a line's beginning. */
export type Prefix = { readonly regex: RegExp; readonly groups: readonly string[] };

/**
 * Compiles a log_line_prefix as the server's configuration has it. What stands behind %q is there only for sessions.
 * Every piece ends where the next literal character begins, so matching is linear. Throws RangeError for an escape that
 * PostgreSQL does not have, or that comes twice.
 * @param isGuess whether the prefix is only a common one: users and databases are then single words.
 */
export function compilePrefix(prefix: string, isGuess = false): Prefix {
  const parts = [...prefix.matchAll(/%%|%-?\d{0,3}[A-Za-z]|[^%]/gs)].map(([part]) => part);
  if (parts.join('') !== prefix) throw new RangeError(`has a % that belongs to no escape in ${JSON.stringify(prefix)}`);
  const groups: string[] = [];
  let source = '^';
  let optional = 0;
  parts.forEach((part, index) => {
    if (part.length === 1 || part === '%%') source += literal(part.slice(-1));
    else if (part.endsWith('q')) {
      source += '(?:';
      optional++;
    } else source += group(part, groups, parts, index, isGuess ? GUESSED : '');
  });
  return { regex: new RegExp(source + ')?'.repeat(optional)), groups };
}

function group(part: string, groups: string[], parts: readonly string[], index: number, barred: string): string {
  const meaning = ESCAPES[part.slice(-1)];
  if (meaning === undefined)
    throw new RangeError(`has "${part}" in ${JSON.stringify(parts.join(''))}, which is no escape`);
  // Both %t and %m give the time: the second says nothing new.
  const known = groups.includes(meaning.name);
  if (!known) groups.push(meaning.name);
  const isWord = barred !== '' && (meaning.name === 'user' || meaning.name === 'database');
  const text = upTo(nextLiteral(parts, index), isWord ? barred : '');
  const lead = barred !== '' && meaning.name === 'host' && parts[index - 1] === ' ' ? LIKE_HOST : '';
  const pattern = meaning.pattern === TEXT ? (isWord ? `\\[unknown\\]|${text}` : lead + text) : meaning.pattern;
  const padded = part.length > 2 ? ' {0,60}' : '';
  return `${padded}${known ? `(?:${pattern})` : `(${pattern})`}${padded}`;
}

/** The character that ends a text: the literal one after it; where an escape follows at once, a blank. */
function nextLiteral(parts: readonly string[], index: number): string {
  const next = parts.slice(index + 1).find((part) => !part.endsWith('q') || part.length === 1) ?? ' ';
  return next.length === 1 ? next : ' ';
}

function upTo(end: string, barred: string): string {
  // A host may carry its port in parentheses, and an application nearly anything.
  return `[^${end === ']' || end === '\\' || end === '^' ? `\\${end}` : end}${barred}\\n]{0,300}`;
}

function literal(character: string): string {
  return character === ' ' ? ' ' : character.replace(/[.*+?^${}()|[\]\\/-]/, '\\$&');
}
