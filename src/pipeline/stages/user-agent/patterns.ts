import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** One entry of uap-core's `regexes.yaml`: the regex and the names that replace its groups. */
export type UserAgentPattern = Readonly<Record<string, string>> & { readonly regex: string };
export type PatternSection = 'user_agent_parsers' | 'os_parsers' | 'device_parsers';

const ENTRY = /^\s+(- )?([a-z_0-9]+):\s*(?:'((?:[^']|'')*)'|"((?:[^"\\]|\\.)*)"|([^\s#][^#]*?))\s*(?:#.*)?$/;

/**
 * Reads the pattern file of the uap-core package. It is plain: three lists of flat mappings, one key a line. A full YAML
 * parser takes 40 MB for it, which would stay in the process; a test holds this reader against that parser.
 */
export function readPatterns(): Readonly<Record<PatternSection, readonly UserAgentPattern[]>> {
  const file = createRequire(import.meta.url).resolve('uap-core/regexes.yaml');
  const sections = { user_agent_parsers: [], os_parsers: [], device_parsers: [] } as Record<
    PatternSection,
    UserAgentPattern[]
  >;
  let list: UserAgentPattern[] = [];
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const section = /^([a-z_]+):\s*$/.exec(line);
    if (section !== null) list = sections[section[1] as PatternSection] ?? [];
    const entry = ENTRY.exec(line);
    if (entry === null) continue;
    const [, dash, key, single, double, plain] = entry;
    const value =
      single?.replaceAll("''", "'") ?? (double === undefined ? plain! : (JSON.parse(`"${double}"`) as string));
    if (dash !== undefined) list.push({} as UserAgentPattern);
    (list.at(-1) as Record<string, string>)[key!] = value;
  }
  return sections;
}
