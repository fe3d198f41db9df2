import { TIME, ZONE } from './prefix.ts';
import { WORDS } from './severity.ts';

/** What a prefix that nobody named says of itself, by the names of the escapes; `prefix` is its whole text. */
export type AnyPrefix = { readonly values: ReadonlyMap<string, string>; readonly length: number };

const MOST = 400;
/** A severity that PostgreSQL has, its colon and two blanks; what stands before it ends a prefix. */
const SEVERITY = new RegExp(`(?:^|[\\s>\\]|:,;)-])(?=(?:${WORDS.join('|')})[ \\u00a0]?: {2})`, 'u');
const NAMED: Readonly<Record<string, string>> = {
  user: 'user',
  u: 'user',
  db: 'database',
  database: 'database',
  app: 'application_name',
  application: 'application_name',
  client: 'remote',
  host: 'remote',
  remote: 'remote',
  pid: 'pid',
  session: 'session_id',
  line: 'session_line',
  xid: 'transaction_id',
  state: 'sql_state',
};
/** What tells a piece of a prefix by its own shape, most telling first; groups are the escapes' names. */
const PIECES: readonly RegExp[] = [
  new RegExp(`(?<time>${TIME}(?:\\.\\d{3})? ${ZONE})`),
  /(?:^|[^\d.])(?<epoch>\d{10}\.\d{3})(?!\d)/,
  /\[(?<pid>\d{1,10})(?:[-:](?<session_line>\d{1,15}))?\]/,
  /\[(?<session_line>\d{1,15})-1\]/,
  /(?<![\w.])(?<session_id>[0-9a-f]{8}\.[0-9a-f]{1,8})(?![\w.])/,
  /\[(?<user>[^\s@[\]]{1,63})\]@\[(?<database>[^\s@[\]]{1,63})\]/,
  /(?<![^\s[(<|,;:])(?<user>[^\s@[\](){}<>|,;:=]{1,63})@(?<database>[^\s@[\](){}<>|,;:=/]{1,63})/,
  /(?<![^\s[(<|,;=])(?<remote>(?:\d{1,3}(?:\.\d{1,3}){3}|(?=[0-9a-f:]{0,35}(?:::|(?::[0-9a-f]{1,4}){7}))[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7})(?:\(\d{1,5}\))?)(?![\w.])/,
  /(?<remote>\[local\])/,
  /(?<![^\s[(<|,;:=])(?<sql_state>\d[0-9A-Z]{4}|[A-Z]{1,2}\d[0-9A-Z]{2,3})(?=[\s\])>|,;:]|$)/,
];

/**
 * Reads a line whose prefix is none of the common ones: time, process, session, user, database and client are told by their
 * shapes and by names in front of them; the rest of the prefix stays as text. Undefined where no severity of PostgreSQL's
 * ends a prefix, or where neither a time nor a process nor a named piece is in it.
 */
export function readAnyPrefix(line: string): AnyPrefix | undefined {
  const end = SEVERITY.exec(line.slice(0, MOST));
  if (end === null) return undefined;
  const length = end.index + end[0].length;
  const prefix = line.slice(0, length);
  const values = new Map<string, string>();
  for (const [, name, value] of prefix.matchAll(
    /\b([a-z]{1,12})=([^,;|\])>\n]{0,100}?)(?=,|;|\||\]|\)|>| [a-z]{1,12}=|\s*$)/g,
  )) {
    const known = NAMED[name!];
    if (known !== undefined) values.set(known, value!.trim());
  }
  for (const piece of PIECES) {
    for (const [name, value] of Object.entries(piece.exec(prefix)?.groups ?? {})) {
      if (value !== undefined && !values.has(name)) values.set(name, value);
    }
  }
  // Five digits alone are as well a process.
  if (!values.has('pid') && /^\d{5}$/.test(values.get('sql_state') ?? '')) values.delete('sql_state');
  if (!['time', 'epoch', 'pid', 'user', 'database'].some((name) => values.has(name))) return undefined;
  values.set('prefix', prefix.trim());
  return { values, length };
}
