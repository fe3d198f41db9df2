import { ownText } from '../../../model/own-text.ts';
import { type PatternSection, readPatterns, type UserAgentPattern } from './patterns.ts';
import { createRecentCache } from './recent-cache.ts';

/** What a user agent says of itself; undefined where uap-core has no pattern for it. */
export type UserAgent = {
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly osName: string | undefined;
  readonly osVersion: string | undefined;
  readonly device: string | undefined;
};

/** A pattern whose regex is compiled when it is first tried: most are never reached. */
type Matcher = { readonly pattern: UserAgentPattern; regex: RegExp | undefined };

/** Longer texts are cut: some patterns are quadratic, and no real user agent says anything new so late. */
const LONGEST = 512;
const CACHED = 2000;

/** Makes a parser that remembers the agents seen lately; the patterns are read at the first call. */
export function createUserAgentParser(): (text: string) => UserAgent {
  const cache = createRecentCache<UserAgent>(CACHED);
  let matchers: Record<PatternSection, Matcher[]> | undefined;
  return (text) => {
    const key = text.length > LONGEST ? text.slice(0, LONGEST) : text;
    const known = cache.get(key);
    if (known !== undefined) return known;
    matchers ??= makeMatchers();
    // What is found are parts of the text.
    const found = parse(ownText(key), matchers);
    cache.set(key, found);
    return found;
  };
}

function makeMatchers(): Record<PatternSection, Matcher[]> {
  const sections = Object.entries(readPatterns()).map(([name, patterns]) => [
    name,
    patterns.map((pattern) => ({ pattern, regex: undefined })),
  ]);
  return Object.fromEntries(sections) as Record<PatternSection, Matcher[]>;
}

function parse(text: string, matchers: Record<PatternSection, Matcher[]>): UserAgent {
  const agent = firstMatch(text, matchers.user_agent_parsers);
  const os = firstMatch(text, matchers.os_parsers);
  const device = firstMatch(text, matchers.device_parsers);
  return {
    name: agent && replaced(agent, 'family_replacement', 1),
    version:
      agent &&
      joined([
        replaced(agent, 'v1_replacement', 2),
        replaced(agent, 'v2_replacement', 3),
        replaced(agent, 'v3_replacement', 4),
      ]),
    osName: os && replaced(os, 'os_replacement', 1),
    osVersion:
      os &&
      joined([
        replaced(os, 'os_v1_replacement', 2),
        replaced(os, 'os_v2_replacement', 3),
        replaced(os, 'os_v3_replacement', 4),
        replaced(os, 'os_v4_replacement', 5),
      ]),
    device: device && replaced(device, 'device_replacement', 1),
  };
}

type Match = { readonly groups: RegExpExecArray; readonly pattern: UserAgentPattern };

function firstMatch(text: string, matchers: Matcher[]): Match | undefined {
  for (const matcher of matchers) {
    matcher.regex ??= new RegExp(matcher.pattern.regex, matcher.pattern['regex_flag'] ?? '');
    const groups = matcher.regex.exec(text);
    if (groups !== null) return { groups, pattern: matcher.pattern };
  }
  return undefined;
}

/** The replacement with its $1 … filled in, or else the group. */
function replaced({ groups, pattern }: Match, key: string, group: number): string | undefined {
  const replacement = pattern[key];
  const text =
    replacement === undefined
      ? (groups[group] ?? '')
      : replacement.replace(/\$(\d)/g, (_whole, number: string) => groups[Number(number)] ?? '');
  return text.trim() === '' ? undefined : text.trim();
}

/** `1.2.3`, ending at the first part that is missing. */
function joined(parts: readonly (string | undefined)[]): string | undefined {
  const end = parts.indexOf(undefined);
  const present = end === -1 ? parts : parts.slice(0, end);
  return present.length === 0 ? undefined : present.join('.');
}
