import { stringify } from 'yaml';
import { optionTable } from '../config/option-table.ts';
import { KINDS } from './registry.ts';
import { type Kind, type KindExample, PLACEHOLDERS, RULE_KEYS } from './rule.ts';

const PREAMBLE = `<!-- Generated from src/rules/ by \`npm run generate\`. Do not edit. -->
# Rules

A rule is one YAML file; \`rules:\` in the configuration names them by globs. \`logmill rules check\` and \`logmill check\`
name every fault by file, line and key.

- Rules are evaluated over stored events by their time (\`@timestamp\`), at grid times: multiples of \`interval\`. A live
  run, a catch-up after downtime and a backtest are the same evaluation and give the same alerts.
- Grid times missed while logmill was down are made up for, up to 24 hours back. Events that arrive late lead to a second
  evaluation of their grid times; an alert they disprove is withdrawn.
- A rule starts at the time it is first seen. Older events feed only backtests:
  \`logmill rules test FILE --from now-7d\` prints the alerts a rule would have raised, and writes nothing.
- A group goes from inactive through pending (\`for\`) to firing and, after \`keep_firing_for\`, to resolved. \`recover_when\`
  sets another bound for recovery than for firing.
- \`when\` and \`recover_when\` compare with \`>\`, \`>=\`, \`<\`, \`<=\`. Units: \`5%\` of a share, \`1s\` against a field of time
  (\`event.duration\` is in nanoseconds and is converted), \`10MB\` against a field of bytes, plain numbers otherwise.
- Durations: \`250ms\`, \`30s\`, \`5m\`, \`1h\`, \`7d\`.
`;

/** The page about rules and their kinds, from the descriptions in code; the path counts from the checkout. */
export function ruleReference(): { path: string; content: string }[] {
  const placeholders = [...PLACEHOLDERS, 'any field of group_by'].map((name) => `\`${name}\``).join(', ');
  const parts = [
    PREAMBLE,
    '## Keys of every rule\n',
    `${optionTable(RULE_KEYS)}\n`,
    `Placeholders of \`summary\`, as \`{{ value }}\`: ${placeholders}.\n`,
    ...[...KINDS.values()].map(kindSection),
  ];
  return [{ path: 'docs/reference/rules.md', content: parts.join('\n') }];
}

function kindSection(kind: Kind): string {
  const options = Object.keys(kind.options).length === 0 ? 'No keys of its own.' : optionTable(kind.options);
  const examples = kind.examples.map((example) => exampleOf(kind, example));
  return [`## kind: ${kind.name}\n`, `${kind.summary}\n`, `${options}\n`, ...examples].join('\n');
}

function exampleOf(kind: Kind, { title, rule, events, out }: KindExample): string {
  const seen = out.map(({ group, value }) => {
    const values = Object.values(group);
    return values.length === 0 ? `\`${value}\`` : `\`${values.join(', ')}\`: \`${value}\``;
  });
  const rows = events.map(({ ago, ...fields }) => `- ${ago} s before: \`${JSON.stringify(fields)}\``);
  return [
    `### Example: ${title}\n`,
    '```yaml',
    stringify({ kind: kind.name, ...rule }).trimEnd(),
    '```\n',
    ...rows,
    `\nValue at the grid time: ${seen.length === 0 ? 'none' : seen.join(' · ')}\n`,
  ].join('\n');
}
