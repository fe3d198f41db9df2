import type { JsonValue } from '../../../model/event.ts';

/** A block of the slow query log, taken apart. */
export type SlowQuery = {
  /** Text of "# Time:", undefined where the line above says it. */
  readonly time: string | undefined;
  readonly account: Account | undefined;
  /** Pairs of the lines that begin with "#", in their order. */
  readonly pairs: readonly (readonly [key: string, value: string])[];
  /** Lines beginning with "#" that hold no pair: MariaDB's explain, Percona's remarks. */
  readonly notes: readonly string[];
  readonly schema: string | undefined;
  /** Seconds since the epoch, of SET timestamp: when the statement began. */
  readonly timestamp: number | undefined;
  readonly query: string;
};

export type Account = {
  readonly user: string;
  readonly login: string;
  readonly domain: string;
  readonly ip: string;
};

const TIME = /^# Time: +(\S.{0,60}\S)\s*$/;
const ACCOUNT = /^# User@Host: ([^[]{0,300})(?:\[([^\]]{0,300})\])? @ {1,2}([^\s[]{0,300}) ?\[([^\]]{0,60})\](.*)$/;
/** A key stands at the beginning or after a blank, so that the colons of times are none. */
const PAIR = /(?:^|\s)([A-Za-z]\w{0,60}):(?=\s|$)/g;
const USE = /^use ([^;]{1,300});$/i;
const SET = /^SET (?:[a-z_]{1,40}=[^,;]{1,40}, ?){0,5}timestamp=(\d{1,12})(?:\.\d{1,9})?;$/i;

/**
 * Reads one block as MySQL, Percona Server and MariaDB write it: "# Time" and "# User@Host", lines of "# key: value", then
 * `use …;`, `SET timestamp=…;` and the statement. Undefined for a text that has neither of the first two.
 */
export function readSlowQuery(text: string): SlowQuery | undefined {
  const lines = text.split('\n');
  let at = 0;
  const time = TIME.exec(lines[at] ?? '')?.[1];
  if (time !== undefined) at++;
  const pairs: [string, string][] = [];
  const notes: string[] = [];
  const match = ACCOUNT.exec(lines[at] ?? '');
  if (match === null && time === undefined) return undefined;
  if (match !== null) {
    readPairs(match[5]!, pairs, notes);
    at++;
  }
  for (; lines[at]?.startsWith('#') === true && !lines[at]!.startsWith('# administrator command'); at++) {
    readPairs(lines[at]!.slice(1), pairs, notes);
  }
  const schema = USE.exec(lines[at] ?? '')?.[1];
  if (schema !== undefined) at++;
  const timestamp = SET.exec(lines[at] ?? '')?.[1];
  if (timestamp !== undefined) at++;
  const account = match === null ? undefined : accountOf(match);
  const query = lines.slice(at).join('\n');
  return {
    time,
    account,
    pairs,
    notes,
    schema,
    timestamp: timestamp === undefined ? undefined : Number(timestamp),
    query,
  };
}

function accountOf([, user, login, domain, ip]: RegExpExecArray): Account {
  return { user: user!, login: login ?? '', domain: domain!, ip: ip! };
}

function readPairs(line: string, pairs: [string, string][], notes: string[]): void {
  const text = line.trim();
  const found = [...text.matchAll(PAIR)];
  if (text === '') return;
  if (found.length === 0 || text.startsWith('explain:')) {
    notes.push(text);
    return;
  }
  found.forEach((match, index) => {
    const value = text.slice(match.index + match[0].length, found[index + 1]?.index ?? text.length).trim();
    pairs.push([match[1]!, value]);
  });
}

/** Numbers and Yes and No as what they are; undefined for no value. */
export function readValue(text: string): JsonValue | undefined {
  if (text === '') return undefined;
  if (/^-?\d{1,15}(?:\.\d{1,9})?$/.test(text)) return Number(text);
  if (/^(?:Yes|No)$/i.test(text)) return text.length === 3;
  return text;
}
